use std::borrow::Cow;

use url::Url;
use utoipa::openapi::{Object, ObjectBuilder, schema::SchemaFormat, schema::Type};

use super::{Rule, Validated};

/// The address of a web page: `http` or `https` with a host. `hoasen.vn` becomes `https://hoasen.vn/`.
pub type WebAddress = Validated<HttpAddress>;

/// The rules of [`WebAddress`]: the URL standard's, with scheme `http` or `https`.
pub struct HttpAddress;

const LIMIT: usize = 500;

impl Rule for HttpAddress {
    fn name() -> Cow<'static, str> {
        "WebAddress".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let address = Url::parse(&full).map_err(|_| "invalid_web_address")?;
        let host_has_dot = address.host_str().is_some_and(|host| host.contains('.'));
        if !matches!(address.scheme(), "http" | "https") || !host_has_dot || !address.username().is_empty() {
            return Err("invalid_web_address");
        }
        let canonical = String::from(address);
        if canonical.len() > LIMIT { Err("too_long") } else { Ok(canonical) }
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uri-reference".into())))
            .min_length(Some(4))
            .max_length(Some(LIMIT))
            .description(Some("Address of a web page, `http` or `https`; a bare host name is taken as `https`."))
            .examples(["https://hoasen.example.vn/"])
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_enough_and_scripts_are_refused() {
        assert_eq!(WebAddress::parse("hoasen.vn").unwrap().as_str(), "https://hoasen.vn/");
        assert_eq!(WebAddress::parse("javascript://alert.x"), Err("invalid_web_address"));
        assert_eq!(WebAddress::parse("https://a:b@hoasen.vn"), Err("invalid_web_address"));
        assert_eq!(WebAddress::parse("khong co"), Err("invalid_web_address"));
    }
}
