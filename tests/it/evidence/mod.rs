mod check;
mod check_preview;
pub mod contract;
mod missed;
mod night;
mod proofs;
mod review;
mod sample;
mod submit;

use chot_tests::fixtures::{account, attachment, id, opportunity};
use chot_tests::{Client, Response, World};
use serde_json::{Value, json};

/// A new opportunity on a new account; its path.
async fn chance(client: &Client, number: u32) -> String {
    let account = account(client, number).await;
    format!("/opportunities/{}", id(&opportunity(client, &account, &format!("Cơ hội {number}")).await))
}

/// The last part of a path: the identifier.
pub fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// A file on an opportunity; its identifier.
pub async fn file(client: &Client, chance: &str) -> Value {
    attachment(client, "opportunity_id", &json!({"id": last(chance)})).await["id"].clone()
}

pub async fn submit(client: &Client, chance: &str, evidence: Value) -> Response {
    client.post(&format!("{chance}/evidence"), evidence).await
}

/// Submits a new file as evidence.
async fn prove(client: &Client, chance: &str) -> Value {
    let file = file(client, chance).await;
    submit(client, chance, json!({"kind": "file", "attachment_id": file})).await.expect(201)
}

pub fn message() -> Value {
    json!({"kind": "message", "sent_at": "2026-11-23T01:30:00Z", "summary": "Đã tư vấn giải pháp truy xuất qua Zalo"})
}

pub async fn evidence_status(client: &Client, chance: &str) -> Value {
    client.get(chance).await.expect(200)["evidence_status"].clone()
}

pub async fn status(client: &Client, chance: &str) -> Value {
    client.get(chance).await.expect(200)["status"].clone()
}

async fn warned(care: &Client, chance: &str) -> Value {
    care.post(&format!("{chance}/evidence/warn"), json!({"reason": "Ảnh mờ, không đọc được"})).await.expect(200)
}

/// A call about an opportunity, of this length in seconds, reported by an exchange; its activity.
async fn exchange_call(world: &World, chance: &str, seconds: i64) -> Value {
    let call = json!({
        "provider": "voip24h", "call_id": format!("{}-{seconds}", last(chance)), "status": "ended", "occurred_at": "2026-11-23T01:59:00Z",
        "direction": "outbound", "answer_seconds": seconds, "opportunity_id": last(chance),
    });
    world.user("admin").await.post("/calls", call).await.expect(200)["activity_id"].clone()
}

/// The kinds of a user's notifications, newest first.
pub async fn inbox(client: &Client) -> Vec<String> {
    let told = client.all("/notifications").await;
    told.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}
