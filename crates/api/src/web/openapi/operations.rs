use serde_json::{Value, json};

use super::{answers, bodies, components, security};

/// What an operation is and what it holds, told by its method and path.
pub struct Kind<'a> {
    /// Its identifier.
    pub id: &'a str,
    path: &'a str,
    method: &'a str,
    /// Whether it takes an `Idempotency-Key`.
    pub is_keyed: bool,
    /// Whether each request is taken from an allowance.
    pub is_limited: bool,
    /// Whether it answers with a file.
    pub is_file: bool,
    /// Whether it can be called without signing in.
    is_for_anybody: bool,
    /// Whether it answers with a page of a list.
    is_list: bool,
    /// Whether its answer has a tag that a later request can name in `If-None-Match`.
    pub is_tagged: bool,
}

impl Kind<'_> {
    /// Whether a tag is removed from a record: an action like adding it.
    fn is_of_tag(&self) -> bool {
        self.method == "delete" && self.path.ends_with("/tags/{tag}")
    }

    fn wants_version(&self) -> bool {
        matches!(self.method, "patch" | "delete") && !self.is_of_tag()
    }

    /// Actions on a record hold to a version if the caller names one. What falls due has none.
    fn takes_version(&self) -> bool {
        (self.method == "post" && self.path.contains("_id}/") && !self.path.contains("{timer_id}")) || self.is_of_tag()
    }
}

/// What holds for every operation of its kind: parameters, headers, refusals, examples.
pub fn finish(path: &str, method: &str, operation: &mut Value, schemas: &Value, examples: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let is_keyed = method == "post" && !path.contains("/auth/");
    let is_tagged = method == "get" && answers::is_tagged("200", &operation["responses"]["200"], schemas);
    let is_file = answers::is_file(&operation["responses"]["200"]);
    let is_list = answers::is_page(&operation["responses"]["200"], schemas);
    let is_for_anybody = security::is_for_anybody(operation);
    let is_limited = path.starts_with("/api/v1");
    let kind = Kind { id: &id, path, method, is_keyed, is_limited, is_file, is_for_anybody, is_list, is_tagged };
    say_plainly(operation);
    security::describe(operation);
    add_parameters(&kind, operation, &examples[&id]["path"]);
    let refusals = refusals(&kind, operation["requestBody"].is_object());
    answers::finish(&kind, &mut operation["responses"], &refusals, schemas, &examples[&id]);
    if operation["requestBody"].is_object() {
        bodies::finish(method, &mut operation["requestBody"], schemas, &examples[&id]["request"]);
    }
}

/// A summary is a heading, and has no full stop.
fn say_plainly(operation: &mut Value) {
    let summary = operation["summary"].as_str().unwrap_or_default().trim_end_matches('.').to_owned();
    operation["summary"] = summary.into();
}

/// The refusals that hold for every operation of its kind.
fn refusals(kind: &Kind<'_>, has_body: bool) -> Vec<&'static str> {
    let in_api = kind.path.starts_with("/api/v1");
    let may_be_known = !kind.is_for_anybody || kind.id == "submitLeadForm";
    let groups: [(bool, &[&str]); 11] = [
        (true, &["400", "406", "500"]),
        (in_api, &["401", "429"]),
        (in_api || kind.id == "getReadiness", &["503"]),
        (in_api && may_be_known, &["403"]),
        (
            kind.is_keyed
                || kind.path.contains('{')
                || ["/sandbox/clock", "/calendar-feed"].iter().any(|end| kind.path.ends_with(end)),
            &["404"],
        ),
        (in_api && kind.method != "get", &["409"]),
        (has_body || kind.is_keyed, &["408", "413", "415", "422"]),
        (kind.id == "listEvents", &["410"]),
        (kind.is_file, &["416"]),
        (kind.takes_version(), &["412"]),
        (kind.wants_version(), &["412", "428"]),
    ];
    groups.into_iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| statuses.iter().copied()).collect()
}

/// Path parameters, and the headers that hold everywhere, said once.
fn add_parameters(kind: &Kind<'_>, operation: &mut Value, shown: &Value) {
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    // Of path parameters utoipa knows at most the type, and that not always: they are said here.
    parameters.retain(|parameter| parameter["in"] != "path");
    parameters.iter_mut().for_each(say_pattern);
    for name in kind.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let schema = match name {
            "tag" | "pipeline_key" | "form_key" => {
                json!({"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[a-z][a-z0-9_]*$"})
            }
            "calendar_secret" => json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9_-]+$"}),
            _ => json!({"$ref": "#/components/schemas/Id"}),
        };
        let what = name.trim_end_matches("_id").trim_end_matches("_key").replace('_', " ");
        let mut parameter =
            json!({"name": name, "in": "path", "required": true, "description": format!("Which {what}."), "schema": schema});
        if let Some(word) = shown[name].as_str().filter(|word| is_good_anywhere(word)) {
            parameter["example"] = word.into();
        }
        parameters.push(parameter);
    }
    let shared = [
        ("Limit", kind.is_list),
        ("Cursor", kind.is_list),
        ("IncludeTotal", kind.is_list),
        ("AcceptLanguage", true),
        ("IdempotencyKey", kind.is_keyed),
        ("IfMatch", kind.wants_version()),
        ("IfMatchOfAction", kind.takes_version()),
        ("IfNoneMatch", kind.is_tagged),
    ];
    for (name, _) in shared.into_iter().filter(|(_, applies)| *applies) {
        parameters.push(json!({"$ref": format!("#/components/parameters/{name}")}));
    }
    operation["parameters"] = Value::Array(parameters);
}

/// Whether a word is the same in every deployment that has the demo loaded: a key, or the identifier of a record of the demo.
fn is_good_anywhere(word: &str) -> bool {
    let is_identifier = word.len() == 36;
    let is_random = word.starts_with("form_") || word.starts_with('(');
    if is_identifier { word.starts_with("0198c0de-") } else { !is_random }
}

/// Keys of the playbook and words that are searched for have a form, in a query as in a body.
fn say_pattern(parameter: &mut Value) {
    let is_key = parameter["schema"]["maxLength"] == 50 && parameter["schema"]["enum"].is_null();
    if is_key {
        parameter["schema"]["pattern"] = "^[a-z][a-z0-9_]*$".into();
    }
    let pattern = match parameter["name"].as_str() {
        Some("q") => r"[^\s\x00]",
        Some("cursor") => components::CURSOR,
        _ => return,
    };
    parameter["schema"]["pattern"] = pattern.into();
}
