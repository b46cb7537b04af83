//! The names of schemas. A body is named after what the caller does with it: `LeadCreate`, `LeadUpdate`, `LoseOpportunityRequest`. What
//! is only a part of bodies is an input.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::shared::{SCHEMAS, parts, rename};

/// Renames the schemas of requests, and writes enumerations of one value where they are used.
pub fn finish(document: &mut Value) {
    inline_constants(document);
    let bodies = parts(document, "requestBody");
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let names: BTreeMap<String, String> =
        schemas.keys().filter_map(|name| Some((name.clone(), new_name(name, &bodies)?))).collect();
    rename(document, &names);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, new) in names {
        if let Some(schema) = schemas.remove(&name) {
            schemas.insert(new, schema);
        }
    }
    schemas.sort_keys();
}

fn new_name(name: &str, bodies: &BTreeSet<String>) -> Option<String> {
    let is_body = bodies.contains(name);
    match (name.strip_suffix("Draft"), name.strip_suffix("Patch")) {
        (Some(base), _) => Some(format!("{base}{}", if is_body { "Create" } else { "Input" })),
        (_, Some(base)) => Some(format!("{base}Update")),
        _ => (is_body && !["Request", "Submission", "Event"].iter().any(|end| name.ends_with(end)))
            .then(|| format!("{name}Request")),
    }
}

/// An enumeration of one value is no list to choose from: it says which of several forms an object has.
fn inline_constants(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    let mut constants = BTreeMap::new();
    schemas.retain(|name, schema| {
        let values = schema["enum"].as_array().map(Vec::as_slice);
        let Some([value]) = values else {
            return true;
        };
        constants.insert(format!("{SCHEMAS}{name}"), json!({"type": "string", "const": value}));
        false
    });
    replace(document, &constants);
}

fn replace(value: &mut Value, constants: &BTreeMap<String, Value>) {
    if let Some(constant) = value["$ref"].as_str().and_then(|target| constants.get(target)) {
        let description = value.get("description").cloned();
        *value = constant.clone();
        if let Some(description) = description {
            value["description"] = description;
        }
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, constants)),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, constants)),
        _ => {}
    }
}
