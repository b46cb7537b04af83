use serde_json::{Value, json};

use super::schemas::referred;

/// The body of an operation: whether it may be left out, as what it may come, and an example of each.
pub fn finish(method: &str, body: &mut Value, schemas: &Value, recorded: &Value) {
    let schema = referred(&body["content"]["application/json"]["schema"]).to_owned();
    if method == "post" {
        // An action whose members are all optional may come without a body.
        let required = schemas[&schema]["required"].as_array().is_some_and(|members| !members.is_empty());
        let is_open = schemas[&schema]["additionalProperties"] != Value::Bool(false);
        body["required"] = (required || is_open || schemas[&schema]["minProperties"].is_u64()).into();
    }
    // What nobody can send as it stands shows what its type says of itself.
    let can_be_sent = !recorded.is_null() && !recorded.to_string().contains("\"(a secret)\"");
    if can_be_sent {
        for (_, content) in body["content"].as_object_mut().into_iter().flatten() {
            content["example"] = recorded.clone();
        }
    }
    if method == "patch" {
        // JSON is read as well, but generators of clients make two operations of two media types.
        body["content"] = json!({"application/merge-patch+json": body["content"]["application/json"]});
        return;
    }
    let Some(example) = body["content"]["application/json"].get("example").cloned() else {
        return;
    };
    for (_, content) in body["content"].as_object_mut().into_iter().flatten() {
        content["example"] = example.clone();
    }
}
