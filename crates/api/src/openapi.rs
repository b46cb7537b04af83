//! The published contract: what the handlers say of themselves, with the rules that hold everywhere said once.

use actix_web::App;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use crate::routes;

#[derive(OpenApi)]
#[openapi(components(schemas(crate::problem::Problem)))]
struct Document;

const DESCRIPTION: &str = include_str!("openapi.md");

/// Real answers, recorded by the test suite: operation, then status, then body.
const EXAMPLES: &str = include_str!("examples.json");

const TAGS: [(&str, &str); 15] = [
    (
        "accounts",
        "Customers: companies and individuals, prospects before their first purchase. Each has one owner at most; those without stand in the pool.",
    ),
    ("api-keys", "Secrets that let programs act for a user, with narrower rights."),
    ("contacts", "The people one talks to at a customer."),
    ("conversions", "Leads that became customers: what was made of them, and how to undo it."),
    ("events", "Everything that happened, in order, for programs that follow along."),
    ("health", "Whether the server lives and can answer."),
    ("lead-forms", "Public web forms that leads come in by."),
    ("leads", "People and companies who may become customers: captured, given out, worked, converted."),
    ("opportunities", "Chances to sell: opened on an account, moved over stages, won or lost."),
    ("pipelines", "Stages in order, and the boards that show them."),
    ("playbook", "The organisation's way of selling, as one document."),
    ("products", "What the organisation sells."),
    ("sessions", "Signing in and out."),
    ("teams", "Groups of users; teams form a tree, along which managers see."),
    ("users", "The people who work with the system, and their roles."),
];

/// The document as it is published, byte for byte.
pub fn document() -> String {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(utoipa_actix_web::scope::scope("/api/v1").configure(routes::api))
        .configure(routes::outside)
        .split_for_parts();
    let finished = finish(serde_json::to_value(document).unwrap_or_default());
    format!("{:#}\n", finished)
}

fn finish(mut document: Value) -> Value {
    document["info"] = json!({
        "title": "Chốt",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "A headless CRM for the sales process of Vietnamese companies.",
        "description": DESCRIPTION,
        "contact": {"name": "The developers of Chốt", "url": "https://chot.example.vn", "email": "developers@chot.example.vn"},
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This server"}]);
    document["tags"] = TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    document["security"] = json!([{"bearer": []}]);
    finish_schemas(&mut document);
    finish_components(&mut document);
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let schemas = document["components"]["schemas"].clone();
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            finish_operation(path, method, operation, &schemas, &examples);
        }
    }
    document
}

/// Schemas: short texts are written where they are used, pages are named after what they hold, and answers always have every member.
fn finish_schemas(document: &mut Value) {
    let mut schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let texts: Map<String, Value> =
        schemas.iter().filter(|(name, _)| is_text(name)).map(|(n, s)| (n.clone(), s.clone())).collect();
    schemas.retain(|name, _| !is_text(name) && !name.starts_with("Page_"));
    for (name, schema) in &mut schemas {
        if name == "AccountOrCard" {
            *schema = one_of("view", &[("full", "Account"), ("card", "AccountCard")]);
        }
        if name == "BoardCard" {
            *schema =
                one_of("card", &[("lead", "LeadCard"), ("opportunity", "OpportunityCard"), ("account", "AccountCardOnBoard")]);
        }
        let is_draft = schema["additionalProperties"] == Value::Bool(false);
        if let (false, Some(properties)) = (is_draft, schema["properties"].as_object()) {
            schema["required"] = properties.keys().cloned().collect();
        }
    }
    if let Some(properties) = schemas.get_mut("Problem").and_then(|problem| problem["properties"].as_object_mut()) {
        properties.extend(problem_facts());
    }
    document["components"]["schemas"] = Value::Object(schemas);
    inline_texts(document, &texts);
    replace_pages(document);
}

/// What some problems say beside the common members, so that the caller can act on them.
fn problem_facts() -> Map<String, Value> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let word = |description: &str| json!({"type": "string", "maxLength": 50, "description": description});
    let number = |description: &str| json!({"type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_i64, "description": description});
    let facts = json!({
        "account": {
            "oneOf": [reference("AccountCard"), {"type": "null"}],
            "description": "With `identity_taken` and `account_not_editable`: the card of the account, where the caller may see cards.",
        },
        "candidates": {"type": "array", "maxItems": 250, "items": reference("Candidate"), "description": "With `duplicates_undecided`: the records that want a decision."},
        "blocked_by": {"type": "array", "maxItems": 100, "items": reference("Event"), "description": "With `conversion_blocked`: what happened since."},
        "conversion_id": {"oneOf": [reference("Id"), {"type": "null"}], "description": "With `lead_already_converted`: the conversion."},
        "current_status": word("With `wrong_status` and its like: the status that the record has."),
        "allowed_from": {"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": 50}, "description": "With `wrong_status`: the statuses that it would have to have."},
        "stage_status": word("With `stage_needs_verb`: the status of the stage, which its verb leads to."),
        "version": number("With `version_mismatch`: the version that the record has."),
        "allow": {"type": "string", "maxLength": 100, "description": "With `method_not_allowed`: the methods of the path."},
        "line": number("With `malformed_body`: the line of the first fault."),
        "column": number("With `malformed_body`: the column of the first fault."),
    });
    facts.as_object().cloned().unwrap_or_default()
}

fn is_text(name: &str) -> bool {
    name.strip_prefix("Text").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

fn one_of(property: &str, kinds: &[(&str, &str)]) -> Value {
    let reference = |name: &str| format!("#/components/schemas/{name}");
    let mapping: Map<String, Value> = kinds.iter().map(|(word, name)| ((*word).to_owned(), reference(name).into())).collect();
    let choices: Vec<Value> = kinds.iter().map(|(_, name)| json!({"$ref": reference(name)})).collect();
    json!({"oneOf": choices, "discriminator": {"propertyName": property, "mapping": mapping}})
}

/// A limited text says its limits where it is used; its name would tell nobody anything.
fn inline_texts(value: &mut Value, texts: &Map<String, Value>) {
    if let Some(text) = value["$ref"].as_str().and_then(|reference| texts.get(reference.rsplit('/').next().unwrap_or_default())) {
        let mut plain = text.clone();
        if let (Some(plain), Some(own)) = (plain.as_object_mut(), value.as_object()) {
            plain.extend(own.iter().filter(|(name, _)| *name != "$ref").map(|(name, value)| (name.clone(), value.clone())));
        }
        *value = plain;
        return;
    }
    if let Some(nullable) = nullable_text(value, texts) {
        *value = nullable;
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| inline_texts(member, texts)),
        Value::Array(items) => items.iter_mut().for_each(|item| inline_texts(item, texts)),
        _ => {}
    }
}

/// "A text or null" becomes one schema of two types.
fn nullable_text(value: &Value, texts: &Map<String, Value>) -> Option<Value> {
    let choices = value["oneOf"].as_array()?;
    let reference = choices.iter().find_map(|choice| choice["$ref"].as_str())?;
    let mut plain = texts.get(reference.rsplit('/').next()?)?.clone();
    plain["type"] = json!(["string", "null"]);
    if let Some(description) = value.get("description").or_else(|| choices.iter().find_map(|choice| choice.get("description"))) {
        plain["description"] = description.clone();
    }
    Some(plain)
}

/// `Page_Lead`, with the lead written out inside, becomes `LeadPage`, which refers to it.
fn replace_pages(document: &mut Value) {
    let mut pages = Map::new();
    for operation in document["paths"].as_object_mut().into_iter().flatten().flat_map(|(_, item)| item.as_object_mut()).flatten()
    {
        let schema = &mut operation.1["responses"]["200"]["content"]["application/json"]["schema"];
        let held = schema["$ref"]
            .as_str()
            .and_then(|reference| reference.rsplit('/').next())
            .and_then(|name| name.strip_prefix("Page_"));
        let Some(held) = held.map(str::to_owned) else {
            continue;
        };
        let name = format!("{held}Page");
        *schema = json!({"$ref": format!("#/components/schemas/{name}")});
        let page = json!({
            "type": "object",
            "description": "One page of a list.",
            "required": ["data", "page"],
            "properties": {
                "data": {"type": "array", "maxItems": 200, "items": {"$ref": format!("#/components/schemas/{held}")}, "description": "The records of this page."},
                "page": {"$ref": "#/components/schemas/PageLinks", "description": "How to go on."},
            },
        });
        pages.insert(name, page);
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(pages);
    }
    // utoipa leaves a null where nothing was.
    strip_nulls(&mut document["paths"]);
}

fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| {
                !(member.is_null() && matches!(name.as_str(), "content" | "200" | "schema" | "application/json"))
            });
            members.values_mut().for_each(strip_nulls);
            members.retain(|name, member| {
                !(matches!(name.as_str(), "content" | "200" | "application/json") && *member == json!({}))
            });
        }
        Value::Array(items) => items.iter_mut().for_each(strip_nulls),
        _ => {}
    }
}

const REFUSALS: [(&str, &str); 13] = [
    ("400", "The request is not well formed: broken JSON, an unknown or wrong parameter, a cursor of another list."),
    ("401", "No valid access token or API key came with the request."),
    ("403", "The caller may see the record but not do this."),
    ("404", "There is no such record, or the caller may not see it."),
    ("408", "The body was too slow to arrive."),
    ("409", "The state of things forbids it; `code` says why."),
    ("412", "The record has changed since the version named in `If-Match`."),
    ("413", "The body is larger than one mebibyte."),
    ("415", "The body is of another media type."),
    ("422", "Members of the body break rules; `errors` names all of them at once."),
    ("428", "`If-Match` is missing."),
    ("429", "Too many requests; see `Retry-After`."),
    ("500", "Something is wrong on our side."),
];

fn finish_components(document: &mut Value) {
    let mut responses = Map::new();
    let unavailable = ("503", "The database cannot be reached at present; see `Retry-After`.");
    for (status, description) in REFUSALS.into_iter().chain([unavailable]) {
        let mut response = json!({
            "description": description,
            "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
        if matches!(status, "429" | "503") {
            response["headers"]["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"});
        }
        if status == "401" {
            response["headers"]["WWW-Authenticate"] =
                json!({"description": "How to authenticate.", "required": true, "schema": {"type": "string", "maxLength": 100}});
        }
        responses.insert(format!("Problem{status}"), response);
    }
    document["components"]["responses"] = Value::Object(responses);
    let text = |description: &str, longest: usize| json!({"description": description, "schema": {"type": "string", "maxLength": longest}});
    document["components"]["headers"] = json!({
        "RequestId": text("The identifier of the request.", 100),
        "RetryAfter": {"description": "After how many seconds to try again.", "schema": {"type": "integer", "minimum": 0, "maximum": 86400}},
        "ETag": text("The version of the record, for `If-Match`.", 30),
        "Location": text("Where the new record is to be found.", 200),
        "Link": text("The next page (RFC 8288), if there is one.", 4000),
        "IdempotencyReplayed": text("`true` if this answer was given before for the same `Idempotency-Key`.", 4),
    });
    document["components"]["parameters"] = json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A key of your choice. The same request sent again with the same key within 24 hours has its effect once and gets the same answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9_-]+$"},
            "example": "form-20261121-0001",
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": true,
            "description": "The version that you have seen, from `ETag` or `version`. If the record has changed since, nothing is done.",
            "schema": {"type": "string", "minLength": 3, "maxLength": 30, "pattern": "^\"[0-9]+\"$"},
            "example": "\"1\"",
        },
    });
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "An access token from `POST /api/v1/auth/login` (a JWT, RFC 7519, signed and checked as RFC 8725 advises), or an API key.",
        },
    });
}

fn finish_operation(path: &str, method: &str, operation: &mut Value, schemas: &Value, examples: &Value) {
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
    if has_body {
        refusals.extend(["408", "413", "415", "422"]);
    }
    if keyed {
        refusals.push("422");
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
