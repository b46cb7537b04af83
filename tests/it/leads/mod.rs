mod archive;
mod capture;
pub mod contract;
mod convert;
mod convert_duplicates;
mod convert_link;
mod convert_playbooks;
mod convert_preview;
mod convert_revert;
mod convert_waiting;
mod custom_fields;
mod duplicates;
mod fields;
pub mod forms;
mod forms_limits;
mod forms_sight;
mod identity;
mod lists;
mod parked;
mod pool;
mod pool_lists;
mod recall;
mod search;
mod stage_tags;
mod transitions;
mod trials;
mod verify;

use chot_tests::fixtures::team;
use chot_tests::{Client, fault};
use serde_json::{Value, json};

/// The keys of a list of the playbook.
async fn words(client: &Client, list: &str) -> Vec<String> {
    let playbook = client.get("/playbook").await.expect(200);
    let entries = playbook["playbook"][list].as_array().unwrap().clone();
    entries.iter().map(|entry| chot_tests::fixtures::text(entry, "key")).collect()
}

/// An individual as a lead, with its own identity number and telephone number.
fn person(number: u32) -> Value {
    json!({
        "kind": "individual",
        "name": format!("Lê Thị Mai {number}"),
        "phone": chot_tests::fixtures::phone(8_000_000 + number),
        "citizen_id": format!("07908{:07}", 5_000_000 + number),
    })
}
