//! The examples, links and permissions in the document are correct.

use std::collections::BTreeSet;

use chot_tests::contract;
use serde_json::Value;

use super::operation::{operation_named, operations};

fn contents(part: &Value) -> impl Iterator<Item = (&String, &Value)> {
    part["content"].as_object().into_iter().flatten()
}

fn schema_of(content: &Value) -> &Value {
    let named = content["schema"]["$ref"].as_str().and_then(|at| at.strip_prefix("#/components/schemas/"));
    named.map_or(&content["schema"], |name| &contract().document["components"]["schemas"][name])
}

#[test]
fn every_body_of_a_request_has_an_example_that_is_valid() {
    for (operation, row) in operations() {
        for (media_type, content) in contents(&operation.document["requestBody"]) {
            let example = content.get("example").or_else(|| schema_of(content).get("example"));
            let example = example.unwrap_or_else(|| panic!("{} {media_type} has no example", row.operation));
            let faults = contract().faults(example, &content["schema"]);
            assert!(faults.is_empty(), "{} {media_type}: {faults:?}", row.operation);
            assert!(example.as_object().is_some_and(|members| !members.is_empty()), "{} {media_type}", row.operation);
        }
    }
}

#[test]
fn every_example_of_an_answer_is_valid() {
    let mut shown = 0;
    for (operation, row) in operations() {
        for (status, response) in operation.document["responses"].as_object().unwrap() {
            for (_, content) in contents(response).filter(|(_, content)| !content["example"].is_null()) {
                let faults = contract().faults(&content["example"], &content["schema"]);
                assert!(faults.is_empty(), "{} {status}: {faults:?}", row.operation);
                shown += 1;
            }
        }
    }
    assert!(shown > 50, "only {shown} examples");
}

/// The response that contains a new identifier links to all operations with this identifier.
#[test]
fn links_lead_from_what_was_made_to_what_can_be_done_with_it() {
    for (operation, row) in operations() {
        let created = &operation.document["responses"]["201"];
        if created.is_null() {
            continue;
        }
        let links = created["links"].as_object().unwrap_or_else(|| panic!("{} has no links", row.operation));
        let mut reads = 0;
        for (name, link) in links {
            let target = operation_named(name).0;
            let given: BTreeSet<&str> = link["parameters"].as_object().unwrap().keys().map(String::as_str).collect();
            let in_path = target.path.split(['{', '}']).nth(1).unwrap();
            let version = target.wants_version().then_some("header.If-Match");
            assert_eq!(given, [Some(in_path), version].into_iter().flatten().collect(), "{} to {name}", row.operation);
            let at = link["parameters"][in_path].as_str().unwrap().strip_prefix("$response.body#").unwrap();
            let example = &contents(created).next().unwrap().1["example"];
            assert!(example.pointer(at).is_some_and(Value::is_string), "{} has no {at}", row.operation);
            reads += u32::from(name.starts_with("get") && target.path.ends_with('}'));
        }
        assert_eq!(reads, 1, "{} leads to what it made", row.operation);
    }
}

/// The tests in `rights` check that it is the right one.
#[test]
fn the_document_names_the_permission_of_each_operation() {
    for (operation, row) in operations() {
        let needed = operation.permission();
        assert_eq!(operation.document["x-permission"].as_str(), needed, "{}", row.operation);
        let described = operation.document["description"].as_str().unwrap();
        assert!(needed.is_none_or(|word| described.contains(&format!("`{word}`"))), "{} does not name {needed:?}", row.operation);
    }
}
