use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

use super::{Rule, Validated};

/// The permanent key of an element of the playbook: a stage, a tag, a lead source, a role.
pub type Key = Validated<LowerSnake>;

/// The rules of [`Key`]: lower-case letters, digits and underscores, starting with a letter.
pub struct LowerSnake;

const LIMIT: usize = 50;

impl Rule for LowerSnake {
    fn name() -> Cow<'static, str> {
        "Key".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        if text.len() > LIMIT {
            return Err("too_long");
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fits) {
            Ok(text.to_owned())
        } else {
            Err("invalid_key")
        }
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(LIMIT))
            .pattern(Some("^[a-z][a-z0-9_]*$"))
            .description(Some("Permanent name of an entry of the playbook, such as a stage, a tag or a lead source."))
            .examples(["website"])
            .build()
    }
}
