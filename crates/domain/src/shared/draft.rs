use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Violations;
use super::shape::{Shape, Step, pointer};
use crate::playbook::Playbook;

/// What a caller may say: the body of a request and the command to the domain in one, closed to members it does not know.
pub trait Draft: DeserializeOwned + ToSchema + 'static {
    /// Members that are given at birth and then change only by verbs, never by a patch.
    const FIXED: &'static [&'static str] = &[];

    /// Members that are secrets. They are kept nowhere but as what they are for, not even in the digest by which a repeated request is
    /// known again.
    const SECRETS: &'static [&'static str] = &[];

    /// The draft as it is stored and told: with what the playbook says of members that were left out.
    #[must_use]
    fn with_defaults(self, _playbook: &Playbook) -> Self {
        self
    }

    /// Rules over several members. Each looks first whether its members are right by themselves: [`Violations::none_at`].
    fn check(&self, _violations: &mut Violations) {}

    /// Rules that want the playbook or the present moment.
    fn check_against(&self, _playbook: &Playbook, _now: DateTime<Utc>, _violations: &mut Violations) {}
}

/// Reads a draft from JSON. The good path is one pass; a faulty body is taken apart until every fault is known.
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

/// Reads a draft from JSON with what is wrong with it, so that it can be asked whether the caller may say it at all, and what else is
/// wrong with it. A faulty draft holds stand-ins and must never be written.
///
/// # Errors
/// All violations, if nothing can stand in for what cannot be read.
pub fn read_with_faults<T: Draft>(json: Value) -> Result<(T, Violations), Violations> {
    Parse::of(json).with_faults()
}

/// What was made of a body.
pub(super) struct Parse<T> {
    /// The draft; none if nothing can be read.
    pub(super) draft: Option<T>,
    /// What is wrong with the body.
    pub(super) violations: Violations,
    /// Whether the draft says what the body says. Otherwise it holds stand-ins where the faults were, so that one fault does not hide
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
        // Of a body about which no more is told, only the rights are asked.
        let draft = draft.or_else(|| if violations.is_full() { T::deserialize(Shape::of::<T>().minimal()).ok() } else { None });
        if let Some(draft) = &draft {
            draft.check(&mut violations);
        }
        Self { draft, violations, is_faithful }
    }

    /// The draft, with stand-ins where it is not faithful, and what is wrong with it.
    pub(super) fn with_faults(self) -> Result<(T, Violations), Violations> {
        match self.draft {
            Some(draft) => Ok((draft, self.violations)),
            None => Err(self.violations),
        }
    }
}

/// Repeats reading, each time with the member at fault put right.
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

/// The code of a serde message: our own types say a bare code, serde's own messages begin in known ways.
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

/// An order that says nothing more than the verb itself. `{}` is accepted.
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

    /// Reads any JSON as it is, and again with its members under names that the draft knows.
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
