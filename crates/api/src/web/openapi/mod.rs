//! The published contract: what the handlers say of themselves, with the rules that hold everywhere said once.

mod answers;
mod bodies;
mod components;
mod enumerations;
mod generators;
mod limits;
mod links;
mod names;
mod operations;
mod problems;
mod refusals;
mod schemas;
pub mod security;
mod shared;

use serde_json::{Value, json};
use utoipa::OpenApi;

/// The beginning of the document: schemas that no handler names.
#[derive(OpenApi)]
#[openapi(components(schemas(crate::web::problem::Problem)))]
pub struct Document;

const DESCRIPTION: &str = include_str!("openapi.md");

/// Real exchanges, recorded by the test suite: of operations the words of the path, the body and the answers by status; problems by
/// status and code.
const EXAMPLES: &str = include_str!("examples.json");

/// The codes with which each operation answered the test suite, by status, and those of the violations of its body.
const PROBLEMS: &str = include_str!("problems.json");

/// The document as it is published and served. A test finds it to be what the handlers say.
pub const PUBLISHED: &str = include_str!("../../../../../openapi/openapi.json");

/// The document of the handlers, with what holds for all of them. `tags` are the sections with their descriptions.
pub fn finish<'a>(document: &utoipa::openapi::OpenApi, tags: impl Iterator<Item = &'a (&'a str, &'a str)>) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["info"] = json!({
        "title": "Chot CRM API",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "A headless CRM for the sales process of Vietnamese companies.",
        "description": DESCRIPTION,
        "contact": {"name": "The developers of Chốt"},
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This server, be it local or production.", "x-internal": false}]);
    document["tags"] = tags.map(|(name, description)| json!({"name": name, "description": description})).collect();
    document["security"] = json!([{"bearer": []}]);
    schemas::finish(&mut document);
    shared::split(&mut document);
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let problems: Value = serde_json::from_str(PROBLEMS).unwrap_or_default();
    let recorded = operations::Recorded { examples: &examples["operations"], problems: &problems };
    enumerations::finish(&mut document);
    components::finish(&mut document, &examples["problems"]);
    generators::finish(&mut document);
    names::finish(&mut document);
    let schemas = document["components"]["schemas"].clone();
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            operations::finish(path, method, operation, &schemas, &recorded);
        }
    }
    links::add(&mut document);
    limits::finish(&mut document);
    document
}
