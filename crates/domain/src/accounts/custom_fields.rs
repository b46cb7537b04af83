use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{AdditionalProperties, Type};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::playbook::{CustomField, CustomFieldKind, FieldOwner, Playbook};
use crate::shared::{Key, Text, Violations, in_form_c, member_pointer};

/// The answers of a record to the custom fields of the playbook, by field key (R-EDU-25…29).
///
/// The playbook decides which answers can be written, not which can be read: an answer stays when its field is retired or
/// changed later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CustomFields(BTreeMap<String, Value>);

/// Maximum length of a text answer, in characters.
const LONGEST: usize = 2000;
/// Largest number that is allowed as an answer.
const LARGEST: u64 = 1_000_000_000_000;
/// Maximum number of options in one answer.
const MOST_CHOSEN: usize = 200;

impl<'de> Deserialize<'de> for CustomFields {
    /// `null` and an empty list mean "no answer" and are dropped.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answers = BTreeMap::<String, Value>::deserialize(deserializer)?;
        Ok(Self(answers.into_iter().filter_map(|(key, answer)| Some((key, given(answer)?))).collect()))
    }
}

/// The answer with its texts trimmed and in Unicode form C; `None` if it is empty.
fn given(answer: Value) -> Option<Value> {
    match answer {
        Value::Null => None,
        Value::Array(chosen) if chosen.is_empty() => None,
        Value::String(text) => Some(in_form_c(&text).trim().into()),
        other => Some(other),
    }
}

impl CustomFields {
    /// All answers, as pairs of field key and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, answer)| (key.as_str(), answer))
    }

    /// The answer to a field.
    pub fn answer(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Validates the answers against the playbook's fields for records of this kind. Adds violations below `pointer`.
    pub fn check_against(&self, owner: FieldOwner, playbook: &Playbook, pointer: &str, violations: &mut Violations) {
        for (key, answer) in &self.0 {
            let at = format!("{pointer}{}", member_pointer(key));
            match playbook.field_of(owner, key) {
                None => violations.add_with(&at, "unknown_key", known(owner, playbook)),
                Some(field) if field.is_retired => violations.add(&at, "retired_key"),
                Some(field) => check_answer(field, answer, &at, violations),
            }
        }
    }

    /// Only the answers to fields that `bearer` has, too.
    #[must_use]
    pub fn for_record(&self, owner: FieldOwner, playbook: &Playbook) -> Self {
        let borne = self.0.iter().filter(|(key, _)| playbook.field_of(owner, key).is_some());
        Self(borne.map(|(key, answer)| (key.clone(), answer.clone())).collect())
    }

    /// These answers, completed with those of `other` where this record has none.
    #[must_use]
    pub fn filled_from(&self, other: &Self) -> Self {
        let mut answers = other.0.clone();
        answers.extend(self.0.clone());
        Self(answers)
    }
}

/// The keys that are allowed, as details of the violation.
fn known(owner: FieldOwner, playbook: &Playbook) -> Map<String, Value> {
    let keys: Vec<_> = playbook.fields_of(owner).filter(|field| !field.is_retired).map(|field| field.key.as_str()).collect();
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

/// The expected JSON type, as details of the violation.
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
