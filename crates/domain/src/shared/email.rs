use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::SchemaFormat, schema::Type};
use validator::ValidateEmail;

use super::{Format, Formatted};

/// An e-mail address, stored in lower case so that equal addresses are equal text.
pub type Email = Formatted<EmailAddress>;

/// The rules of [`Email`]: those of HTML's `input type=email`, as the `validator` crate applies them.
pub struct EmailAddress;

const LIMIT: usize = 254;

impl Format for EmailAddress {
    fn name() -> Cow<'static, str> {
        "Email".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        let lower = text.to_lowercase();
        // A lower-cased address may be longer than what was typed (Turkish İ), so the limit is taken after it.
        if lower.chars().count() > LIMIT {
            return Err("too_long");
        }
        if !lower.validate_email() {
            return Err("invalid_email");
        }
        Ok(lower)
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("email".into())))
            .min_length(Some(3))
            .max_length(Some(LIMIT))
            .description(Some("E-mail address; stored and answered in lower case."))
            .examples(["lan.nguyen@hoasen.example.vn"])
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_cased_and_nonsense_is_refused() {
        assert_eq!(Email::parse(" Lan@CTY.vn ").unwrap().as_str(), "lan@cty.vn");
        assert_eq!(Email::parse("lan@"), Err("invalid_email"));
        assert_eq!(Email::parse("lan"), Err("invalid_email"));
    }
}
