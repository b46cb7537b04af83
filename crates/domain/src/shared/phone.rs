use std::borrow::Cow;

use phonenumber::{Mode, country};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

use super::{Rule, Validated};

/// A valid phone number, stored as E.164 (`+84912345678`). Numbers without country code are Vietnamese.
pub type PhoneNumber = Validated<E164>;

/// The rules of [`PhoneNumber`]: libphonenumber's.
pub struct E164;

const LIMIT: usize = 30;

impl Rule for E164 {
    fn name() -> Cow<'static, str> {
        "PhoneNumber".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        if text.chars().count() > LIMIT {
            return Err("too_long");
        }
        // Full-width digits, which some keyboards produce, become normal digits first.
        let plain: String = text.nfkc().collect();
        let number = phonenumber::parse(Some(country::VN), &plain).map_err(|_| "invalid_phone")?;
        if !number.is_valid() {
            return Err("invalid_phone");
        }
        // The library silently drops a second number or an extension. Such input is refused.
        let typed: String = plain.chars().filter(char::is_ascii_digit).collect();
        if !typed.ends_with(&number.national().to_string()) {
            return Err("invalid_phone");
        }
        Ok(number.format().mode(Mode::E164).to_string())
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(3))
            .max_length(Some(LIMIT))
            .description(Some(
                "Telephone number. Any usual Vietnamese or international spelling is accepted; stored and answered as E.164, so \
                 `0912 345 678` becomes `+84912345678`.",
            ))
            .examples(["+84912345678"])
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_are_not_one() {
        for typed in ["0912345678,0912345679", "0912345678 / 0912345679", "0912345678 ext. 12"] {
            assert_eq!(PhoneNumber::parse(typed).unwrap_err(), "invalid_phone", "{typed}");
        }
        assert_eq!(PhoneNumber::parse("+44 (0)20 7946 0958").unwrap().as_str(), "+442079460958");
    }

    #[test]
    fn every_usual_spelling_is_one_number() {
        for typed in ["0912345678", "0912 345 678", "84912345678", "+84 912-345-678", "0084912345678", "０９１２３４５６７８"]
        {
            assert_eq!(PhoneNumber::parse(typed).unwrap().as_str(), "+84912345678", "{typed}");
        }
    }

    #[test]
    fn impossible_numbers_are_refused() {
        for typed in ["01631234567", "0241234567", "123", "chín một hai", "09123456789012345"] {
            assert_eq!(PhoneNumber::parse(typed), Err("invalid_phone"), "{typed}");
        }
    }
}
