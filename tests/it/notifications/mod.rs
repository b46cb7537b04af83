mod assigned;
pub mod contract;
mod distribution;
mod inbox;
mod managers;
mod preferences;
mod rights;

use chot_tests::Client;
use serde_json::Value;

/// The kinds of a client's notifications, oldest first.
async fn kinds(client: &Client) -> Vec<String> {
    let told = client.all("/notifications?sort=created_at").await;
    told.iter().map(|one| chot_tests::fixtures::text(one, "kind")).collect()
}

/// The only notification of a client.
async fn only(client: &Client) -> Value {
    let mut told = client.all("/notifications").await;
    assert_eq!(told.len(), 1, "{told:#?}");
    told.remove(0)
}
