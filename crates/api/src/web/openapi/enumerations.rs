//! Enumerations of queries. Each stands among the schemas once, so that a generated client has one type for it.

use serde_json::{Map, Value, json};

use super::shared::{SCHEMAS, operations};

/// Replaces the enumerations that are written out in parameters by references.
pub fn finish(document: &mut Value) {
    let mut schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    for operation in operations(document) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let is_sort = parameter["name"] == "sort";
            let schema = if parameter["schema"]["items"].is_object() {
                &mut parameter["schema"]["items"]
            } else {
                &mut parameter["schema"]
            };
            if schema["enum"].is_array() {
                let name = known(&schemas, schema).or_else(|| is_sort.then(|| named_after(&id)));
                refer(schema, name, &mut schemas);
            }
        }
    }
    document["components"]["schemas"] = Value::Object(schemas);
}

/// The schema that has the same values.
fn known(schemas: &Map<String, Value>, schema: &Value) -> Option<String> {
    let same = |(_, other): &(&String, &Value)| other["enum"] == schema["enum"] && other["default"] == schema["default"];
    schemas.iter().find(same).map(|(name, _)| name.clone())
}

/// `LeadsSort`, from `listLeads`.
fn named_after(operation: &str) -> String {
    format!("{}Sort", operation.trim_start_matches(char::is_lowercase))
}

fn refer(schema: &mut Value, name: Option<String>, schemas: &mut Map<String, Value>) {
    let Some(name) = name else {
        return;
    };
    let reference = json!({"$ref": format!("{SCHEMAS}{name}")});
    schemas.entry(name).or_insert_with(|| schema.clone());
    *schema = reference;
}
