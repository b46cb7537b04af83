use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

use super::{Rule, Validated};

/// Free text of one to `MAX` characters (code points, after trimming), without NUL, in Unicode form C.
pub type Text<const MAX: usize> = Validated<FreeText<MAX>>;

/// The rules of [`Text`].
pub struct FreeText<const MAX: usize>;

impl<const MAX: usize> Rule for FreeText<MAX> {
    fn name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        if text.is_empty() {
            return Err("blank");
        }
        if text.chars().count() > MAX {
            return Err("too_long");
        }
        Ok(text.to_owned())
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(r"[^\s\x00]"))
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_composed_and_limited() {
        let decomposed = Text::<10>::parse("  Nguye\u{302}\u{303}n ").unwrap();
        assert_eq!(decomposed.as_str(), "Nguyễn");
        assert_eq!(Text::<3>::parse("abcd"), Err("too_long"));
        assert_eq!(Text::<3>::parse("   "), Err("blank"));
        assert_eq!(Text::<3>::parse("a\0"), Err("nul_character"));
    }
}
