use serde_json::{Map, Value, json};

use super::shared::{parts, reachable};

/// Schemas: short texts are written where they are used, pages are named after what they hold, and answers always have every member.
pub fn finish(document: &mut Value) {
    let mut schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let texts: Map<String, Value> =
        schemas.iter().filter(|(name, _)| is_text(name)).map(|(n, s)| (n.clone(), s.clone())).collect();
    schemas.retain(|name, _| !is_text(name) && !name.starts_with("Page_"));
    let whole = schemas.clone();
    // A body that is open, such as an event of an exchange, keeps its optional members optional.
    let said = reachable(&whole, parts(document, "requestBody"));
    let answered = reachable(&whole, parts(document, "responses"));
    for (name, schema) in &mut schemas {
        merge(schema, &whole);
        if name == "AccountOrCard" {
            *schema = one_of("view", &[("full", "Account"), ("card", "AccountCard")]);
        }
        if name == "BoardCard" {
            *schema =
                one_of("card", &[("lead", "LeadCard"), ("opportunity", "OpportunityCard"), ("account", "BoardAccountCard")]);
        }
        let is_draft = schema["additionalProperties"] == Value::Bool(false);
        let is_body = is_draft || (said.contains(name) && !answered.contains(name));
        if let (false, Some(properties)) = (is_body, schema["properties"].as_object()) {
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

/// What has the members of another thing and more says all of them itself.
fn merge(schema: &mut Value, schemas: &Map<String, Value>) {
    let Some(parts) = schema["allOf"].as_array() else {
        return;
    };
    let parts = parts.iter().map(|part| schemas.get(referred(part)).unwrap_or(part));
    let members = parts.filter_map(|part| part["properties"].as_object()).flatten();
    let members: Map<String, Value> = members.map(|(name, member)| (name.clone(), member.clone())).collect();
    *schema = json!({"type": "object", "description": schema["description"], "properties": members});
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
        "candidates": {"type": "array", "maxItems": 250, "items": reference("DuplicateCandidate"), "description": "With `duplicates_undecided`: the records that want a decision."},
        "blocked_by": {"type": "array", "maxItems": 100, "items": reference("Event"), "description": "With `conversion_blocked`: what happened since."},
        "conversion_id": {"oneOf": [reference("Id"), {"type": "null"}], "description": "With `lead_already_converted`: the conversion."},
        "current_status": word("With `wrong_status` and its like: the status that the record has."),
        "allowed_from": {"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": 50}, "description": "With `wrong_status`: the statuses that it would have to have."},
        "needed": number("With `too_few_contact_attempts`: how many attempts have to have failed."),
        "found": number("With `too_few_contact_attempts`: how many have failed."),
        "stage_status": word("With `stage_needs_action`: the status of the stage, which its verb leads to."),
        "version": number("With `version_mismatch`: the version that the record has."),
        "allow": {"type": "string", "maxLength": 100, "description": "With `method_not_allowed`: the methods of the path."},
        "accepted_media_types": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 100}, "description": "With `unsupported_media_type`: the media types that are read here."},
        "permission": {"$ref": "#/components/schemas/Permission", "description": "With `forbidden`: the permission that is missing, if it is one."},
        "line": number("With `malformed_body`: the line of the first fault."),
        "column": number("With `malformed_body`: the column of the first fault."),
    });
    facts.as_object().cloned().unwrap_or_default()
}

/// The name of the schema that is referred to; empty if none is.
pub fn referred(schema: &Value) -> &str {
    schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or_default()
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
