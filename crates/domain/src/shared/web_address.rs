use std::borrow::Cow;

use url::{Host, Url};
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
        // An IP address is no address of a company: `1` would be read as `0.0.0.1`.
        let is_domain = matches!(address.host(), Some(Host::Domain(name)) if name.contains('.'));
        if !matches!(address.scheme(), "http" | "https") || !is_domain || !address.username().is_empty() {
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
        for number in ["1", "10.0.0.1", "http://[::1]/", "0x7f.1"] {
            assert_eq!(WebAddress::parse(number), Err("invalid_web_address"), "{number}");
        }
        assert_eq!(WebAddress::parse("khong co"), Err("invalid_web_address"));
    }
}
