//! The operations of telephony.

use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene};

/// The secret with which the telephone exchange signs.
pub const SIGNING_SECRET: &str = "bi-mat-cua-tong-dai-2026";

/// The operations.
pub const ROWS: &[Row] = &[
    row("logCall").saying(new_call),
    row("getStringee"),
    row("setStringee").saying(|_| json!({"signing_secret": SIGNING_SECRET})),
    row("receiveStringeeEvent").on(exchange, Sight::Everybody).saying(new_event),
];

fn new_call(made: &Prepared) -> Value {
    json!({
        "provider": "voip24h", "call_id": format!("cuoc-goi-{}", made.number), "status": "answered", "direction": "outbound",
        "occurred_at": "2026-11-23T02:00:00Z", "to_number": "0912345678",
    })
}

fn new_event(made: &Prepared) -> Value {
    let sent_at: i64 = made.known["sent_at"].as_str().unwrap().parse().unwrap();
    json!({"call_id": format!("call-vn-{}", made.number), "call_status": "answered", "timestamp_ms": sent_at})
}

/// A telephone exchange with a secret.
fn exchange(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        scene.admin().put("/telephony/stringee", json!({"signing_secret": SIGNING_SECRET})).await.expect(200);
        let made = scene.made.with("sent_at", &chrono::Utc::now().timestamp_millis().to_string());
        Prepared { signing_secret: Some(SIGNING_SECRET.into()), ..made }
    })
}

#[tokio::test]
async fn each_caller_may_do_with_telephony_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
