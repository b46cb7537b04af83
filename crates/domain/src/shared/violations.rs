use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One thing that is wrong with one member of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Violation {
    /// Where: a JSON pointer (RFC 6901) into the request body, such as `/contact_points/0/value`, or `/name` for a query parameter.
    #[schema(max_length = 500, example = "/phone")]
    pub pointer: String,
    /// What: a stable word for programs. New words may appear.
    #[schema(max_length = 60, example = "invalid_phone")]
    pub code: String,
    /// Values that belong to the rule, such as the words that would be allowed.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
}

/// Everything that is wrong with a request, reported at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// More are not told: a body that is wrong all over is not worth the time.
    pub const MOST: usize = 100;

    /// A single violation.
    pub fn one(pointer: &str, code: &str) -> Self {
        let mut violations = Self::default();
        violations.add(pointer, code);
        violations
    }

    /// Notes that the member at `pointer` breaks the rule `code`. What is already noted for a member stands.
    pub fn add(&mut self, pointer: &str, code: &str) {
        self.add_with(pointer, code, Map::new());
    }

    /// Like [`Self::add`], with values that belong to the rule.
    pub fn add_with(&mut self, pointer: &str, code: &str, params: Map<String, Value>) {
        if self.is_full() || self.0.iter().any(|known| known.pointer == pointer) {
            return;
        }
        self.0.push(Violation { pointer: pointer.to_owned(), code: code.to_owned(), params });
    }

    /// Whether nothing is wrong with these members, or with what they hold: only then can a rule over them be applied.
    pub fn none_at(&self, members: &[&str]) -> bool {
        let is_at = |pointer: &str, member: &str| {
            pointer.strip_prefix(member).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !self.0.iter().any(|violation| members.iter().any(|member| is_at(&violation.pointer, member)))
    }

    /// Takes over what another check found.
    pub fn extend(&mut self, other: Self) {
        for violation in other.0 {
            self.add_with(&violation.pointer, &violation.code, violation.params);
        }
    }

    /// The violations under `pointer` of a larger body.
    pub fn below(self, pointer: &str) -> Self {
        Self(self.0.into_iter().map(|v| Violation { pointer: format!("{pointer}{}", v.pointer), ..v }).collect())
    }

    /// The violations of members that a patch changed: it answers for these, not for what stood before. A customer of another kind, or
    /// one that no longer belongs to another, answers for the identity numbers as well.
    #[must_use]
    pub fn caused_by(self, is_changed: impl Fn(&str) -> bool) -> Self {
        let is_caused = |violation: &Violation| {
            let member = violation.pointer.split('/').nth(1).unwrap_or_default();
            let is_another = is_changed("kind") || is_changed("parent_id");
            is_changed(member) || (is_another && matches!(member, "tax_code" | "citizen_id"))
        };
        Self(self.0.into_iter().filter(is_caused).collect())
    }

    /// The violations other than those with a code.
    #[must_use]
    pub fn without(self, code: &str) -> Self {
        Self(self.0.into_iter().filter(|v| v.code != code).collect())
    }

    /// Whether no more are told.
    pub fn is_full(&self) -> bool {
        self.0.len() >= Self::MOST
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value, if nothing is wrong with it.
    ///
    /// # Errors
    /// The violations, if there are any.
    pub fn unless_any<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The single violations, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Violation> {
        self.0
    }

    /// The single violations, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }
}
