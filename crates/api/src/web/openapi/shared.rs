//! Schemas that stand in requests and in answers alike. In a request they are closed and their optional members may be left out; in
//! an answer every member is always there, and more may come. So each becomes two.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Splits what requests and answers share. `Profile` stays in answers and is `ProfileDraft` in requests; `AccountPatch` stays in
/// requests and is `AccountProposal` in answers.
pub fn split(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let said = reachable(&schemas, parts(document, "requestBody"));
    let answered = reachable(&schemas, parts(document, "responses"));
    let is_closed = |name: &&String| schemas[name.as_str()]["additionalProperties"] == Value::Bool(false);
    let shared: Vec<String> = said.intersection(&answered).filter(is_closed).cloned().collect();
    let (mut in_requests, mut in_answers) = (BTreeMap::new(), BTreeMap::new());
    for name in &shared {
        match name.strip_suffix("Draft").or_else(|| name.strip_suffix("Patch")) {
            Some(base) => in_answers.insert(name.clone(), format!("{base}Proposal")),
            None => in_requests.insert(name.clone(), format!("{name}Draft")),
        };
    }
    // What was only a part of others is said by them, and has no name of its own any more. Problems and path parameters come later.
    let named = reachable(&schemas, said.union(&answered).cloned().chain(["Problem", "Id"].map(str::to_owned)).collect());
    let mut split = Map::new();
    for (name, schema) in schemas.into_iter().filter(|(name, _)| named.contains(name)) {
        let is_shared = shared.contains(&name);
        if is_shared || said.contains(&name) {
            let mut request = schema.clone();
            rename(&mut request, &in_requests);
            let named = in_requests.get(&name).unwrap_or(&name).clone();
            split.insert(named, request);
        }
        if is_shared || !said.contains(&name) {
            let schema_is_closed = schema["additionalProperties"] == Value::Bool(false);
            let mut answer = schema;
            rename(&mut answer, &in_answers);
            // An answer may get more members; what reads it must not refuse them.
            if is_shared || schema_is_closed {
                open(&mut answer);
            }
            let named = in_answers.get(&name).unwrap_or(&name).clone();
            split.insert(named, answer);
        }
    }
    document["components"]["schemas"] = Value::Object(split);
    for part in ["requestBody", "responses"] {
        let names = if part == "requestBody" { &in_requests } else { &in_answers };
        operations(document).filter_map(|operation| operation.get_mut(part)).for_each(|value| rename(value, names));
    }
}

/// The operations of the document.
pub fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    paths.filter_map(|(_, path)| path.as_object_mut()).flatten().map(|(_, operation)| operation)
}

/// The schemas that a part of the operations names: their bodies, or their answers.
pub fn parts(document: &Value, part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in document["paths"].as_object().into_iter().flatten().filter_map(|(_, path)| path.as_object()) {
        path.values().for_each(|operation| references(&operation[part], &mut found));
    }
    found
}

/// The schemas that these refer to, directly or through others, with themselves.
pub fn reachable(schemas: &Map<String, Value>, from: BTreeSet<String>) -> BTreeSet<String> {
    let (mut found, mut next) = (from.clone(), from);
    while !next.is_empty() {
        let mut further = BTreeSet::new();
        next.iter().filter_map(|name| schemas.get(name)).for_each(|schema| references(schema, &mut further));
        next = further.difference(&found).cloned().collect();
        found.extend(next.iter().cloned());
    }
    found
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix(SCHEMAS));
            found.extend(target.map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Where schemas are.
pub const SCHEMAS: &str = "#/components/schemas/";

/// Gives references to schemas their new names.
pub fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix(SCHEMAS));
            if let Some(name) = target.and_then(|target| names.get(target)) {
                members.insert("$ref".into(), format!("{SCHEMAS}{name}").into());
            }
            members.values_mut().for_each(|member| rename(member, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}

/// An answer always has every member, and may come to have more.
fn open(schema: &mut Value) {
    let members: Vec<Value> =
        schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone().into()).collect();
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("additionalProperties");
        schema.remove("example");
        schema.insert("required".into(), members.into());
    }
}
