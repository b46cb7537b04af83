use serde_json::{Value, json};

use super::operations::Kind;
use super::schemas::referred;

/// The good answers of an operation: their headers and examples.
pub fn finish(kind: &Kind<'_>, responses: &mut Value, schemas: &Value, examples: &Value) {
    let Some(responses) = responses.as_object_mut() else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        describe(status, response);
        response["headers"] = headers(kind, status, response, schemas);
        add_example(response, examples.get(status));
    }
    if kind.is_tagged {
        responses.insert("304".into(), json!({"$ref": "#/components/responses/NotModified"}));
    }
}

/// Whether an answer has a tag: that of the record, of one of the forms in which it is told, or of the new record that it introduces.
pub fn is_tagged(status: &str, response: &Value, schemas: &Value) -> bool {
    if is_file(response) {
        return true;
    }
    let name = referred(&response["content"]["application/json"]["schema"]);
    let schema = &schemas[name];
    let is_record = |choice: &Value| schemas[referred(choice)]["properties"]["version"].is_object();
    let mut forms = schema["oneOf"].as_array().into_iter().flatten();
    let mut members = schema["properties"].as_object().into_iter().flatten().map(|(_, member)| member);
    // What the caller may do changes without a change of the user.
    let is_own = schema["properties"]["version"].is_object() && name != "CurrentUser";
    is_own || forms.any(is_record) || (status == "201" && members.any(is_record))
}

/// Whether an answer is a page of a list.
pub fn is_page(response: &Value, schemas: &Value) -> bool {
    let schema = &schemas[referred(&response["content"]["application/json"]["schema"])];
    schema["properties"]["page"]["$ref"] == "#/components/schemas/PageLinks"
}

/// Whether an answer is a file, in whatever media type that has.
pub fn is_file(response: &Value) -> bool {
    response["content"]["application/octet-stream"].is_object()
}

fn describe(status: &str, response: &mut Value) {
    if !response["description"].as_str().unwrap_or_default().is_empty() {
        return;
    }
    let usual = match status {
        "201" => "Created.",
        "202" => "Received.",
        "204" => "Done; there is no body.",
        _ => "Done.",
    };
    let answered = what_is_answered(referred(&response["content"]["application/json"]["schema"]));
    response["description"] = answered.unwrap_or_else(|| usual.to_owned()).into();
}

/// `LeadForm` is "The lead form.", `LeadPage` "A page of leads.".
fn what_is_answered(schema: &str) -> Option<String> {
    let mut words = String::new();
    for letter in schema.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    let Some(held) = words.strip_suffix(" page") else {
        return (!words.is_empty()).then(|| format!("The {words}."));
    };
    let of_several = match held.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{held}s"),
    };
    Some(format!("A page of {of_several}."))
}

fn headers(kind: &Kind<'_>, status: &str, response: &Value, schemas: &Value) -> Value {
    let is_page = referred(&response["content"]["application/json"]["schema"]).ends_with("Page");
    let mut headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
    for (name, component, is_sent) in [
        ("Access-Control-Allow-Origin", "AllowedOrigin", true),
        ("RateLimit", "RateLimit", kind.is_limited),
        ("RateLimit-Policy", "RateLimitPolicy", kind.is_limited),
        ("ETag", "ETag", is_tagged(status, response, schemas)),
        ("Link", "Link", is_page),
        ("Location", "Location", status == "201"),
        ("Content-Disposition", "ContentDisposition", is_file(response)),
        ("Accept-Ranges", "AcceptRanges", is_file(response)),
        ("Content-Range", "ContentRange", status == "206"),
        ("Idempotency-Replayed", "IdempotencyReplayed", kind.is_keyed),
    ] {
        if is_sent {
            headers[name] = json!({"$ref": format!("#/components/headers/{component}")});
        }
    }
    headers
}

fn add_example(response: &mut Value, example: Option<&Value>) {
    if let (Some(example), Some(content)) = (example, response.pointer_mut("/content/application~1json")) {
        content["example"] = example.clone();
    }
}
