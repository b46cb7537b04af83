use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A violation of a rule by one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Violation {
    /// The position: a JSON pointer (RFC 6901) into the request body, such as `/contact_points/0/value`, or `/name` for a query
    /// parameter.
    #[schema(max_length = 500, example = "/phone")]
    pub pointer: String,
    /// A stable code for programs. New codes may be added.
    #[schema(max_length = 60, example = "invalid_phone")]
    pub code: String,
    /// Details of the rule, such as the allowed values.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
}

impl Violation {
    /// Whether the field is missing or has the wrong type, so that its content is unknown.
    fn is_unreadable(&self) -> bool {
        matches!(self.code.as_str(), "wrong_type" | "required")
    }
}

/// Whether a pointer refers to the field, or to something inside it.
fn is_within(pointer: &str, member: &str) -> bool {
    pointer.strip_prefix(member).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// All violations of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Maximum number of violations in a response.
    pub const MOST: usize = 100;

    /// A single violation.
    pub fn one(pointer: &str, code: &str) -> Self {
        let mut violations = Self::default();
        violations.add(pointer, code);
        violations
    }

    /// Adds the violation `code` at `pointer`. The first violation of a field is kept. Nothing is added below a field that
    /// could not be read.
    pub fn add(&mut self, pointer: &str, code: &str) {
        self.add_with(pointer, code, Map::new());
    }

    /// Like [`Self::add`], with details of the rule.
    pub fn add_with(&mut self, pointer: &str, code: &str, params: Map<String, Value>) {
        if self.is_full() || !self.can_check(pointer) {
            return;
        }
        self.0.push(Violation { pointer: pointer.to_owned(), code: code.to_owned(), params });
    }

    /// Whether these fields and their content have no violations. A rule over several fields can be applied only then.
    pub fn is_valid(&self, members: &[&str]) -> bool {
        members.iter().all(|member| self.can_check(member) && !self.0.iter().any(|known| is_within(&known.pointer, member)))
    }

    /// Whether the field at `pointer` can be checked further: it has no violation, and no field above it was unreadable. Look
    /// up a record only in this case.
    pub fn can_check(&self, pointer: &str) -> bool {
        let closes =
            |known: &Violation| known.pointer == pointer || (known.is_unreadable() && is_within(pointer, &known.pointer));
        !self.0.iter().any(closes)
    }

    /// Adds the violations of another check.
    pub fn extend(&mut self, other: Self) {
        for violation in other.0 {
            self.add_with(&violation.pointer, &violation.code, violation.params);
        }
    }

    /// These violations and those of another check.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.extend(other);
        self
    }

    /// The violations of the part of the body at `pointer`, relative to that part.
    #[must_use]
    pub fn relative_to(&self, pointer: &str) -> Self {
        let part = |known: &Violation| {
            let inside = is_within(&known.pointer, pointer).then(|| known.pointer[pointer.len()..].to_owned());
            let of_whole = || (known.is_unreadable() && is_within(pointer, &known.pointer)).then(String::new);
            inside.or_else(of_whole).map(|pointer| Violation { pointer, ..known.clone() })
        };
        Self(self.0.iter().filter_map(part).collect())
    }

    /// The violations with `pointer` as prefix, for a part of a larger body.
    pub fn prefixed(self, pointer: &str) -> Self {
        Self(self.0.into_iter().map(|v| Violation { pointer: format!("{pointer}{}", v.pointer), ..v }).collect())
    }

    /// The violations of fields that a patch changed. A patch is not responsible for older faults. A changed kind or parent
    /// makes it responsible for the identity numbers as well.
    #[must_use]
    pub fn only_for(self, is_changed: impl Fn(&str) -> bool) -> Self {
        let is_caused = |violation: &Violation| {
            let member = violation.pointer.split('/').nth(1).unwrap_or_default();
            let is_another = is_changed("kind") || is_changed("parent_id");
            is_changed(member) || (is_another && matches!(member, "tax_code" | "citizen_id"))
        };
        Self(self.0.into_iter().filter(is_caused).collect())
    }

    /// The violations except those with this code.
    #[must_use]
    pub fn without(self, code: &str) -> Self {
        self.unless(|violation| violation.code == code)
    }

    /// The violations that do not match.
    #[must_use]
    pub fn unless(mut self, is_left_out: impl Fn(&Violation) -> bool) -> Self {
        self.0.retain(|violation| !is_left_out(violation));
        self
    }

    /// Whether no more violations are added: the maximum is reached, or the whole body is unreadable.
    pub fn is_full(&self) -> bool {
        self.0.len() >= Self::MOST || self.0.iter().any(|known| known.pointer.is_empty() && known.is_unreadable())
    }

    /// Whether there are no violations.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value, if there are no violations.
    ///
    /// # Errors
    /// The violations.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// All violations, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Violation> {
        self.0
    }

    /// All violations, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(violations: Violations) -> Vec<String> {
        violations.into_vec().into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn below_what_could_not_be_read_nothing_is_told() {
        let mut violations = Violations::one("/account", "wrong_type");
        violations.add("/account/id", "not_found");
        violations.add("/account_id", "not_found");
        assert!(!violations.is_valid(&["/account/id"]) && !violations.can_check("/account/id"));
        assert_eq!(pointers(violations), ["/account", "/account_id"]);
        let mut whole = Violations::one("", "wrong_type");
        whole.add("/name", "required");
        assert_eq!(pointers(whole), [""]);
    }

    #[test]
    fn a_list_that_is_too_long_does_not_hide_what_its_items_are() {
        let mut violations = Violations::one("/product_ids", "too_many");
        violations.add("/product_ids/3", "not_found");
        assert!(!violations.can_check("/product_ids") && violations.can_check("/product_ids/0"));
        assert_eq!(pointers(violations), ["/product_ids", "/product_ids/3"]);
    }

    #[test]
    fn a_part_knows_its_own_faults() {
        let mut violations = Violations::one("/account/fields/phone", "invalid_phone");
        violations.add("/contact", "wrong_type");
        assert_eq!(pointers(violations.relative_to("/account/fields")), ["/phone"]);
        assert_eq!(pointers(violations.relative_to("/contact/fields")), [""]);
        assert_eq!(
            violations.relative_to("/account/fields").prefixed("/account/fields"),
            Violations::one("/account/fields/phone", "invalid_phone")
        );
    }
}
