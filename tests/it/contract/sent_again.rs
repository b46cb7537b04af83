//! A request that is sent again with its `Idempotency-Key` counts once.

use chot_tests::contract;
use chot_tests::given::{company, id};
use reqwest::Method;
use serde_json::{Value, json};

use super::rows::operations;
use super::stage::Stage;

#[tokio::test]
async fn a_request_sent_again_with_its_key_counts_once() {
    let stage = Stage::under("icheck").await;
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
async fn the_secret_of_an_api_key_is_told_once() {
    let stage = Stage::under("icheck").await;
    let draft = json!({"name": "Nhập liệu", "scopes": ["leads:create"]});
    let first = stage.lan().post_once("/api-keys", "khoa-0001", draft.clone()).await.expect(201);
    assert!(first["key"].as_str().unwrap().starts_with("chot_live_"));
    let again = stage.lan().post_once("/api-keys", "khoa-0001", draft).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let again = again.expect(201);
    assert_eq!((&again["api_key"], &again["key"]), (&first["api_key"], &Value::Null));
}

/// A POST that makes or changes something can be sent again: the document says so of each.
#[test]
fn every_post_takes_an_idempotency_key() {
    for (operation, row) in operations() {
        let mut parameters = operation.document["parameters"].as_array().into_iter().flatten();
        let takes = parameters.any(|one| one["$ref"] == "#/components/parameters/IdempotencyKey");
        let wanted = operation.method == Method::POST && !operation.path.contains("/auth/");
        assert_eq!(takes, wanted, "{}", row.operation);
    }
    assert!(contract().document["components"]["parameters"]["IdempotencyKey"].is_object());
}
