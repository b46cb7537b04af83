use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

use super::tax_code::digits;
use super::{Rule, Validated};

/// A citizen identity number (CCCD, 12 digits) or the number of an old identity card (CMND, 9 digits), stored as digits only
/// (R-ICHK-03).
///
/// There is no check digit, and births registered abroad have country codes, so only the number of digits is validated.
pub type CitizenId = Validated<VietnameseCitizenId>;

/// The rules of [`CitizenId`].
pub struct VietnameseCitizenId;

impl Rule for VietnameseCitizenId {
    fn name() -> Cow<'static, str> {
        "CitizenId".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        let number = digits(text, "invalid_citizen_id")?;
        if matches!(number.len(), 9 | 12) { Ok(number) } else { Err("invalid_citizen_id") }
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(9))
            .max_length(Some(20))
            .description(Some(
                "Citizen identity number (căn cước công dân, 12 digits) or old identity card number (9 digits). Blanks, dots and \
                 hyphens are dropped; answered as digits only.",
            ))
            .examples(["079085001234"])
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_ichk_03_nine_or_twelve_digits() {
        assert_eq!(CitizenId::parse("079 085 001 234").unwrap().as_str(), "079085001234");
        assert_eq!(CitizenId::parse("012345678").unwrap().as_str(), "012345678");
        assert_eq!(CitizenId::parse("07908500123"), Err("invalid_citizen_id"));
    }
}
