use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema, schema::AdditionalProperties};
use utoipa::{PartialSchema, ToSchema};

use super::draft::Parse;
use super::shape::Shape;
use super::{Draft, Violations};
use crate::playbook::Playbook;

/// A merge patch (RFC 7396): an absent field stays, `null` clears it, a value replaces it. Arrays are replaced as a whole. The
/// result must satisfy the rules of the draft.
pub struct MergePatch<T>(Map<String, Value>, PhantomData<fn() -> T>);

impl<T: Draft + Serialize> MergePatch<T> {
    /// The draft after the patch, and the violations: an empty patch, fields that only actions can change, or violated rules of
    /// the draft. The caller validates against the playbook. A faulty result contains placeholders and must never be written.
    ///
    /// # Errors
    /// The violations, if a faulty value has no placeholder.
    pub fn apply(&self, to: &T, playbook: &Playbook) -> Result<(T, Violations), Violations> {
        let mut violations = Violations::default();
        if self.0.is_empty() {
            violations.add("", "empty_patch");
        }
        for fixed in T::FIXED.iter().filter(|fixed| self.0.contains_key(**fixed)) {
            violations.add(&format!("/{fixed}"), "immutable");
        }
        Shape::of::<T>().note_cleared(&self.0, &mut violations);
        let mut target = serde_json::to_value(to).unwrap_or_default();
        merge(&mut target, &self.0);
        let mut reading = Parse::<T>::of(target);
        if reading.is_faithful && !reading.violations.is_empty() {
            reading.violations = reading.violations.only_for(self.blamable(to));
        }
        reading.violations = violations.merge(reading.violations);
        reading.with_faults().map(|(draft, faults)| (draft.with_defaults(playbook), faults))
    }
}

impl<T: Draft + Serialize> MergePatch<T> {
    /// The fields for which violations of the result are reported: those in the patch, and those that were valid before.
    fn blamable(&self, to: &T) -> impl Fn(&str) -> bool {
        let stood = Parse::<T>::of(serde_json::to_value(to).unwrap_or_default()).violations;
        move |member| self.0.contains_key(member) || stood.is_valid(&[&format!("/{member}")])
    }
}

impl<T> MergePatch<T> {
    /// The patch that sets all fields of a draft, except the fixed ones.
    pub fn saying(draft: &T) -> Self
    where
        T: Draft + Serialize,
    {
        let mut members = match serde_json::to_value(draft) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        };
        members.retain(|name, _| !T::FIXED.contains(&name.as_str()));
        Self(members, PhantomData)
    }

    /// The value of a field in the patch.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl<T> From<Map<String, Value>> for MergePatch<T> {
    fn from(members: Map<String, Value>) -> Self {
        Self(members, PhantomData)
    }
}

impl<T> Clone for MergePatch<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T> fmt::Debug for MergePatch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Serialize for MergePatch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for MergePatch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(|members| Self(members, PhantomData))
    }
}

fn merge(target: &mut Value, patch: &Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else {
        return;
    };
    for (name, value) in patch {
        match value {
            Value::Null => {
                members.remove(name);
            }
            Value::Object(inner) => merge(members.entry(name).or_insert(Value::Null), inner),
            plain => {
                members.insert(name.clone(), plain.clone());
            }
        }
    }
}

/// The changed fields of an action, by name.
pub type Changes = BTreeMap<String, Change>;

/// The old and the new value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The old value; `null` if there was none.
    #[schema(value_type = Object, nullable)]
    pub from: Value,
    /// The new value; `null` if it was cleared.
    #[schema(value_type = Object, nullable)]
    pub to: Value,
}

/// The fields that differ between two drafts, for the event about the change.
pub fn changes<T: Serialize>(before: &T, after: &T) -> Changes {
    let members = |draft: &T| match serde_json::to_value(draft) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let (mut before, after) = (members(before), members(after));
    let mut changed = Changes::new();
    for (name, to) in after {
        let from = before.remove(&name).unwrap_or_default();
        if from != to {
            changed.insert(name, Change { from, to });
        }
    }
    for (name, from) in before {
        changed.insert(name, Change { from, to: Value::Null });
    }
    changed
}

impl<T: ToSchema + Draft> PartialSchema for MergePatch<T> {
    fn schema() -> RefOr<Schema> {
        let mut schema = T::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required.clear();
            object.min_properties = Some(1);
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            object.description = Some(
                "Merge patch (RFC 7396): absent members stay, `null` clears, arrays are replaced whole. The rules of creation hold \
                 for the result."
                    .into(),
            );
            object.properties.retain(|name, _| !T::FIXED.contains(&name.as_str()));
            object.examples.clear();
            object.example = None;
        }
        schema
    }
}

impl<T: ToSchema + Draft> ToSchema for MergePatch<T> {
    fn name() -> Cow<'static, str> {
        T::name().replace("Draft", "Patch").into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
