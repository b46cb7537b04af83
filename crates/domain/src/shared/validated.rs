use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use utoipa::openapi::{Object, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The rules of a kind of text: what it accepts, how it is stored, and its description in the contract.
///
/// The limit of a field is defined only here.
pub trait Rule: 'static {
    /// The name of the schema in the contract.
    fn name() -> Cow<'static, str>;

    /// The canonical form of `text`. `text` is in Unicode form C, trimmed, and without NUL.
    ///
    /// # Errors
    /// The code of the violated rule.
    fn canonical(text: &str) -> Result<String, &'static str>;

    /// The schema in the contract.
    fn describe() -> Object;
}

/// The text in Unicode form C. Most texts already are.
pub(crate) fn in_form_c(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.into() } else { text.nfc().collect::<String>().into() }
}

/// Text that satisfies the rules `F`, in canonical form.
pub struct Validated<F>(String, PhantomData<fn() -> F>);

impl<F: Rule> Validated<F> {
    /// Parses input of a caller.
    ///
    /// # Errors
    /// The code of the violated rule.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.contains('\0') {
            return Err("nul_character");
        }
        F::canonical(in_form_c(text).trim()).map(Self::from_stored)
    }
}

impl<F> Validated<F> {
    /// Takes stored text without validating it: values accepted by older rules must stay readable.
    pub const fn from_stored(text: String) -> Self {
        Self(text, PhantomData)
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<F> Clone for Validated<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}
impl<F> PartialEq for Validated<F> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<F> Eq for Validated<F> {}
impl<F> PartialOrd for Validated<F> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<F> Ord for Validated<F> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<F> fmt::Debug for Validated<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
impl<F> fmt::Display for Validated<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<F> From<Validated<F>> for String {
    fn from(text: Validated<F>) -> Self {
        text.0
    }
}
impl<F> From<&Validated<F>> for String {
    fn from(text: &Validated<F>) -> Self {
        text.0.clone()
    }
}

impl<F> Serialize for Validated<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, F: Rule> Deserialize<'de> for Validated<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<F: Rule> PartialSchema for Validated<F> {
    fn schema() -> RefOr<Schema> {
        F::describe().into()
    }
}

impl<F: Rule> ToSchema for Validated<F> {
    fn name() -> Cow<'static, str> {
        F::name()
    }
}
