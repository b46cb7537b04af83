//! A request that is repeated with its `Idempotency-Key` counts once.

use chot_tests::contract;
use chot_tests::fixtures::{company, id};
use reqwest::Method;
use serde_json::{Value, json};

use super::operation::{Operation, operations};
use super::rows::Row;
use super::stage::Stage;
use crate::bad_input::Witness;

#[tokio::test]
async fn a_request_sent_again_with_its_key_counts_once() {
    let stage = Stage::new().await;
    let (lan, draft) = (stage.lan(), company(1));
    let first = lan.post_once("/leads", "tao-khach-0001", draft.clone()).await;
    let again = lan.post_once("/leads", "tao-khach-0001", draft.clone()).await;
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), (None, Some("true")));
    for header in ["location", "etag", "content-type"] {
        assert_eq!(first.header(header), again.header(header), "{header}");
    }
    assert_eq!(first.clone().expect(201), again.expect(201));
    assert_eq!(lan.all("/leads").await.iter().map(id).collect::<Vec<_>>(), [id(&first.body)]);

    lan.post_once("/leads", "tao-khach-0001", company(2)).await.refused(422, "idempotency_key_reused");
    let elsewhere = stage.stranger().client.post_once("/leads", "tao-khach-0001", company(3)).await;
    assert_ne!(id(&elsewhere.expect(201)), id(&first.body), "a key belongs to its caller");
    for broken in ["", "có dấu", &"a".repeat(256)] {
        let request = lan.request(Method::POST, "/leads").json(&draft).header("idempotency-key", broken);
        lan.send(request).await.refused(400, "invalid_header");
    }
}

#[tokio::test]
async fn the_secret_of_an_api_key_is_returned_once() {
    let stage = Stage::new().await;
    let draft = json!({"name": "Nhập liệu", "scopes": ["leads:create"]});
    let first = stage.lan().post_once("/api-keys", "khoa-0001", draft.clone()).await.expect(201);
    assert!(first["key"].as_str().unwrap().starts_with("chot_live_"));
    let again = stage.lan().post_once("/api-keys", "khoa-0001", draft).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let again = again.expect(201);
    assert_eq!((&again["api_key"], &again["key"]), (&first["api_key"], &Value::Null));
}

/// The same body with one changed member, still valid by the schema.
fn said_otherwise(operation: &Operation, body: &Value) -> Value {
    let mut other = body.clone();
    let document = &contract().document;
    let mut contents = operation.document["requestBody"]["content"].as_object().into_iter().flatten();
    let schema = &contents.next().unwrap().1["schema"];
    let schema = schema["$ref"].as_str().map_or(schema, |reference| document.pointer(&reference[1..]).unwrap());
    let members = schema["properties"].as_object();
    let names = |name: &&str| members.is_some_and(|members| members.contains_key(*name));
    let is_said = |name: &str| body.get(name).is_some_and(Value::is_string);
    let mut texts =
        members.into_iter().flatten().filter(|(_, member)| member["maxLength"].is_u64() && member["format"].is_null());
    if let Some((name, _)) = texts.clone().find(|(name, _)| is_said(name)).or_else(|| texts.next()) {
        other[name] = json!("Nói khác đi");
    } else if let Some(name) = ["stage", "tag", "customer_status"].into_iter().find(names) {
        other[name] = json!("khac");
    } else if let Some((name, number)) = body.as_object().into_iter().flatten().find(|(_, value)| value.is_i64()) {
        other[name] = json!(number.as_i64().unwrap() + 1);
    } else if names(&"before") {
        other["before"] = json!("2026-12-23T00:00:00Z");
    } else if names(&"dismissed_duplicates") {
        other["dismissed_duplicates"] = json!([]);
    } else {
        other["noi_dung"] = json!("Nói khác đi");
    }
    other
}

/// Secrets that are shown once. Secrets in a body are not part of its digest, so another secret alone is not another request.
const RETURNED_ONCE: [(&str, &str); 2] = [("createApiKey", "key"), ("createCalendarFeed", "path")];

/// Sends one POST twice with one key, and then with the same key and another body.
async fn sends_again(stage: &Stage, witness: &mut Witness, operation: &Operation, row: &Row) {
    let (admin, ground) = (stage.admin(), stage.prepare(row.on, stage.administrator()).await);
    let key = format!("gui-lai-{}", row.operation);
    let request = || operation.request(admin, row, &ground).header("idempotency-key", &key);
    let first = admin.send(request()).await;
    assert!((200..300).contains(&first.status), "{}: {} {}", row.operation, first.status, first.text);
    assert_eq!(first.header("idempotency-replayed"), None, "{}", row.operation);
    witness.look_again().await;

    let again = admin.send(request()).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (first.status, Some("true")), "{}", row.operation);
    for header in ["location", "etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header), "{header} of {}", row.operation);
    }
    let mut returned_once = first.body;
    if let Some((_, secret)) = RETURNED_ONCE.iter().find(|(operation, _)| *operation == row.operation) {
        returned_once[secret].take();
    }
    assert_eq!(again.body, returned_once, "{}", row.operation);
    if operation.document["requestBody"].is_object() {
        let body = row.body.map_or_else(|| json!({}), |body| body(&ground));
        let other = said_otherwise(operation, &body);
        let request = operation.saying(admin, &ground, other.to_string()).header("idempotency-key", &key);
        admin.send(request).await.refused(422, "idempotency_key_reused");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn every_post_sent_again_with_its_key_counts_once() {
    let stage = Stage::new().await;
    let mut witness = Witness::of(&stage.world).await;
    let mut sent = 0;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| takes_key(operation)) {
        sends_again(&stage, &mut witness, &operation, row).await;
        sent += 1;
    }
    assert!(sent > 50, "only {sent} requests were sent twice");
}

fn takes_key(operation: &Operation) -> bool {
    operation.takes("IdempotencyKey")
}

/// Every POST that stores something can be repeated, as the document states.
#[test]
fn every_post_takes_an_idempotency_key() {
    for (operation, row) in operations() {
        let wanted = operation.method == Method::POST && !operation.path.contains("/auth/");
        assert_eq!(takes_key(&operation), wanted, "{}", row.operation);
    }
    assert!(contract().document["components"]["parameters"]["IdempotencyKey"].is_object());
}
