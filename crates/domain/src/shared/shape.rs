use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use serde_json::{Map, Value, json};
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use super::Violations;

/// The JSON Schema of a draft with all schemas that it refers to: the structure of its body.
pub(super) struct Shape {
    root: Value,
    named: Map<String, Value>,
}

/// A step of a path to a member: a name, or an index of a list.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Member(String),
    Item(usize),
}

impl Step {
    /// The steps of a path from serde. The segment of an enumeration is not a member.
    pub(super) fn all(path: &serde_path_to_error::Path) -> Vec<Self> {
        let step = |segment: &Segment| match segment {
            Segment::Map { key } => Some(Self::Member(key.clone())),
            Segment::Seq { index } => Some(Self::Item(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        path.iter().filter_map(step).collect()
    }
}

/// The steps as a JSON pointer.
pub(super) fn pointer(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Member(name) => format!("{path}/{}", escape(name)),
        Step::Item(index) => format!("{path}/{index}"),
    })
}

/// The JSON pointer to a top-level member, as in violations.
pub fn member_pointer(name: &str) -> String {
    format!("/{}", escape(name))
}

/// A name escaped for a JSON pointer. Very long names are shortened.
pub(super) fn escape(name: &str) -> String {
    name.chars().take(80).collect::<String>().replace('~', "~0").replace('/', "~1")
}

impl Shape {
    /// The shape of a type, created once.
    pub(super) fn of<T: ToSchema + 'static>() -> Arc<Self> {
        static KNOWN: LazyLock<RwLock<HashMap<TypeId, Arc<Shape>>>> = LazyLock::new(RwLock::default);
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).cloned();
        known.unwrap_or_else(|| {
            let shape = Arc::new(Self::made_of::<T>());
            KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), shape.clone());
            shape
        })
    }

    fn made_of<T: ToSchema>() -> Self {
        let mut schemas = Vec::new();
        T::schemas(&mut schemas);
        let as_json = |schema| serde_json::to_value(schema).unwrap_or_default();
        Self { root: as_json(T::schema()), named: schemas.into_iter().map(|(name, schema)| (name, as_json(schema))).collect() }
    }

    /// Adds violations for members that a merge patch sets to `null`, but which are unknown or required. Merging removes these
    /// members, so the result does not show them.
    pub(super) fn note_cleared(&self, patch: &Map<String, Value>, violations: &mut Violations) {
        self.note_cleared_below(patch, &self.root, "", violations);
    }

    fn note_cleared_below(&self, patch: &Map<String, Value>, schema: &Value, path: &str, violations: &mut Violations) {
        let schema = self.resolve(schema);
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        for (name, value) in patch {
            let at = || format!("{path}/{}", escape(name));
            match (value, properties.get(name)) {
                (Value::Null, None) if schema["additionalProperties"] == false => violations.add(&at(), "unknown_member"),
                (Value::Null, Some(member)) if !is_nullable(member) => violations.add(&at(), "required"),
                (Value::Object(inner), Some(member)) => self.note_cleared_below(inner, member, &at(), violations),
                _ => {}
            }
        }
    }

    /// Adds violations for arrays in place of objects and vice versa, and removes them, so that the rest can be read. Serde
    /// would read the elements of an array as the members of an object in order, and an object with one member as an
    /// enumeration value.
    pub(super) fn remove_type_errors(&self, json: &mut Value, violations: &mut Violations) {
        self.remove_type_errors_below(json, &self.root, "", violations);
    }

    fn remove_type_errors_below(&self, json: &mut Value, schema: &Value, path: &str, violations: &mut Violations) {
        let schema = self.resolve(schema);
        let is_misplaced = match json {
            Value::Array(_) => !allows(schema, "array"),
            Value::Object(_) => !allows(schema, "object"),
            _ => false,
        };
        if is_misplaced {
            violations.add(path, "wrong_type");
            *json = Value::Null;
        }
        match json {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.remove_type_errors_below(item, &schema["items"], &format!("{path}/{index}"), violations);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let path = format!("{path}/{}", escape(name));
                    self.remove_type_errors_below(member, &schema["properties"][name], &path, violations);
                }
            }
            _ => {}
        }
    }

    /// Adds violations for unknown members and removes them. Adds violations for missing members.
    pub(super) fn take_unknown(&self, json: &mut Value, violations: &mut Violations) {
        self.take_unknown_below(json, &self.root, "", violations);
    }

    fn take_unknown_below(&self, json: &mut Value, schema: &Value, path: &str, violations: &mut Violations) {
        let schema = self.resolve(schema);
        if let Value::Array(items) = json {
            // For very long lists, the first items are enough.
            for (index, item) in items.iter_mut().take(Violations::MOST).enumerate() {
                self.take_unknown_below(item, &schema["items"], &format!("{path}/{index}"), violations);
            }
            return;
        }
        let (Value::Object(members), Some(properties)) = (json, schema["properties"].as_object()) else {
            return;
        };
        for name in required(schema).filter(|name| !members.contains_key(*name)) {
            violations.add(&format!("{path}/{}", escape(name)), "required");
        }
        if schema["additionalProperties"] == Value::Bool(false) {
            members.retain(|name, _| {
                let known = properties.contains_key(name);
                if !known {
                    violations.add(&format!("{path}/{}", escape(name)), "unknown_member");
                }
                known
            });
        }
        for (name, member) in members {
            // An open schema allows members that it does not describe. Nothing below them is checked.
            if let Some(schema) = properties.get(name) {
                self.take_unknown_below(member, schema, &format!("{path}/{}", escape(name)), violations);
            }
        }
    }

    /// Replaces a faulty or missing value by a valid one, so that the rest can be read and validated. An optional member is
    /// removed.
    pub(super) fn repair(&self, json: &mut Value, steps: &[Step]) {
        let Some((last, parents)) = steps.split_last() else {
            return;
        };
        let (mut place, mut schema) = (json, self.resolve(&self.root));
        for step in parents {
            let (below, schema_below) = match step {
                Step::Member(name) => (place.get_mut(name), &schema["properties"][name]),
                Step::Item(index) => (place.get_mut(index), &schema["items"]),
            };
            let Some(below) = below else {
                return;
            };
            (place, schema) = (below, self.resolve(schema_below));
        }
        match (last, place) {
            (Step::Member(name), Value::Object(members)) if !required(schema).any(|one| one == name) => _ = members.remove(name),
            (Step::Member(name), Value::Object(members)) => {
                members.insert(name.clone(), self.placeholder(&schema["properties"][name]));
            }
            (Step::Item(index), Value::Array(items)) if *index < items.len() => {
                items[*index] = self.placeholder(&schema["items"])
            }
            _ => {}
        }
    }

    /// The smallest valid body: placeholders for all required members.
    pub(super) fn minimal(&self) -> Value {
        self.required_of(self.resolve(&self.root))
    }

    fn required_of(&self, schema: &Value) -> Value {
        required(schema).map(|name| (name.to_owned(), self.placeholder(&schema["properties"][name]))).collect()
    }

    /// The values that the rule at a path allows, as details of the violation.
    pub(super) fn allowed(&self, steps: &[Step], code: &str) -> Map<String, Value> {
        let schema = steps.iter().fold(self.resolve(&self.root), |schema, step| match step {
            Step::Member(name) => self.resolve(&schema["properties"][name]),
            Step::Item(_) => self.resolve(&schema["items"]),
        });
        let facts: &[(&str, &str)] = match code {
            "too_long" => &[("max_length", "maxLength")],
            "too_short" | "blank" => &[("min_length", "minLength")],
            "not_one_of" => &[("allowed", "enum")],
            "wrong_type" => &[("type", "type")],
            _ => &[],
        };
        let known = facts.iter().filter(|(_, keyword)| !schema[*keyword].is_null());
        known.map(|(name, keyword)| ((*name).to_owned(), schema[*keyword].clone())).collect()
    }

    /// A valid value for a schema.
    fn placeholder(&self, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        if schema["format"] == "uuid" {
            // The example of an identifier may exist as a record, or occur elsewhere in the body.
            return json!(uuid::Uuid::nil());
        }
        let example = [&schema["example"], &schema["examples"][0], &schema["enum"][0], &schema["default"]];
        if let Some(example) = example.into_iter().find(|example| !example.is_null()) {
            return example.clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("date")) => json!("2000-01-01"),
            (Some("string"), Some("date-time")) => json!("2000-01-01T00:00:00Z"),
            (Some("string"), _) => json!("x".repeat(schema["minLength"].as_u64().unwrap_or(1).try_into().unwrap_or(1))),
            (Some("integer" | "number"), _) => schema["minimum"].as_i64().unwrap_or_default().into(),
            (Some("boolean"), _) => false.into(),
            (Some("array"), _) => json!([]),
            (Some("object"), _) => self.required_of(schema),
            _ => Value::Null,
        }
    }

    /// Resolves references, and ignores "or null".
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
            return self.named.get(name).unwrap_or(&Value::Null);
        }
        let choices = schema["oneOf"].as_array();
        let other_than_null = choices.and_then(|all| all.iter().find(|choice| choice["type"] != "null"));
        other_than_null.map_or(schema, |choice| self.resolve(choice))
    }
}

/// Whether a member may be `null`.
fn is_nullable(schema: &Value) -> bool {
    let is_null = |kind: &Value| kind == "null" || kind.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == "null"));
    is_null(&schema["type"])
        || schema["oneOf"].as_array().is_some_and(|choices| choices.iter().any(|choice| is_null(&choice["type"])))
}

/// Whether a schema allows values of a type. A schema without type allows all.
fn allows(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::String(only) => only == name,
        Value::Array(any) => any.iter().any(|one| one == name),
        _ => true,
    }
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}
