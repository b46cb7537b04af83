mod archive;
mod board;
mod cadence;
mod close;
pub mod contract;
mod freeing;
mod lists;
mod open;
mod reopen;
mod stages;

use chot_tests::fixtures::{id, team, text};
use chot_tests::{Client, fault};
use serde_json::{Value, json};

/// An opportunity with further fields; its path.
pub async fn opened(client: &Client, account: &Value, name: &str, more: Value) -> String {
    let mut draft = json!({"account_id": account["id"], "name": name});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("/opportunities/{}", id(&client.post("/opportunities", draft).await.expect(201)))
}

/// Closes an opportunity as lost.
pub async fn lost(client: &Client, opportunity: &str) -> Value {
    client.post(&format!("{opportunity}/lose"), json!({"reason": "price"})).await.expect(200)
}

/// The names of the records of a list.
fn names(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| text(record, "name")).collect()
}
