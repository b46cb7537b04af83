use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use utoipa::ToSchema;

use super::Violations;

/// What a caller may say: the body of a request and the command to the domain in one, closed to members it does not know.
pub trait Draft: DeserializeOwned + ToSchema {
    /// Members that are given at birth and then change only by verbs, never by a patch.
    const FIXED: &'static [&'static str] = &[];

    /// Rules over several members, applied once each member is right by itself.
    fn check(&self, _violations: &mut Violations) {}
}

/// Reads a draft from JSON. The good path is one pass; a faulty body is taken apart until every fault is known.
///
/// # Errors
/// All violations at once.
pub fn read<T: Draft>(mut json: Value) -> Result<T, Violations> {
    let mut violations = misplaced_values::<T>(&mut json);
    if !violations.is_empty() {
        violations.extend(every_fault::<T>(json));
        return Err(violations);
    }
    let Ok(draft) = T::deserialize(&json) else {
        return Err(every_fault::<T>(json));
    };
    draft.check(&mut violations);
    violations.unless_any(draft)
}

/// Repeats reading, each time without the member at fault, so that one fault does not hide the next.
fn every_fault<T: Draft>(mut json: Value) -> Violations {
    if !json.is_object() {
        return Violations::one("", "wrong_type");
    }
    let mut violations = Violations::default();
    strip_by_shape(&mut json, &shape::<T>(), "", &mut violations);
    let mut cut: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    loop {
        if violations.is_full() {
            return violations;
        }
        let fault = match serde_path_to_error::deserialize::<_, T>(&json) {
            Ok(draft) => {
                draft.check(&mut violations);
                return violations;
            }
            Err(fault) => fault,
        };
        let message = fault.inner().to_string();
        let mut steps: Vec<&Segment> = fault.path().iter().collect();
        // An enumeration's own segment is not a member, and a missing member is known from the shape.
        while matches!(steps.last(), Some(Segment::Enum { .. } | Segment::Unknown)) {
            steps.pop();
        }
        if !message.starts_with("missing field") {
            violations.add(&pointer(&steps, &cut), code_of(&message));
        }
        if steps.is_empty() || !remove(&mut json, &steps, &mut cut) {
            return violations;
        }
    }
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

fn pointer(steps: &[&Segment], cut: &BTreeMap<String, Vec<usize>>) -> String {
    let mut path = String::new();
    for step in steps {
        let token = match step {
            Segment::Map { key } => escape(key),
            Segment::Seq { index } => original(*index, cut.get(&path)).to_string(),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        path = format!("{path}/{token}");
    }
    path
}

/// The place that an element had before others were cut out of its array.
fn original(index: usize, gone: Option<&Vec<usize>>) -> usize {
    let mut place = index;
    for removed in gone.into_iter().flatten() {
        if *removed <= place {
            place += 1;
        }
    }
    place
}

/// A name as part of a JSON pointer. Of a name that nobody can have meant, its beginning is enough.
fn escape(name: &str) -> String {
    name.chars().take(80).collect::<String>().replace('~', "~0").replace('/', "~1")
}

fn remove(json: &mut Value, steps: &[&Segment], cut: &mut BTreeMap<String, Vec<usize>>) -> bool {
    let Some((last, parents)) = steps.split_last() else {
        return false;
    };
    let path = pointer(parents, cut);
    let mut place = json;
    for step in parents {
        let below = match step {
            Segment::Map { key } => place.get_mut(key),
            Segment::Seq { index } => place.get_mut(index),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        let Some(below) = below else {
            return false;
        };
        place = below;
    }
    match (last, place) {
        (Segment::Map { key }, Value::Object(members)) => members.remove(key).is_some(),
        (Segment::Seq { index }, Value::Array(items)) if *index < items.len() => {
            let gone = cut.entry(path).or_default();
            let first_place = original(*index, Some(gone));
            gone.push(first_place);
            gone.sort_unstable();
            items.remove(*index);
            true
        }
        _ => false,
    }
}

/// The JSON Schema of `T` with every schema that it refers to.
struct Shape {
    root: Value,
    named: Map<String, Value>,
}

fn shape<T: ToSchema>() -> Shape {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    let as_json = |schema| serde_json::to_value(schema).unwrap_or_default();
    Shape { root: as_json(T::schema()), named: schemas.into_iter().map(|(name, schema)| (name, as_json(schema))).collect() }
}

/// Arrays where objects belong, and the other way round. Serde would take the elements of an array for the members of an object in
/// their order, and an object of one member for a word. They are taken out, so that the rest can be read.
fn misplaced_values<T: Draft>(json: &mut Value) -> Violations {
    let mut violations = Violations::default();
    let is_nested = |members: &Map<String, Value>| members.values().any(|member| member.is_array() || member.is_object());
    if json.as_object().is_some_and(is_nested) {
        let shape = shape::<T>();
        take_misplaced(json, &shape.root, &shape, "", &mut violations);
    } else if json.is_array() {
        violations.add("", "wrong_type");
    }
    violations
}

fn take_misplaced(json: &mut Value, schema: &Value, shape: &Shape, path: &str, violations: &mut Violations) {
    let schema = resolve(schema, shape);
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
                take_misplaced(item, &schema["items"], shape, &format!("{path}/{index}"), violations);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                take_misplaced(member, &schema["properties"][name], shape, &format!("{path}/{}", escape(name)), violations);
            }
        }
        _ => {}
    }
}

/// Whether a schema has values of a type. One that says nothing of types has all.
fn allows(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::String(only) => only == name,
        Value::Array(any) => any.iter().any(|one| one == name),
        _ => true,
    }
}

/// Notes members that the schema does not know (and takes them out) and members that it misses.
fn strip_by_shape(json: &mut Value, shape: &Shape, path: &str, violations: &mut Violations) {
    strip(json, &shape.root, shape, path, violations);
}

fn strip(json: &mut Value, schema: &Value, shape: &Shape, path: &str, violations: &mut Violations) {
    let schema = resolve(schema, shape);
    if let Value::Array(items) = json {
        // Of a list that is far too long, enough is said by its beginning.
        for (index, item) in items.iter_mut().take(Violations::MOST).enumerate() {
            strip(item, &schema["items"], shape, &format!("{path}/{index}"), violations);
        }
        return;
    }
    let (Value::Object(members), Some(properties)) = (json, schema["properties"].as_object()) else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            violations.add(&format!("{path}/{}", escape(name)), "required");
        }
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
        strip(member, &properties[name], shape, &format!("{path}/{}", escape(name)), violations);
    }
}

/// Follows references, and looks through "or null".
fn resolve<'a>(schema: &'a Value, shape: &'a Shape) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        return shape.named.get(name).unwrap_or(&Value::Null);
    }
    let choices = schema["oneOf"].as_array();
    let other_than_null = choices.and_then(|all| all.iter().find(|choice| choice["type"] != "null"));
    other_than_null.map_or(schema, |choice| resolve(choice, shape))
}
