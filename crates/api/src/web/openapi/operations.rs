use std::collections::BTreeMap;

use chot_domain::shared::Code;
use serde_json::{Value, json};

use super::{answers, bodies, components, problems, security};

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

/// What the tests have recorded, by operation.
pub struct Recorded<'a> {
    /// Requests and responses.
    pub examples: &'a Value,
    /// Codes of problems.
    pub problems: &'a Value,
}

/// What holds for every operation of its kind: parameters, headers, problems, examples.
pub fn finish(path: &str, method: &str, operation: &mut Value, schemas: &Value, recorded: &Recorded<'_>) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let examples = &recorded.examples[&id];
    let is_keyed = method == "post" && !path.contains("/auth/");
    let is_tagged = method == "get" && answers::is_tagged("200", &operation["responses"]["200"], schemas);
    let is_list = answers::is_page(&operation["responses"]["200"], schemas);
    let is_limited = path.starts_with("/api/v1");
    let kind = Kind { id: &id, path, method, is_keyed, is_limited, is_list, is_tagged };
    say_plainly(operation);
    security::describe(operation);
    add_parameters(&kind, operation, &examples["path"]);
    answers::finish(&kind, &mut operation["responses"], schemas, examples);
    let of_kind = problems_of_kind(&kind, operation);
    problems::declare(operation, of_kind, &recorded.problems[&id]);
    if operation["requestBody"].is_object() {
        bodies::finish(method, &mut operation["requestBody"], schemas, &examples["request"]);
    }
}

/// A summary is a heading, and has no full stop.
fn say_plainly(operation: &mut Value) {
    let summary = operation["summary"].as_str().unwrap_or_default().trim_end_matches('.').to_owned();
    operation["summary"] = summary.into();
}

/// The problems with which every operation of its kind answers, whatever it does: codes by status.
fn problems_of_kind(kind: &Kind<'_>, operation: &Value) -> BTreeMap<String, Vec<Value>> {
    let in_api = kind.path.starts_with("/api/v1");
    let has_body = operation["requestBody"].is_object() || kind.is_keyed;
    let groups: [(bool, &[&str]); 4] = [
        (true, &["400", "406", "500"]),
        (in_api, &["401", "429"]),
        (in_api || kind.id == "getReadiness", &["503"]),
        (has_body, &["408", "413", "415"]),
    ];
    let statuses = groups.into_iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| statuses.iter());
    let mut codes: BTreeMap<String, Vec<Value>> =
        statuses.map(|status| ((*status).to_owned(), problems::shared(status))).collect();
    // A request that is sent again is answered only while the caller sees the record that it has created.
    let creates = kind.is_keyed && operation["responses"]["201"].is_object();
    let has_header = kind.is_keyed || kind.wants_version() || kind.takes_version();
    let further =
        [(has_header, "400", Code::InvalidHeader), (kind.is_list, "400", Code::InvalidCursor), (creates, "404", Code::NotFound)];
    for (_, status, code) in further.into_iter().filter(|(holds, ..)| *holds) {
        codes.entry(status.to_owned()).or_default().push(json!(code));
    }
    codes
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
