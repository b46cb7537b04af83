use std::borrow::Cow;

use utoipa::openapi::{Object, ObjectBuilder, schema::SchemaFormat, schema::Type};
use zxcvbn::{Score, zxcvbn};

use crate::shared::{Email, Rule, Validated, fold};

/// A new password: 12 to 128 characters in Unicode form C. There are no composition rules (NIST SP 800-63B), but common
/// passwords are refused.
pub type Password = Validated<ChosenPassword>;

/// The rules of [`Password`].
pub struct ChosenPassword;

const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// A valid password. It also replaces a faulty one while the rest of a request body is validated.
const EXAMPLE: &str = "song-dai-troi-rong-2027";

/// Common first parts of passwords in Vietnam. The lists of the library come from English-speaking countries and do not have
/// them.
const COMMON_HERE: [&str; 24] = [
    "matkhau",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "yeuanh",
    "vietnam",
    "hanoi",
    "saigon",
    "hochiminh",
    "danang",
    "xinchao",
    "khongbiet",
    "congty",
    "banhang",
    "khachhang",
    "giadinh",
    "hanhphuc",
    "tinhyeu",
    "quantri",
    "nhanvien",
    "chotsale",
    "chotdon",
    "quenroi",
    "taikhoan",
];

impl Rule for ChosenPassword {
    fn name() -> Cow<'static, str> {
        "Password".into()
    }

    fn canonical(text: &str) -> Result<String, &'static str> {
        match text.chars().count() {
            0..SHORTEST => Err("too_short"),
            SHORTEST..=LONGEST if is_common(text) => Err("common_password"),
            SHORTEST..=LONGEST => Ok(text.to_owned()),
            _ => Err("too_long"),
        }
    }

    fn describe() -> Object {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("password".into())))
            .min_length(Some(SHORTEST))
            .max_length(Some(LONGEST))
            .examples([EXAMPLE])
            .description(Some(
                "12 to 128 characters; blanks at the ends are dropped. Passwords that are tried first, such as common ones and sequences, \
                 and what holds one's own name or address are refused. A sentence makes a good password.",
            ))
            .build()
    }
}

/// Whether a password consists of what attackers try first: words of leaked password lists, sequences, repetitions, dates and
/// keyboard rows. Such a password is found in fewer than a hundred million attempts.
fn is_common(text: &str) -> bool {
    zxcvbn(&text.to_lowercase(), &COMMON_HERE).score() < Score::Three
}

/// Shorter parts of a name or an address occur in too many words by chance.
const SHORTEST_PART: usize = 4;

/// The letters and digits of a text, in the form used for comparing.
fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether the password contains personal data of its owner: the e-mail address before the `@`, a name of its domain, or the
/// owner's name. Returns the code of the violation.
pub(super) fn personal_part(password: &str, email: &Email, name: &str) -> Option<&'static str> {
    let password = letters(password);
    let holds = |part: &str| {
        let part = letters(part);
        part.chars().count() >= SHORTEST_PART && password.contains(&part)
    };
    let (local, domain) = email.as_str().rsplit_once('@').unwrap_or((email.as_str(), ""));
    // The last name of a domain is a country or a category.
    let names = domain.rsplit_once('.').map_or("", |(names, _)| names);
    if holds(local) || names.split('.').any(holds) {
        return Some("contains_own_address");
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let given = words.len().checked_sub(2).map(|from| words[from..].concat());
    let is_named = holds(name) || given.is_some_and(|given| holds(&given)) || words.into_iter().any(holds);
    is_named.then_some("contains_own_name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_everybody_tries_are_refused() {
        for common in [
            "password1234",
            "Password1234!",
            "123456789012",
            "111111111111",
            "abcdefghijkl",
            "qwertyuiop12",
            "qwertyuiopasdf",
            "passwordpassword",
            "iloveyou1234",
            "12345678901234567890",
            "aaaaaaaaaaaaaaaa",
            "administrator",
            "matkhau12345",
            "Matkhau@2026",
            "anhyeuem1234",
            "p@ssw0rd1234",
            "welcome12345",
            "vietnam12345",
        ] {
            assert_eq!(Password::parse(common), Err("common_password"), "{common}");
        }
    }

    #[test]
    fn a_sentence_is_a_good_password() {
        for good in [
            "mot-mat-khau-dai-2026",
            "mat-khau-cua-san-khau-2026",
            "chim-xanh-bay-cao-2026",
            "song-dai-troi-rong-2027",
            "bien-xanh-cat-trang-2027",
            "correct horse battery staple",
            "trời xanh mây trắng",
            "x7k2-PmQ9-tz4w",
        ] {
            assert!(Password::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn ones_own_name_and_address_are_no_secret() {
        let email = Email::parse("lan.nguyen@hoasen.com.vn").unwrap();
        let found = |password| personal_part(password, &email, "Nguyễn Thị Lan");
        assert_eq!(found("Lan.Nguyen!!2026"), Some("contains_own_address"));
        assert_eq!(found("xin-lannguyen-moi"), Some("contains_own_address"));
        assert_eq!(found("hoa sen nở 2026"), Some("contains_own_address"));
        assert_eq!(found("nguyen-thi-lan-26"), Some("contains_own_name"));
        assert_eq!(found("Thị Lan đẹp nhất"), Some("contains_own_name"));
        assert_eq!(found("NGUYỄN-7h2k-9f3d"), Some("contains_own_name"));
        assert_eq!(found("lan toả yêu thương"), None);
        assert_eq!(found("mot-mat-khau-dai-2026"), None);
    }
}
