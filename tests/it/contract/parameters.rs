//! Parameters of queries and headers: the program accepts exactly what the document declares.

use chot_tests::contract;
use reqwest::Method;
use serde_json::Value;

use super::operation::operations;
use super::stage::Stage;
use crate::leads::contract::lead;

/// A part of the document, or what it refers to.
fn resolved(part: &'static Value) -> &'static Value {
    part["$ref"].as_str().map_or(part, |target| contract().document.pointer(&target[1..]).unwrap())
}

/// The parameters of a part of the request, with the schema of a value.
fn parameters(operation: &'static Value, place: &str) -> Vec<(&'static str, &'static Value)> {
    let all = operation["parameters"].as_array().into_iter().flatten().map(resolved).filter(|one| one["in"] == place);
    let named = all.map(|one| {
        let schema = resolved(&one["schema"]);
        let value = if schema["items"].is_object() { resolved(&schema["items"]) } else { schema };
        (one["name"].as_str().unwrap(), value)
    });
    named.collect()
}

#[tokio::test]
async fn a_filter_accepts_the_declared_words_and_no_others() {
    let stage = Stage::new().await;
    let (mut tried, mut open) = (0, Vec::new());
    for (operation, row) in operations() {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        for (name, schema) in parameters(operation.document, "query") {
            if schema["x-extensible-enum"].is_array() {
                open.push(format!("{}: {name}", row.operation));
            }
            let Some(words) = schema["enum"].as_array() else { continue };
            let path = ground.path(&operation.path);
            for word in words.iter().map(|word| word.as_str().unwrap()) {
                stage.admin().get(&format!("{path}?{name}={word}")).await.expect(200);
            }
            stage.admin().get(&format!("{path}?{name}=khong_co")).await.refused(400, "invalid_parameter");
            tried += 1;
        }
    }
    assert!(open.is_empty(), "filters whose words are not declared: {open:?}");
    assert!(tried > 40, "only {tried}");
}

#[tokio::test]
async fn a_header_is_as_long_as_the_document_allows() {
    let stage = Stage::new().await;
    for (operation, row) in operations() {
        for (name, schema) in parameters(operation.document, "header") {
            // Keys and signatures are checked as a whole.
            let is_checked = matches!(name, "Idempotency-Key" | "X-STRINGEE-SIGNATURE");
            assert_eq!(schema["maxLength"].is_u64(), is_checked, "{}: {name}", row.operation);
        }
    }
    let ground = stage.prepare(lead, stage.administrator()).await;
    let path = ground.path("/api/v1/leads/{lead_id}");
    let languages = format!("vi, {}", vec!["fr;q=0.1"; 2000].join(", "));
    let versions = format!("{}, \"{}\"", vec!["\"90001\""; 2000].join(", "), ground.version);
    let tag = stage.admin().get(&path).await.header("etag").unwrap().to_owned();
    let tags = format!("{versions}, {tag}");
    let request = |method: Method, name: &str, value: &str| stage.admin().request(method, &path).header(name, value);
    stage.admin().send(request(Method::GET, "accept-language", &languages)).await.expect(200);
    stage.admin().send(request(Method::GET, "if-none-match", &tags)).await.expect(304);
    stage.admin().send(request(Method::DELETE, "if-match", &versions)).await.expect(204);
}
