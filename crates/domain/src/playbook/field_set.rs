use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Playbook, PlaybookValue};
use crate::shared::{Key, Text, Violations};

/// A set of custom fields, such as a survey.
// R-EDU-25…29.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldSet {
    /// Permanent key.
    pub key: Key,
    /// Display name.
    pub name: Text<100>,
    /// The kinds of records that have these fields. If accounts have them, a conversion copies the lead's answers to the
    /// account.
    #[schema(max_items = 2)]
    pub records: Vec<FieldOwner>,
    /// The fields, in order.
    #[schema(max_items = 100)]
    pub fields: Vec<CustomField>,
}

/// A kind of record with custom fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldOwner {
    /// Leads.
    Lead,
    /// Accounts.
    Account,
}

/// A custom field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomField {
    /// Permanent key, unique among all sets. It is the key of the answer in `custom_fields`.
    pub key: Key,
    /// The question, in the organisation's own words.
    pub name: Text<200>,
    /// The type of the answer.
    pub kind: CustomFieldKind,
    /// The options, for the kinds `choice` and `choices`.
    #[serde(default)]
    #[schema(required = true, max_items = 200)]
    pub options: Vec<PlaybookValue>,
    /// Whether the field takes no new answers. Existing answers stay.
    #[serde(default)]
    #[schema(required = true)]
    pub is_retired: bool,
}

/// The type of the answer to a custom field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomFieldKind {
    /// Text of up to 2000 characters.
    Text,
    /// A whole number, zero or more.
    Number,
    /// `true` or `false`.
    Boolean,
    /// The key of one of the options.
    Choice,
    /// Keys of several options. Each may appear once.
    Choices,
}

impl CustomFieldKind {
    const fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

/// Maximum number of fields in all sets.
const MOST_FIELDS: usize = 100;

impl Playbook {
    /// The fields of this kind of record, including retired ones.
    pub fn fields_of(&self, owner: FieldOwner) -> impl Iterator<Item = &CustomField> {
        self.field_sets.iter().filter(move |set| set.records.contains(&owner)).flat_map(|set| &set.fields)
    }

    /// The field with this key, if this kind of record has it.
    pub fn field_of(&self, owner: FieldOwner, key: &str) -> Option<&CustomField> {
        self.fields_of(owner).find(|field| field.key.as_str() == key)
    }
}

/// Validates all sets: keys are unique, and choices have options.
pub(super) fn check(sets: &[FieldSet], violations: &mut Violations) {
    let fields = || sets.iter().flat_map(|set| &set.fields);
    if sets.len() > 20 || fields().count() > MOST_FIELDS {
        violations.add("/field_sets", "too_many");
    }
    let mut seen = HashSet::new();
    for field in fields().filter(|field| !seen.insert(field.key.as_str())) {
        violations.add(&format!("/field_sets/{}", field.key), "repeated_key");
    }
    for set in sets {
        if set.records.is_empty() {
            violations.add(&format!("/field_sets/{}/records", set.key), "too_few");
        }
        for field in &set.fields {
            check_options(field, &format!("/field_sets/{}/fields/{}/options", set.key, field.key), violations);
        }
    }
}

fn check_options(field: &CustomField, pointer: &str, violations: &mut Violations) {
    let mut seen = HashSet::new();
    for option in field.options.iter().filter(|option| !seen.insert(option.key.as_str())) {
        violations.add(&format!("{pointer}/{}", option.key), "repeated_key");
    }
    match (field.kind.has_options(), field.options.len()) {
        (true, 0) => violations.add(pointer, "too_few"),
        (true, 201..) => violations.add(pointer, "too_many"),
        (false, 1..) => violations.add(pointer, "only_for_choices"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn faults(sets: Value) -> Vec<(String, String)> {
        let sets: Vec<FieldSet> = serde_json::from_value(sets).unwrap();
        let mut violations = Violations::default();
        check(&sets, &mut violations);
        violations.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn survey(fields: Value) -> Value {
        json!({"key": "survey", "name": "Khảo sát", "records": ["lead"], "fields": fields})
    }

    #[test]
    fn r_edu_25_a_field_of_choices_has_something_to_choose_from_and_no_other_has() {
        let option = json!({"key": "school", "name": "Trường học"});
        let fields = json!([
            {"key": "model", "name": "Mô hình", "kind": "choice"},
            {"key": "staff", "name": "Nhân sự", "kind": "number", "options": [option]},
            {"key": "courses", "name": "Khóa học", "kind": "choices", "options": [option, option]},
        ]);
        let expected = [
            ("/field_sets/survey/fields/model/options", "too_few"),
            ("/field_sets/survey/fields/staff/options", "only_for_choices"),
            ("/field_sets/survey/fields/courses/options/school", "repeated_key"),
        ];
        assert_eq!(faults(json!([survey(fields)])), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }

    #[test]
    fn a_key_names_one_field_among_all_sets() {
        let field = json!({"key": "staff", "name": "Nhân sự", "kind": "number"});
        let other = json!({"key": "other", "name": "Khác", "records": [], "fields": [field]});
        let expected = [("/field_sets/staff", "repeated_key"), ("/field_sets/other/records", "too_few")];
        let found = faults(json!([survey(json!([field])), other]));
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }
}
