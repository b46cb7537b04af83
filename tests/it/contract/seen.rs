//! The `ETag` of a response is current only if the response would be the same, byte for byte. Changes depend only on the version
//! of the record.

use chot_tests::fixtures::{account, id, opportunity, own_lead, version};
use chot_tests::{Client, Response, World};
use reqwest::Method;
use serde_json::{Value, json};

use crate::identity::people::change;

fn tag(reply: &Response) -> String {
    assert_eq!(reply.status, 200, "{:#}", reply.body);
    reply.header("etag").unwrap().to_owned()
}

async fn asked(client: &Client, path: &str, known: &str) -> Response {
    client.send(client.request(Method::GET, path).header("if-none-match", known)).await
}

/// Changes the record with this tag in `If-Match`.
async fn changed(client: &Client, path: &str, seen: &str, members: Value) -> Response {
    let request = client.request(Method::PATCH, path).header("if-match", seen);
    client.send(request.header("content-type", "application/merge-patch+json").body(members.to_string())).await
}

/// Changes the response for a record without changing its version. The old tag yields the new response, the new tag yields 304,
/// and both allow a change of the record.
async fn holds_to_what_is_told(client: &Client, path: &str, happens: impl Future<Output = ()>, member: &str, told: &Value) {
    let before = client.get(path).await;
    let known = tag(&before);
    assert_eq!(asked(client, path, &known).await.status, 304, "{path}: nothing has changed");
    happens.await;
    let after = asked(client, path, &known).await;
    assert_eq!(after.status, 200, "{path}: {member} has changed");
    assert_eq!((&after.body[member], version(&after.body)), (told, version(&before.body)), "{path}");
    let now = tag(&after);
    assert_eq!(asked(client, path, &now).await.status, 304, "{path}");
    assert_eq!(client.get(path).await.text, after.text, "{path}");
    changed(client, path, &known, json!({"description": "Như đã xem"})).await.expect(200);
    changed(client, path, &known, json!({"description": "Lần nữa"})).await.refused(412, "version_mismatch");
    let again = tag(&client.get(path).await);
    changed(client, path, &again, json!({"description": "Lần nữa"})).await.expect(200);
}

async fn plans(client: &Client, about: &str, record: &Value, subject: &str) -> Value {
    let call = json!({"kind": "call", "subject": subject, about: record["id"], "starts_at": "2026-11-24T02:00:00Z"});
    let call = client.post("/activities", call).await.expect(201);
    json!({"id": call["id"], "kind": "call", "subject": subject, "starts_at": "2026-11-24T02:00:00Z"})
}

#[tokio::test]
async fn a_record_whose_next_activity_has_changed_is_sent_again() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let chance = opportunity(&lan, &account(&lan, 2).await, "Tem").await;
    for (about, record, path) in [("lead_id", &lead, "/leads"), ("opportunity_id", &chance, "/opportunities")] {
        let path = format!("{path}/{}", id(record));
        let first = plans(&lan, about, record, "Gọi").await;
        let activity = format!("/activities/{}", first["id"].as_str().unwrap());
        let mut told = first.clone();
        told["subject"] = json!("Gửi báo giá");
        let renamed = async {
            lan.patch(&activity, 1, json!({"subject": "Gửi báo giá"})).await.expect(200);
        };
        holds_to_what_is_told(&lan, &path, renamed, "next_activity", &told).await;
        let called_off = async {
            lan.act(&format!("{activity}/cancel")).await.expect(200);
        };
        holds_to_what_is_told(&lan, &path, called_off, "next_activity", &Value::Null).await;
    }
}

#[tokio::test]
async fn a_record_whose_owner_was_renamed_is_sent_again() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = own_lead(&lan, 1).await;
    let customer = account(&lan, 2).await;
    let chance = opportunity(&lan, &customer, "Tem").await;
    for (number, path) in
        [format!("/leads/{}", id(&lead)), format!("/accounts/{}", id(&customer)), format!("/opportunities/{}", id(&chance))]
            .into_iter()
            .enumerate()
    {
        let name = format!("Lan mới {number}");
        let renamed = async {
            change(&admin, &lan, json!({"full_name": name})).await;
        };
        holds_to_what_is_told(&lan, &path, renamed, "owner_name", &json!(name)).await;
    }
}

#[tokio::test]
async fn an_opportunity_whose_account_was_renamed_is_sent_again() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let path = format!("/opportunities/{}", id(&opportunity(&lan, &customer, "Tem").await));
    let renamed = async {
        lan.patch(&format!("/accounts/{}", id(&customer)), version(&customer), json!({"name": "Sao Hôm"})).await.expect(200);
    };
    holds_to_what_is_told(&lan, &path, renamed, "account_name", &json!("Sao Hôm")).await;
}

#[tokio::test]
async fn two_readers_who_are_told_different_things_do_not_share_a_tag() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    plans(&lan, "lead_id", &lead, "Gọi").await;
    let path = format!("/leads/{}", id(&lead));
    let (_, script) = crate::identity::people::api_key(&lan, &["leads:read"]).await;
    let (full, narrow) = (lan.get(&path).await, script.get(&path).await);
    assert_ne!(full.body["next_activity"], narrow.body["next_activity"]);
    assert_eq!(asked(&script, &path, &tag(&full)).await.status, 200);
    assert_eq!(asked(&lan, &path, &tag(&narrow)).await.status, 200);
}
