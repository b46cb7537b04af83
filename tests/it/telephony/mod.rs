mod calls;
pub mod contract;
mod order;
mod stringee;

use chot_tests::fixtures::text;
use chot_tests::{Client, Response, World, fault, signature};
use serde_json::{Value, json};

pub const SECRET: &str = "bi-mat-cua-tong-dai";
const EVENTS: &str = "/public/telephony/stringee/events";

/// A world with Stringee set up, and its administrator.
async fn connected(playbook: &str) -> (World, Client) {
    let world = World::under(playbook).await;
    let admin = world.user("admin").await;
    let set = admin.put("/telephony/stringee", json!({"signing_secret": SECRET})).await.expect(200);
    assert_eq!((&set["is_configured"], &set["webhook_path"]), (&json!(true), &json!(format!("/api/v1{EVENTS}"))));
    (world, admin)
}

/// Sends an event as Stringee does.
pub async fn tell(world: &World, event: &Value) -> Response {
    tell_by(&world.anonymous(), event).await
}

/// The same with an existing client.
pub async fn tell_by(client: &Client, event: &Value) -> Response {
    let body = event.to_string();
    send_by(client, &body, Some(&signature(SECRET, &body))).await
}

pub async fn send(world: &World, body: &str, signature: Option<&str>) -> Response {
    send_by(&world.anonymous(), body, signature).await
}

async fn send_by(client: &Client, body: &str, signature: Option<&str>) -> Response {
    let request = client.request(reqwest::Method::POST, EVENTS).header("content-type", "application/json");
    let request = match signature {
        Some(signature) => request.header("x-stringee-signature", signature),
        None => request,
    };
    client.send(request.body(body.to_owned())).await
}

/// An outbound call to a number, this number of seconds ago, as Stringee reports it.
pub fn event(call_id: &str, status: &str, to: &str, seconds_ago: i64) -> Value {
    json!({
        "type": "stringee_call", "project_id": 7, "account_sid": "AC1", "call_id": call_id, "call_status": status,
        "timestamp_ms": chrono::Utc::now().timestamp_millis() - seconds_ago * 1000,
        "from": {"number": "842471000000", "alias": "842471000000", "is_online": true, "type": "internal"},
        "to": {"number": to, "alias": to, "is_online": false, "type": "external"},
    })
}

pub fn with(mut event: Value, more: Value) -> Value {
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

async fn email(admin: &Client, client: &Client) -> String {
    text(&admin.get(&format!("/users/{}", client.user_id)).await.expect(200), "email")
}
