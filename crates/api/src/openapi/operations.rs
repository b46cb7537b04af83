use serde_json::{Value, json};

use crate::routes;

/// What holds for every operation of its kind: parameters, headers, refusals, examples.
pub fn finish(path: &str, method: &str, operation: &mut Value, schemas: &Value, examples: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let is_open = routes::OPERATIONS_WITHOUT_SIGN_IN.contains(&id.as_str());
    if is_open {
        operation["security"] = if id == "submitLeadForm" { json!([{}, {"bearer": []}]) } else { json!([]) };
    }
    let in_api = path.starts_with("/api/v1");
    let has_body = operation["requestBody"].is_object();
    let changes = matches!(method, "patch" | "delete");
    let keyed = method == "post" && !path.contains("/auth/");
    add_parameters(path, operation, keyed, changes);
    let mut refusals = vec!["500"];
    refusals.push("400");
    if in_api {
        refusals.extend(["401", "429", "503"]);
    }
    if in_api && (!is_open || id == "submitLeadForm") {
        refusals.push("403");
    }
    if path.contains('{') {
        refusals.push("404");
    }
    if matches!(method, "post" | "patch" | "delete") && in_api {
        refusals.push("409");
    }
    if has_body || keyed {
        refusals.extend(["408", "413", "415", "422"]);
    }
    if changes {
        refusals.extend(["412", "428"]);
    }
    refusals.sort_unstable();
    refusals.dedup();
    if let Some(responses) = operation["responses"].as_object_mut() {
        for (status, response) in responses.iter_mut() {
            finish_success(status, response, keyed, schemas, &examples[&id]);
        }
        for status in refusals {
            responses.entry(status).or_insert_with(|| json!({"$ref": format!("#/components/responses/Problem{status}")}));
        }
    }
    if method == "post" && has_body {
        // A verb whose members are all optional may come without a body.
        let schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
        let wanted = &schemas[schema.rsplit('/').next().unwrap_or_default()]["required"];
        operation["requestBody"]["required"] =
            (schema.is_empty() || wanted.as_array().is_some_and(|members| !members.is_empty())).into();
    }
    if method == "patch" {
        let schema = operation["requestBody"]["content"]["application/json"].clone();
        operation["requestBody"]["content"]["application/merge-patch+json"] = schema;
    }
}

/// Path parameters, and the headers that hold everywhere, said once.
fn add_parameters(path: &str, operation: &mut Value, keyed: bool, changes: bool) {
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    // Of path parameters utoipa knows at most the type, and that not always: they are said here.
    parameters.retain(|parameter| parameter["in"] != "path");
    parameters.iter_mut().for_each(say_pattern);
    for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let schema = match name {
            "tag" | "pipeline_key" => json!({"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[a-z][a-z0-9_]*$"}),
            "form_key" => json!({"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z0-9_]+$"}),
            _ => json!({"$ref": "#/components/schemas/Id"}),
        };
        let what = name.trim_end_matches("_id").trim_end_matches("_key").replace('_', " ");
        parameters.push(
            json!({"name": name, "in": "path", "required": true, "description": format!("Which {what}."), "schema": schema}),
        );
    }
    if keyed {
        parameters.push(json!({"$ref": "#/components/parameters/IdempotencyKey"}));
    }
    if changes {
        parameters.push(json!({"$ref": "#/components/parameters/IfMatch"}));
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
}

/// Keys of the playbook and words that are searched for have a form, in a query as in a body.
fn say_pattern(parameter: &mut Value) {
    let is_key = parameter["schema"]["maxLength"] == 50 && parameter["schema"]["enum"].is_null();
    if is_key {
        parameter["schema"]["pattern"] = "^[a-z][a-z0-9_]*$".into();
    }
    if parameter["name"] == "q" {
        parameter["schema"]["pattern"] = r"[^\s\x00]".into();
    }
}

fn finish_success(status: &str, response: &mut Value, keyed: bool, schemas: &Value, examples: &Value) {
    if response["description"].as_str().unwrap_or_default().is_empty() {
        let usual = match status {
            "201" => "Created.",
            "202" => "Received.",
            "204" => "Done; nothing is answered.",
            _ => "Done.",
        };
        response["description"] = usual.into();
    }
    let mut headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
    let content = &mut response["content"]["application/json"];
    let name =
        content["schema"]["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or_default().to_owned();
    if schemas[&name]["properties"]["version"].is_object() {
        headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
    }
    if name.ends_with("Page") {
        headers["Link"] = json!({"$ref": "#/components/headers/Link"});
    }
    if status == "201" {
        headers["Location"] = json!({"$ref": "#/components/headers/Location"});
    }
    if keyed {
        headers["Idempotency-Replayed"] = json!({"$ref": "#/components/headers/IdempotencyReplayed"});
    }
    match examples.get(status) {
        Some(example) if content.is_object() => content["example"] = example.clone(),
        _ => {}
    }
    if response["content"]["application/json"].is_null()
        && let Some(response) = response.as_object_mut()
    {
        response.remove("content");
    }
    response["headers"] = headers;
}
