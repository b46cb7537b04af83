//! The published document: that it matches this code and follows the rules of the project.

use std::collections::{BTreeMap, BTreeSet};

use chot_tests::{World, contract};
use reqwest::Method;
use serde_json::Value;

use super::operation::operations;

#[test]
fn the_committed_document_is_the_one_of_this_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == chot_api::document(), "openapi/openapi.json is out of date: run `make openapi` and commit it");
}

#[tokio::test]
async fn the_served_document_is_the_published_one() {
    let world = World::under("icheck").await;
    let served = world.anonymous().request(Method::GET, "//openapi.json").send().await.unwrap();
    assert_eq!(served.headers()["content-type"], "application/json");
    assert!(served.text().await.unwrap() == chot_api::document());
}

#[test]
fn every_operation_introduces_itself() {
    let document = &contract().document;
    let declared: BTreeSet<&str> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut used = BTreeSet::new();
    for (operation, row) in operations() {
        let (id, said) = (row.operation, operation.document);
        for member in ["summary", "description"] {
            assert!(said[member].as_str().is_some_and(|text| !text.trim().is_empty()), "{id} has no {member}");
        }
        let is_camel = id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(is_camel, "{id} is not in camelCase");
        assert_eq!(said["tags"].as_array().unwrap().len(), 1, "{id} has one tag");
        assert!(declared.contains(operation.tag()), "{id}: the tag {} is not declared", operation.tag());
        used.insert(operation.tag().to_owned());
        assert!(said["responses"]["500"].is_object(), "{id} does not declare 500");
        for word in operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let mut parameters = said["parameters"].as_array().into_iter().flatten();
            assert!(parameters.any(|one| one["name"] == word && one["in"] == "path"), "{id} does not declare {word}");
        }
    }
    assert_eq!(declared, used.iter().map(String::as_str).collect(), "a tag that no operation has");
}

/// The schemas of a part of the document by name, with all that they refer to.
fn reachable(part: &Value, found: &mut BTreeMap<String, Value>) {
    match part {
        Value::Object(members) => {
            if let Some(name) =
                members.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix("#/components/schemas/"))
            {
                let schema = &contract().document["components"]["schemas"][name];
                assert!(schema.is_object(), "{name} is not declared");
                if found.insert(name.to_owned(), schema.clone()).is_none() {
                    reachable(schema, found);
                }
            }
            members.values().for_each(|member| reachable(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| reachable(item, found)),
        _ => {}
    }
}

/// Every object with named members below a schema, by its place.
fn objects<'a>(at: &str, part: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    if part["properties"].is_object() {
        found.push((at.to_owned(), part));
    }
    match part {
        Value::Object(members) => members.iter().for_each(|(name, member)| objects(&format!("{at}/{name}"), member, found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| objects(&format!("{at}/{i}"), item, found)),
        _ => {}
    }
}

/// The schemas of request bodies.
fn said() -> BTreeMap<String, Value> {
    let mut schemas = BTreeMap::new();
    operations().iter().for_each(|(operation, _)| reachable(&operation.document["requestBody"], &mut schemas));
    schemas
}

/// The schemas of responses.
fn answered() -> BTreeMap<String, Value> {
    let mut schemas = BTreeMap::new();
    operations().iter().for_each(|(operation, _)| reachable(&operation.document["responses"], &mut schemas));
    reachable(&contract().document["components"]["responses"], &mut schemas);
    schemas
}

#[test]
fn every_body_of_a_request_is_closed() {
    for (operation, row) in operations() {
        for (media_type, content) in operation.document["requestBody"]["content"].as_object().into_iter().flatten() {
            assert!(content["schema"]["$ref"].is_string(), "{} {media_type}: the body has no name", row.operation);
        }
    }
    let schemas = said();
    let mut named = Vec::new();
    schemas.iter().for_each(|(name, schema)| objects(name, schema, &mut named));
    assert!(named.len() > 20);
    // The fields of a web form have any names, and an exchange may send any fields.
    let is_of_others = |at: &str| at.starts_with("LeadFormSubmission") || at.starts_with("Stringee") && !at.contains("Request");
    let open = named.iter().filter(|(at, object)| object["additionalProperties"] != false && !is_of_others(at));
    let open: Vec<_> = open.map(|(at, _)| at).collect();
    assert!(open.is_empty(), "not closed: {open:#?}");
}

/// The optional members of the named schemas.
fn optional(schemas: &BTreeMap<String, Value>) -> Vec<String> {
    let mut named = Vec::new();
    schemas.iter().for_each(|(name, schema)| objects(name, schema, &mut named));
    named.into_iter().flat_map(|(at, object)| left_out(&at, object)).collect()
}

#[test]
fn every_member_of_an_answer_is_always_there() {
    let (said, answered) = (said(), answered());
    let only_answered: BTreeMap<_, _> = answered.into_iter().filter(|(name, _)| !said.contains_key(name)).collect();
    assert!(only_answered.len() > 30);
    let optional = optional(&only_answered);
    assert!(optional.is_empty(), "may be missing from an answer: {optional:#?}");
}

/// The contract must guarantee all members of a profile or a preview.
#[test]
fn what_requests_and_answers_share_is_whole_in_answers() {
    let (said, answered) = (said(), answered());
    let shared: BTreeMap<_, _> = answered.into_iter().filter(|(name, _)| said.contains_key(name)).collect();
    let optional = optional(&shared);
    assert!(optional.is_empty(), "may be missing from an answer: {optional:#?}");
}

/// The members that an object may omit. A problem has some facts only with some codes, which their description names.
fn left_out(at: &str, object: &Value) -> Vec<String> {
    let always = object["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let members = object["properties"].as_object().unwrap().iter();
    let with_some_codes =
        |fact: &Value| at == "Problem" && fact["description"].as_str().is_some_and(|text| text.starts_with("With `"));
    let missing = members.filter(|(name, fact)| !always.contains(&Value::from(name.as_str())) && !with_some_codes(fact));
    missing.map(|(name, _)| format!("{at}: {name}")).collect()
}

/// The client checks every response of the suite against these codes.
#[test]
fn every_problem_that_an_operation_declares_has_its_codes() {
    let document = &contract().document;
    let known: BTreeSet<&str> = texts(&document["components"]["schemas"]["ProblemCode"]["x-extensible-enum"]).collect();
    let mut listed = BTreeSet::new();
    for (operation, row) in operations() {
        let (id, codes) = (row.operation, operation.document["x-problem-codes"].as_object().unwrap());
        let responses = operation.document["responses"].as_object().unwrap();
        let declared: Vec<&String> = responses.keys().filter(|status| status.as_str() >= "400").collect();
        assert_eq!(codes.keys().collect::<Vec<_>>(), declared, "{id}");
        for (status, codes) in codes {
            let said = responses[status]["description"].as_str().unwrap();
            assert!(texts(codes).next().is_some(), "{id} has no code for {status}");
            for code in texts(codes) {
                assert!(known.contains(code) && said.contains(&format!("`{code}`")), "{id} {status}: {code}");
                listed.insert(code);
            }
        }
        let violations = texts(&operation.document["x-violation-codes"]).next().is_some();
        let is_validated = codes.get("422").is_some_and(|codes| texts(codes).any(|code| code == "validation_failed"));
        assert_eq!(violations, is_validated, "{id}: violations go with `validation_failed`");
    }
    // A path without the method belongs to no operation.
    let unlisted: Vec<_> = known.difference(&listed).collect();
    assert_eq!(unlisted, [&"method_not_allowed"]);
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The page of a problem in a language: status and title, then the detail.
async fn page(world: &World, code: &str, language: &str) -> (String, String) {
    let request = world.anonymous().request(Method::GET, &format!("//problems/{code}")).header("accept-language", language);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{code}");
    assert_eq!(answer.headers()["content-language"], language, "{code}");
    let text = answer.text().await.unwrap();
    let (title, detail) = text.trim().split_once("\n\n").unwrap_or_else(|| panic!("{code} in {language} has no detail: {text}"));
    (title.to_owned(), detail.to_owned())
}

#[tokio::test]
async fn every_code_of_a_problem_is_explained_in_both_languages() {
    let world = World::under("icheck").await;
    let codes = contract().document["components"]["schemas"]["ProblemCode"]["x-extensible-enum"].as_array().unwrap();
    assert!(codes.len() > 30);
    let mut told: BTreeMap<(String, String), &str> = BTreeMap::new();
    for code in codes.iter().map(|code| code.as_str().unwrap()) {
        let (vietnamese, english) = (page(&world, code, "vi").await, page(&world, code, "en").await);
        assert_ne!(vietnamese.0, english.0, "{code} has one title");
        assert_ne!(vietnamese.1, english.1, "{code} has one detail");
        for words in [vietnamese, english] {
            let (status, title) = words.0.split_once(' ').unwrap();
            assert!((400..600).contains(&status.parse::<u16>().unwrap()) && !title.trim().is_empty(), "{code}: {}", words.0);
            // A text that two codes share is the default text of neither.
            assert_eq!(told.insert(words, code), None, "{code} is told like another");
        }
    }
}

#[tokio::test]
async fn a_problem_that_does_not_exist_has_no_page() {
    let world = World::under("icheck").await;
    let answer = world.anonymous().request(Method::GET, "//problems/khong_co").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (404, "application/problem+json"));
}
