//! Valid and unique telephone, tax and identity numbers.

use super::names::person;
use super::places::place;

const MOBILE_PREFIXES: [&str; 5] = ["091", "098", "090", "086", "035"];

const TAX_OFFICES: [&str; 4] = ["01", "03", "23", "37"];

const TAX_CODE_WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// A mobile telephone number. Numbers below ten million give different results.
pub(super) fn phone(number: usize) -> String {
    // 611,953 and ten million have no common divisor.
    let subscriber = (number * 611_953 + 1_234_567) % 10_000_000;
    format!("{}{subscriber:07}", MOBILE_PREFIXES[number % MOBILE_PREFIXES.len()])
}

/// A company's tax code. Numbers below a million give different results.
pub(super) fn tax_code(number: usize) -> String {
    let serial = format!("{}{:06}", TAX_OFFICES[number % TAX_OFFICES.len()], (number * 7_919 + 104_729) % 1_000_000);
    // Eight digits distinguish companies; the ninth is the first one with a valid check digit.
    let codes = (0..10).filter_map(|step| with_check_digit(format!("{serial}{}", (number + step) % 10)));
    codes.take(1).collect()
}

/// The tenth digit is 10 minus the weighted sum modulo 11. If that is 10, the code does not exist.
fn with_check_digit(nine: String) -> Option<String> {
    let sum: u32 = nine.bytes().zip(TAX_CODE_WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    (!sum.is_multiple_of(11)).then(|| format!("{nine}{}", 10 - sum % 11))
}

/// The date of birth of an individual: year, month and day.
pub(super) fn event(number: usize) -> (usize, usize, usize) {
    (1962 + number * 13 % 35, number * 5 % 12 + 1, number * 11 % 28 + 1)
}

/// An individual's citizen identity number: province, sex and century, year of birth, and six distinguishing digits.
pub(super) fn citizen_id(number: usize) -> String {
    let (province, is_woman) = (place(number).province_code, person(number).is_woman);
    let last = (number * 7_919 + 50_021) % 1_000_000;
    format!("0{province}{}{:02}{last:06}", u8::from(is_woman), event(number).0 % 100)
}
