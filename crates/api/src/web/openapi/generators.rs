//! What generators of clients need said in another way than people: words that grow are no closed list, free objects say that they are
//! free, and descriptions stand where generators look for them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::shared::{operations, parts, reachable, rename};

/// Lists of words to which new ones are added. A client that knew them as a closed list would fail on a new word.
const GROWING: [&str; 7] =
    ["DeliveryKind", "EventKind", "NotificationKind", "Permission", "ProblemCode", "SubjectKind", "TimerKind"];

const MESSAGES: &str = include_str!("../../../messages/en.ftl");

/// Rewrites the schemas of a document.
pub fn finish(document: &mut Value) {
    lift_descriptions(document);
    free_objects(document);
    close_in_requests(document);
    let schemas = &mut document["components"]["schemas"];
    for name in GROWING {
        let words = schemas[name]["enum"].take();
        open(&mut schemas[name], words);
    }
    let violations: Vec<&str> = MESSAGES.lines().filter_map(violation).collect();
    open(&mut schemas["ProblemMember"]["properties"]["code"], json!(violations));
}

/// A request can only name words that the program knows: `KnownEventKind` in a filter, `EventKind` in an answer.
fn close_in_requests(document: &mut Value) {
    let names: BTreeMap<String, String> = GROWING.iter().map(|name| ((*name).to_owned(), format!("Known{name}"))).collect();
    for operation in operations(document) {
        for part in ["parameters", "requestBody"] {
            operation.get_mut(part).into_iter().for_each(|part| rename(part, &names));
        }
    }
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let (answered, said) = (parts(document, "responses"), parts(document, "requestBody"));
    let (answered, said) = (reachable(&schemas, answered), reachable(&schemas, said));
    let mut requests = schemas.clone();
    requests.retain(|name, _| said.contains(name) && !answered.contains(name));
    requests.iter_mut().for_each(|(_, schema)| rename(schema, &names));
    let named = parts(document, "parameters").into_iter().chain(parts(document, "requestBody")).collect();
    let named = reachable(&requests, named);
    let Some(all) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    all.extend(requests);
    let known = names.into_iter().filter(|(_, known)| named.contains(known));
    all.extend(known.filter_map(|(name, known)| Some((known, schemas.get(&name)?.clone()))));
}

fn violation(line: &str) -> Option<&str> {
    line.strip_prefix("violation-")?.split(' ').next()
}

/// A list of words becomes any word, with the known ones beside it.
fn open(schema: &mut Value, words: Value) {
    let Some(schema) = schema.as_object_mut().filter(|_| words.is_array()) else {
        return;
    };
    let mut described = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !described.contains("may be added") {
        described.push_str(" New values may be added.");
    }
    schema.retain(|name, _| !matches!(name.as_str(), "enum" | "example"));
    schema.insert("description".into(), described.trim_start().into());
    schema.insert("maxLength".into(), 100.into());
    schema.insert("examples".into(), json!([words[0]]));
    schema.insert("x-extensible-enum".into(), words);
}

/// An object that names no members takes any: generators read the absence of `additionalProperties` as "none".
fn free_objects(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_object = members
                .get("type")
                .is_some_and(|of| *of == "object" || of.as_array().is_some_and(|all| all.contains(&"object".into())));
            let is_silent = !["properties", "additionalProperties", "oneOf"].iter().any(|name| members.contains_key(*name));
            if is_object && is_silent {
                members.insert("additionalProperties".into(), true.into());
            }
            members.iter_mut().filter(|(name, _)| !is_example(name)).for_each(|(_, member)| free_objects(member));
        }
        Value::Array(items) => items.iter_mut().for_each(free_objects),
        _ => {}
    }
}

/// "Null, or one of these" is described as a whole, not inside one of its choices.
fn lift_descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            lift(members);
            members.iter_mut().filter(|(name, _)| !is_example(name)).for_each(|(_, member)| lift_descriptions(member));
        }
        Value::Array(items) => items.iter_mut().for_each(lift_descriptions),
        _ => {}
    }
}

fn lift(members: &mut Map<String, Value>) {
    let mut inner = Vec::new();
    for choice in members.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
        if choice.contains_key("$ref") {
            inner.extend(choice.remove("description"));
        }
    }
    if let (false, Some(description)) = (members.contains_key("description"), inner.pop()) {
        members.insert("description".into(), description);
    }
}

fn is_example(name: &str) -> bool {
    matches!(name, "example" | "examples" | "default" | "enum" | "const")
}
