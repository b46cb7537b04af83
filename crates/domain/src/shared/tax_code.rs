use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

use super::{Rule, Validated};

/// A Vietnamese tax code (mã số thuế), stored as digits only (R-ICHK-02, R-ICHK-04, R-ICHK-05, A-14).
///
/// 10 digits for an enterprise; 13 for a dependent unit (10 digits and a number from 001 to 999); 12 for a household business,
/// whose code is the personal number of its owner since 1 July 2025 (Circular 86/2024/TT-BTC).
pub type TaxCode = Validated<VietnameseTaxCode>;

/// The rules of [`TaxCode`].
pub struct VietnameseTaxCode;

const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

impl Rule for VietnameseTaxCode {
    fn name() -> Cow<'static, str> {
        "TaxCode".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        let code = digits(text, "invalid_tax_code")?;
        match code.len() {
            10 if check_digit_holds(&code) => Ok(code),
            13 if check_digit_holds(&code[..10]) && &code[10..] != "000" => Ok(code),
            10 | 13 => Err("tax_code_checksum"),
            12 => Ok(code),
            _ => Err("invalid_tax_code"),
        }
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(10))
            .max_length(Some(20))
            .description(Some(
                "Vietnamese tax code (mã số thuế): 10 digits with a check digit, 13 for a branch (`0100112437-001`), or 12 for a \
                 household business. Blanks, dots and hyphens are dropped; answered as digits only.",
            ))
            .examples(["0100112437"])
            .build()
    }
}

/// Removes blanks, dots and hyphens. Refuses everything else that is not a digit.
pub(super) fn digits(text: &str, code: &'static str) -> Result<String, &'static str> {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    if bare.is_empty() || !bare.bytes().all(|b| b.is_ascii_digit()) { Err(code) } else { Ok(bare) }
}

/// The tenth digit is 10 minus the weighted sum modulo 11. A remainder of 0 would give "10", which is never issued.
fn check_digit_holds(ten: &str) -> bool {
    let values: Vec<u32> = ten.bytes().map(|b| u32::from(b - b'0')).collect();
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    10 - sum % 11 == values[9]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r_ichk_04_codes_are_stored_as_digits() {
        assert_eq!(TaxCode::parse("0100112437").unwrap().as_str(), "0100112437");
        assert_eq!(TaxCode::parse("0100.112.437-001").unwrap().as_str(), "0100112437001");
        assert_eq!(TaxCode::parse("079085001234").unwrap().as_str(), "079085001234");
    }

    #[test]
    fn r_ichk_02_a_wrong_check_digit_is_refused() {
        assert_eq!(TaxCode::parse("0100233480"), Err("tax_code_checksum"));
        assert_eq!(TaxCode::parse("0100112437000"), Err("tax_code_checksum"));
        assert_eq!(TaxCode::parse("12345"), Err("invalid_tax_code"));
        assert_eq!(TaxCode::parse("01001124ab"), Err("invalid_tax_code"));
    }

    proptest! {
        #[test]
        fn a_changed_digit_never_passes(position in 0usize..10, other in 0u8..10) {
            let good = "0100112437";
            let mut digits = good.as_bytes().to_vec();
            prop_assume!(digits[position] != b'0' + other);
            digits[position] = b'0' + other;
            prop_assert!(TaxCode::parse(std::str::from_utf8(&digits).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}") {
            let _ = TaxCode::parse(&text);
        }
    }
}
