mod check;
mod draw;
mod forecast;
mod give;
mod missed;
mod night;
mod proofs;
mod review;

use chot_tests::given::{account, attachment, id, opportunity};
use chot_tests::{Client, Reply, World};
use serde_json::{Value, json};

use crate::robustness::at_once::{counted, database};

/// An opportunity on an account of its own; its path.
async fn chance(client: &Client, number: u32) -> String {
    let account = account(client, number).await;
    format!("/opportunities/{}", id(&opportunity(client, &account, &format!("Cơ hội {number}")).await))
}

/// The last part of a path: the identifier.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// A file on an opportunity; its identifier.
async fn file(client: &Client, chance: &str) -> Value {
    attachment(client, "opportunity_id", &json!({"id": last(chance)})).await["id"].clone()
}

async fn give(client: &Client, chance: &str, evidence: Value) -> Reply {
    client.post(&format!("{chance}/evidence"), evidence).await
}

/// Gives a new file as evidence.
async fn prove(client: &Client, chance: &str) -> Value {
    let file = file(client, chance).await;
    give(client, chance, json!({"kind": "file", "attachment_id": file})).await.expect(201)
}

fn message() -> Value {
    json!({"kind": "message", "sent_at": "2026-11-23T01:30:00Z", "summary": "Đã tư vấn giải pháp truy xuất qua Zalo"})
}

async fn evidence_status(client: &Client, chance: &str) -> Value {
    client.get(chance).await.expect(200)["evidence_status"].clone()
}

async fn status(client: &Client, chance: &str) -> Value {
    client.get(chance).await.expect(200)["status"].clone()
}

async fn warned(care: &Client, chance: &str) -> Value {
    care.post(&format!("{chance}/evidence/warn"), json!({"reason": "Ảnh mờ, không đọc được"})).await.expect(200)
}

/// A call that the exchange told of, as successful or not; its identifier.
async fn exchange_call(world: &World, client: &Client, chance: &str, outcome: &str) -> Value {
    let call = json!({
        "kind": "call", "subject": "Gọi tư vấn", "opportunity_id": last(chance), "done_at": "2026-11-23T01:00:00Z",
        "outcome": outcome, "summary": "Khách hỏi giá 20 mã",
    });
    let call = client.post("/activities", call).await.expect(201)["id"].clone();
    let told = format!("UPDATE activities SET is_via_telephony = {} WHERE subject = 'Gọi tư vấn'", "true");
    sea_orm::ConnectionTrait::execute_unprepared(&database(world).await, &told).await.unwrap();
    call
}

/// How many notifications of a kind there are.
async fn told(world: &World, kind: &str) -> i64 {
    counted(&database(world).await, &format!("SELECT count(*) FROM notifications WHERE kind = '{kind}'")).await
}
