use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::Type};

use crate::shared::{Rule, Validated};

/// The name of a file. It is only displayed and returned, and is never used as a storage path.
pub type FileName = Validated<BareName>;

/// The rules of [`FileName`]: the last part of a path, without control characters and bidirectional marks, at most 255 bytes as
/// on common file systems.
pub struct BareName;

const LONGEST: usize = 255;

/// Marks that change the direction of writing: with them `gnp.exe` can be shown as `exe.png`.
const TURNS: [char; 12] = [
    '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}',
    '\u{2068}', '\u{2069}',
];

impl Rule for BareName {
    fn name() -> Cow<'static, str> {
        "FileName".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        let bare = text.rsplit(['/', '\\']).next().unwrap_or_default();
        // Some systems drop dots and blanks at the end, which would reveal another extension.
        let bare = bare.trim_end_matches(['.', ' ']).trim();
        if bare.is_empty() || bare.contains(|c: char| c.is_control() || TURNS.contains(&c)) {
            return Err("invalid_file_name");
        }
        if bare.len() > LONGEST {
            return Err("too_long");
        }
        Ok(bare.to_owned())
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(LONGEST))
            .description(Some("What the file is called."))
            .examples(["hop-dong.pdf"])
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_the_last_part_of_a_path() {
        let names = [
            ("Hợp đồng số 12.pdf", "Hợp đồng số 12.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\lan\bao-gia.xlsx", "bao-gia.xlsx"),
            ("thu-muc/anh.png. . ", "anh.png"),
            (".gitignore", ".gitignore"),
        ];
        for (given, kept) in names {
            assert_eq!(FileName::parse(given).map(String::from).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn a_name_that_misleads_is_refused() {
        for name in ["", "..", "thu-muc/", "a\nb.png", "anh\u{202e}gnp.exe", "a\u{2066}b", "tab\t.pdf", "\u{7f}x"] {
            assert_eq!(FileName::parse(name), Err("invalid_file_name"), "{name:?}");
        }
        assert_eq!(FileName::parse("a\0.png"), Err("nul_character"));
        assert_eq!(FileName::parse(&"ệ".repeat(86)), Err("too_long"));
        assert!(FileName::parse(&"ệ".repeat(85)).is_ok());
    }
}
