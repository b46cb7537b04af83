//! What can be done with a new record: from the answer that tells of it, links lead to the operations on it.

use serde_json::{Map, Value, json};

use super::schemas::referred;

/// Adds to every 201 the links to the record's own operations: those whose path has the record's identifier and no other.
pub fn add(document: &mut Value) {
    let paths = document["paths"].clone();
    let schemas = document["components"]["schemas"].clone();
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        let Some(created) = operations.pointer_mut("/post/responses/201") else {
            continue;
        };
        let schema = created["content"]["application/json"]["schema"].clone();
        let Some(record) = address(path, &schema, &paths) else {
            continue;
        };
        created["links"] = Value::Object(links(&record, &identifier(&schemas[referred(&schema)]), &paths));
    }
}

/// The address of what was made: below the path that makes it, or where the same thing is read.
fn address(path: &str, schema: &Value, paths: &Value) -> Option<String> {
    let is_below = |one: &str| {
        one.strip_prefix(path).is_some_and(|rest| rest.starts_with("/{") && rest.ends_with('}') && rest.matches('/').count() == 1)
    };
    let answers_it = |one: &str| paths[one]["get"]["responses"]["200"]["content"]["application/json"]["schema"] == *schema;
    let known = || paths.as_object().into_iter().flatten().map(|(one, _)| one.as_str());
    known().find(|one| is_below(one)).or_else(|| known().find(|one| one.ends_with('}') && answers_it(one))).map(str::to_owned)
}

/// Where in the answer the identifier of the record stands.
fn identifier(schema: &Value) -> String {
    let members = schema["properties"].as_object().into_iter().flatten();
    let inside = members.filter(|(_, member)| member["$ref"].is_string()).map(|(name, _)| format!("/{name}")).next();
    let at = if schema["properties"]["id"].is_object() { None } else { inside };
    format!("$response.body#{}/id", at.unwrap_or_default())
}

fn links(record: &str, identifier: &str, paths: &Value) -> Map<String, Value> {
    let name = record.rsplit('{').next().unwrap_or_default().trim_end_matches('}');
    let mut links = Map::new();
    for (path, operations) in paths.as_object().into_iter().flatten() {
        if !path.starts_with(record) || path.matches('{').count() != 1 {
            continue;
        }
        for (_, operation) in operations.as_object().into_iter().flatten() {
            let mut parameters = json!({name: identifier});
            if takes_version(operation) {
                parameters["header.If-Match"] = "$response.header.ETag".into();
            }
            let id = operation["operationId"].as_str().unwrap_or_default();
            links
                .insert(id.to_owned(), json!({"operationId": id, "parameters": parameters, "description": operation["summary"]}));
        }
    }
    links
}

fn takes_version(operation: &Value) -> bool {
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.any(|parameter| parameter["$ref"] == "#/components/parameters/IfMatch")
}
