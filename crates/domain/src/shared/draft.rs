use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Violations;
use super::shape::{Shape, Step, pointer};
use crate::playbook::Playbook;

/// The input of a caller: request body and command to the domain in one. Unknown fields are refused.
pub trait Draft: DeserializeOwned + ToSchema + 'static {
    /// Fields that are set on creation and then change only by actions, never by a patch.
    const FIXED: &'static [&'static str] = &[];

    /// Secret fields. They are stored only for their purpose, and are not even part of the digest that identifies a repeated
    /// request.
    const SECRETS: &'static [&'static str] = &[];

    /// The draft as it is stored and returned: omitted fields get the playbook's defaults.
    #[must_use]
    fn with_defaults(self, _playbook: &Playbook) -> Self {
        self
    }

    /// Rules over several fields. Each first checks that its fields are valid themselves: [`Violations::is_valid`].
    fn check(&self, _violations: &mut Violations) {}

    /// Rules that need the playbook or the current time.
    fn check_against(&self, _playbook: &Playbook, _now: DateTime<Utc>, _violations: &mut Violations) {}
}

/// Reads a draft from JSON. A valid body takes one pass; a faulty one is examined until all faults are found.
///
/// # Errors
/// All violations at once.
pub fn read<T: Draft>(json: Value) -> Result<T, Violations> {
    let reading = Parse::of(json);
    match reading.draft {
        Some(draft) if reading.violations.is_empty() => Ok(draft),
        _ => Err(reading.violations),
    }
}

/// Reads a draft from JSON together with its violations, so that permissions and further rules can be checked first. A faulty
/// draft contains placeholders and must never be written.
///
/// # Errors
/// All violations, if a faulty value has no placeholder.
pub fn read_with_faults<T: Draft>(json: Value) -> Result<(T, Violations), Violations> {
    Parse::of(json).with_faults()
}

/// The result of parsing a body.
pub(super) struct Parse<T> {
    /// The draft; none if the body cannot be read.
    pub(super) draft: Option<T>,
    /// The violations of the body.
    pub(super) violations: Violations,
    /// Whether the draft equals the body. If not, it contains placeholders for faulty values, so that one fault does not hide
    /// another, and must never be written.
    pub(super) is_faithful: bool,
}

impl<T: Draft> Parse<T> {
    pub(super) fn of(mut json: Value) -> Self {
        let mut violations = Violations::default();
        if !json.is_object() {
            violations.add("", "wrong_type");
        }
        let is_nested = json.as_object().is_some_and(|members| members.values().any(|one| one.is_array() || one.is_object()));
        if is_nested {
            Shape::of::<T>().remove_type_errors(&mut json, &mut violations);
        }
        let read = if violations.is_empty() { T::deserialize(&json).ok() } else { None };
        let is_faithful = read.is_some();
        let draft = read.or_else(|| repair(json, &mut violations));
        // With the maximum number of violations reached, the draft is only needed to check permissions.
        let draft = draft.or_else(|| if violations.is_full() { T::deserialize(Shape::of::<T>().minimal()).ok() } else { None });
        if let Some(draft) = &draft {
            draft.check(&mut violations);
        }
        Self { draft, violations, is_faithful }
    }

    /// The draft, with placeholders if it is not faithful, and its violations.
    pub(super) fn with_faults(self) -> Result<(T, Violations), Violations> {
        match self.draft {
            Some(draft) => Ok((draft, self.violations)),
            None => Err(self.violations),
        }
    }
}

/// Parses repeatedly. Each time the faulty member is replaced by a valid one.
fn repair<T: Draft>(mut json: Value, violations: &mut Violations) -> Option<T> {
    let shape = Shape::of::<T>();
    shape.take_unknown(&mut json, violations);
    let mut mended = Vec::new();
    while !violations.is_full() {
        let fault = match serde_path_to_error::deserialize::<_, T>(&json) {
            Ok(draft) => return Some(draft),
            Err(fault) => fault,
        };
        let mut steps = Step::all(fault.path());
        let message = fault.into_inner().to_string();
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        steps.extend(missing.map(|name| Step::Member(name.to_owned())));
        let at = pointer(&steps);
        let code = if missing.is_some() { "required" } else { code_of(&message) };
        violations.add_with(&at, code, shape.allowed(&steps, code));
        if steps.is_empty() || mended.contains(&at) {
            return None;
        }
        shape.repair(&mut json, &steps);
        mended.push(at);
    }
    None
}

/// The code of a serde message: our own types return a bare code, serde's messages start with known texts.
fn code_of(message: &str) -> &str {
    let known = [
        ("unknown field", "unknown_member"),
        ("unknown variant", "not_one_of"),
        ("invalid type", "wrong_type"),
        ("invalid length", "wrong_length"),
        ("duplicate field", "repeated_member"),
    ];
    if let Some((_, code)) = known.iter().find(|(start, _)| message.starts_with(start)) {
        return code;
    }
    if message.contains(' ') { "invalid_value" } else { message }
}

/// The input of an action without parameters: `{}`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl Draft for Nothing {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::accounts::{AccountDraft, ContactDraft};
    use crate::activities::ActivityDraft;
    use crate::catalog::ProductDraft;
    use crate::identity::UserDraft;
    use crate::leads::{LeadDraft, LeadFormDraft};
    use crate::opportunities::OpportunityDraft;
    use crate::shared::arbitrary_json;
    use crate::telephony::{CallDraft, StringeeEvent};

    /// Reads any JSON as it is, and again with its members renamed to fields of the draft.
    fn read_anyhow<T: Draft>(said: &Value, first: usize) {
        let _ = read_with_faults::<T>(said.clone());
        let schema = serde_json::to_value(T::schema()).unwrap();
        let names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let mut renamed = said.as_object().cloned().unwrap_or_default();
        let values: Vec<Value> = renamed.values().cloned().collect();
        for (index, value) in values.into_iter().enumerate() {
            renamed.insert(names[(first + index) % names.len()].clone(), value);
        }
        if let Err(faults) = read_with_faults::<T>(Value::Object(renamed)) {
            assert!(!faults.is_empty());
        }
    }

    proptest! {
        #[test]
        fn whatever_a_body_holds_it_is_read_or_refused(said in arbitrary_json(), first in 0_usize..40) {
            read_anyhow::<StringeeEvent>(&said, first);
            read_anyhow::<CallDraft>(&said, first);
            read_anyhow::<LeadDraft>(&said, first);
            read_anyhow::<LeadFormDraft>(&said, first);
            read_anyhow::<AccountDraft>(&said, first);
            read_anyhow::<ContactDraft>(&said, first);
            read_anyhow::<OpportunityDraft>(&said, first);
            read_anyhow::<ActivityDraft>(&said, first);
            read_anyhow::<ProductDraft>(&said, first);
            read_anyhow::<UserDraft>(&said, first);
        }
    }
}
