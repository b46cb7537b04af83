use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::SchemaFormat, schema::Type};
use validator::ValidateEmail;

use super::{Rule, Validated};

/// An e-mail address, stored in lower case so that equal addresses are equal texts.
pub type Email = Validated<EmailAddress>;

/// The rules of [`Email`]: those of HTML's `input type=email`, as implemented by the `validator` crate. The address must be
/// usable worldwide: its domain has a top-level domain, and is not an IP address or a local name.
pub struct EmailAddress;

const LIMIT: usize = 254;

/// Whether mail programs cannot mistake the part before the `@` for something else, such as a command line option.
fn is_safe_local_part(local: &str) -> bool {
    !local.starts_with('-')
}

/// Whether a domain has a top-level domain with letters (RFC 3696, section 2), and is not an address in brackets.
fn is_registrable(domain: &str) -> bool {
    let top_level = domain.rsplit_once('.').map(|(_, top_level)| top_level);
    top_level.is_some_and(|name| name.chars().count() >= 2 && name.chars().any(char::is_alphabetic)) && !domain.starts_with('[')
}

/// Whether a text has the form of an e-mail address, but mail from outside cannot be delivered to it.
pub fn is_unreachable_address(text: &str) -> bool {
    text.trim().to_lowercase().validate_email() && Email::parse(text).is_err()
}

impl Rule for EmailAddress {
    fn name() -> Cow<'static, str> {
        "Email".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        let lower = text.to_lowercase();
        // Lower case can be longer than the input (Turkish İ), so the limit is checked afterwards.
        if lower.chars().count() > LIMIT {
            return Err("too_long");
        }
        match lower.rsplit_once('@') {
            Some((local, domain)) if lower.validate_email() && is_safe_local_part(local) && is_registrable(domain) => Ok(lower),
            _ => Err("invalid_email"),
        }
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
        assert_eq!(Email::parse("lan@cty.vn\u{a0}").unwrap().as_str(), "lan@cty.vn");
    }

    #[test]
    fn an_address_that_no_mail_from_outside_can_reach_is_refused() {
        for address in [
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
            "a@127.0.0.1",
            "a@b",
            "a@localhost",
            "-oQ/tmp@b.vn",
            "-a@b.vn",
            "a@b.",
            "a@.vn",
            "a@b.1",
            "a@b.v",
            "a@-b.vn",
            "a b@c.vn",
            "a@b.vn, c@d.vn",
            "a@@b.vn",
            "<a@b.vn>",
            "a@b.vn\r\nBcc: c@d.vn",
        ] {
            assert_eq!(Email::parse(address), Err("invalid_email"), "{address}");
        }
        for address in ["a-b@c-d.vn", "a+x@sub.cty.com.vn", "a@xn--bcher-kva.example", "a@bán.vn", "a@1and1.com"] {
            assert!(Email::parse(address).is_ok(), "{address}");
        }
    }
}
