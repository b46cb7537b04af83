mod cadence;
mod calendar;
pub mod contract;
mod feed;
mod handover;
mod lists;
mod owners;
mod passwords;
mod plan;
mod relations;
mod reminders;
mod sight;
mod silent;
mod stages;
mod transitions;

use chot_tests::Client;
use chot_tests::fault;
use serde_json::{Value, json};

/// A draft with further fields.
fn with(mut draft: Value, more: Value) -> Value {
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

/// A planned call. The clock shows nine in the morning of 23 November 2026 in Hà Nội, 02:00 UTC.
fn call(starts_at: &str) -> Value {
    json!({"kind": "call", "subject": "Gọi lại chốt lịch", "starts_at": starts_at})
}

/// An online meeting of 45 minutes.
fn demo() -> Value {
    json!({
        "kind": "online_meeting", "category": "demo", "subject": "Demo Easy Edu",
        "starts_at": "2026-11-24T02:00:00Z", "ends_at": "2026-11-24T02:45:00Z",
    })
}

async fn planned(client: &Client, draft: Value) -> Value {
    client.post("/activities", draft).await.expect(201)
}
