//! The texts for people, in Vietnamese and English.

use std::sync::LazyLock;

use chot_domain::notifications::Language;
use chot_domain::shared::Code;
use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentMessage, FluentResource, FluentValue};
use serde_json::Value;
use unic_langid::LanguageIdentifier;

/// A supported language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Locale {
    /// The preferred supported language of an `Accept-Language` header, by its weights; English if there is none.
    pub fn accepted(header: Option<&str>) -> Self {
        Self::named(header).unwrap_or(Self::En)
    }

    /// The same, or `None` if the header contains no supported language.
    pub fn named(header: Option<&str>) -> Option<Self> {
        let mut best = (0.0, None);
        for part in header.unwrap_or_default().split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight =
                pieces.find_map(|piece| piece.trim().strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
            let locale = match tag.split('-').next() {
                Some("vi") => Self::Vi,
                Some("en") => Self::En,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, Some(locale));
            }
        }
        best.1
    }

    /// The tag for `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::Vi => Self::Vi,
            Language::En => Self::En,
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

static VIETNAMESE: LazyLock<Bundle> = LazyLock::new(|| bundle("vi", include_str!("../../messages/vi.ftl")));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", include_str!("../../messages/en.ftl")));

fn bundle(language: &str, text: &str) -> Bundle {
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    // Messages that do not parse are left out; a test finds every missing message.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

fn message(locale: Locale, id: &str) -> Option<(&'static Bundle, FluentMessage<'static>)> {
    let bundle: &'static Bundle = match locale {
        Locale::Vi => &VIETNAMESE,
        Locale::En => &ENGLISH,
    };
    Some((bundle, bundle.get_message(id)?))
}

fn text(locale: Locale, id: &str, attribute: Option<&str>) -> Option<String> {
    let (bundle, message) = message(locale, id)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name)?.value(),
    };
    Some(bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned())
}

/// A message with the given facts: texts and whole numbers; other facts are ignored.
pub fn render(locale: Locale, id: &str, facts: &Value) -> Option<String> {
    let mut args = FluentArgs::new();
    for (name, fact) in facts.as_object().into_iter().flatten() {
        match fact {
            Value::String(text) => args.set(name.clone(), FluentValue::from(text.clone())),
            Value::Number(number) => args.set(name.clone(), FluentValue::from(number.as_i64().unwrap_or_default())),
            _ => {}
        }
    }
    let (bundle, message) = message(locale, id)?;
    Some(bundle.format_pattern(message.value()?, Some(&args), &mut Vec::new()).into_owned())
}

struct Spelled(Code);

impl Spelled {
    fn id(&self) -> String {
        format!("problem-{}", word(self.0))
    }
}

/// The value of a code in JSON.
pub fn word(code: Code) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The title of a problem.
pub fn problem_title(locale: Locale, code: Code) -> String {
    text(locale, &Spelled(code).id(), None).or_else(|| text(locale, "problem-other", None)).unwrap_or_default()
}

/// What to do about a problem.
pub fn problem_detail(locale: Locale, code: Code) -> String {
    let own = text(locale, &Spelled(code).id(), Some("detail"));
    own.or_else(|| text(locale, "problem-other", Some("detail"))).unwrap_or_default()
}

/// The text of a violation.
pub fn violation_text(locale: Locale, code: &str) -> String {
    text(locale, &format!("violation-{code}"), None).or_else(|| text(locale, "violation-other", None)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_best_that_the_caller_accepts() {
        assert_eq!(Locale::accepted(Some("vi-VN,vi;q=0.9,en;q=0.8")), Locale::Vi);
        assert_eq!(Locale::accepted(Some("en;q=0.9, vi;q=0.3")), Locale::En);
        assert_eq!(Locale::accepted(Some("fr")), Locale::En);
        assert_eq!(Locale::accepted(None), Locale::En);
    }

    #[test]
    fn both_languages_have_the_same_messages() {
        let ids = |text: &str| -> Vec<String> {
            text.lines()
                .filter_map(|line| line.split_once(" = "))
                .map(|(id, _)| id.trim().to_owned())
                .filter(|id| !id.starts_with('.'))
                .collect()
        };
        let vietnamese = ids(include_str!("../../messages/vi.ftl"));
        assert_eq!(vietnamese, ids(include_str!("../../messages/en.ftl")));
        for id in vietnamese {
            assert!(text(Locale::Vi, &id, None).is_some() && text(Locale::En, &id, None).is_some(), "{id}");
        }
    }

    #[test]
    fn a_problem_is_told_in_both_languages() {
        assert_ne!(problem_title(Locale::Vi, Code::NotFound), problem_title(Locale::En, Code::NotFound));
        assert_ne!(problem_title(Locale::En, Code::NotFound), problem_title(Locale::En, Code::Forbidden));
    }
}
