use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{AdditionalProperties, Type};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::playbook::{CustomField, CustomFieldKind, FieldOwner, Playbook};
use crate::shared::{Key, Text, Violations, in_form_c, member_pointer};

/// What a record has answered to the fields that the playbook declares for it, by the keys of the fields (R-EDU-25…29).
///
/// The playbook says what can be answered, not what can be read: an answer to a field that was retired or changed since stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CustomFields(BTreeMap<String, Value>);

/// The longest text that is an answer.
const LONGEST: usize = 2000;
/// The largest number that is an answer.
const LARGEST: u64 = 1_000_000_000_000;
/// How many options one answer chooses at most.
const MOST_CHOSEN: usize = 200;

impl<'de> Deserialize<'de> for CustomFields {
    /// `null` and an empty list say that there is no answer.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answers = BTreeMap::<String, Value>::deserialize(deserializer)?;
        Ok(Self(answers.into_iter().filter_map(|(key, answer)| Some((key, given(answer)?))).collect()))
    }
}

/// An answer with its texts in the form in which all text is kept.
fn given(answer: Value) -> Option<Value> {
    match answer {
        Value::Null => None,
        Value::Array(chosen) if chosen.is_empty() => None,
        Value::String(text) => Some(in_form_c(&text).trim().into()),
        other => Some(other),
    }
}

impl CustomFields {
    /// The single answers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, answer)| (key.as_str(), answer))
    }

    /// The answer to a field.
    pub fn answer(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Notes below `pointer` what the playbook has against the answers of such a record.
    pub fn check_against(&self, bearer: FieldOwner, playbook: &Playbook, pointer: &str, violations: &mut Violations) {
        for (key, answer) in &self.0 {
            let at = format!("{pointer}{}", member_pointer(key));
            match playbook.field_of(bearer, key) {
                None => violations.add_with(&at, "unknown_key", known(bearer, playbook)),
                Some(field) if field.is_retired => violations.add(&at, "retired_key"),
                Some(field) => check_answer(field, answer, &at, violations),
            }
        }
    }

    /// The answers to fields that records of another kind are asked as well.
    #[must_use]
    pub fn for_record(&self, bearer: FieldOwner, playbook: &Playbook) -> Self {
        let borne = self.0.iter().filter(|(key, _)| playbook.field_of(bearer, key).is_some());
        Self(borne.map(|(key, answer)| (key.clone(), answer.clone())).collect())
    }

    /// These answers, with what is not answered taken from `other`.
    #[must_use]
    pub fn filled_from(&self, other: &Self) -> Self {
        let mut answers = other.0.clone();
        answers.extend(self.0.clone());
        Self(answers)
    }
}

/// The fields that could be answered, for the violation of it.
fn known(bearer: FieldOwner, playbook: &Playbook) -> Map<String, Value> {
    let keys: Vec<_> = playbook.fields_of(bearer).filter(|field| !field.is_retired).map(|field| field.key.as_str()).collect();
    Map::from_iter([("allowed".to_owned(), keys.into())])
}

fn check_answer(field: &CustomField, answer: &Value, at: &str, violations: &mut Violations) {
    match (field.kind, answer) {
        (CustomFieldKind::Boolean, Value::Bool(_)) => {}
        (CustomFieldKind::Number, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            if number.as_u64().is_none_or(|number| number > LARGEST) {
                violations.add(at, "out_of_range");
            }
        }
        (CustomFieldKind::Text, Value::String(text)) => {
            if let Err(code) = Text::<LONGEST>::parse(text) {
                violations.add(at, code);
            }
        }
        (CustomFieldKind::Choice, Value::String(option)) => check_option(field, option, at, violations),
        (CustomFieldKind::Choices, Value::Array(chosen)) => check_chosen(field, chosen, at, violations),
        _ => violations.add_with(at, "wrong_type", wanted(field.kind)),
    }
}

fn check_option(field: &CustomField, option: &str, at: &str, violations: &mut Violations) {
    Playbook::require_list_value(&field.options, Some(&Key::from_stored(option.to_owned())), at, violations);
}

fn check_chosen(field: &CustomField, chosen: &[Value], at: &str, violations: &mut Violations) {
    if chosen.len() > MOST_CHOSEN {
        violations.add(at, "too_many");
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, option) in chosen.iter().enumerate() {
        let at = format!("{at}/{index}");
        match option.as_str() {
            None => violations.add(&at, "wrong_type"),
            Some(option) if !seen.insert(option) => violations.add(&at, "repeated"),
            Some(option) => check_option(field, option, &at, violations),
        }
    }
}

/// The type that an answer has to have, for the violation of it.
fn wanted(kind: CustomFieldKind) -> Map<String, Value> {
    let name = match kind {
        CustomFieldKind::Text | CustomFieldKind::Choice => "string",
        CustomFieldKind::Number => "integer",
        CustomFieldKind::Boolean => "boolean",
        CustomFieldKind::Choices => "array",
    };
    Map::from_iter([("type".to_owned(), name.into())])
}

impl PartialSchema for CustomFields {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let key = text().max_length(Some(50)).pattern(Some("^[a-z][a-z0-9_]*$"));
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(LARGEST));
        let chosen = ArrayBuilder::new().items(Key::schema()).max_items(Some(MOST_CHOSEN));
        let answer = OneOfBuilder::new()
            .item(text().max_length(Some(LONGEST)))
            .item(number)
            .item(ObjectBuilder::new().schema_type(Type::Boolean))
            .item(chosen)
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .description(Some(
                "Text, a whole number, yes or no, the key of an option, or a list of such keys, as the field wants it.",
            ));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(Some(key.build()))
            .max_properties(Some(100))
            .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(Schema::OneOf(answer.build())))))
            .description(Some(
                "Answers to the fields that the playbook declares in `field_sets`, by the keys of the fields. What is not answered \
                 is absent or `null`. A merge patch changes the answers that it names, and clears those that it names `null`.",
            ))
            .examples([json!({"business_model": "language_center", "staff_count": 25})])
            .build()
            .into()
    }
}

impl ToSchema for CustomFields {
    fn name() -> Cow<'static, str> {
        "CustomFields".into()
    }
}
