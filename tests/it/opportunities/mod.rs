mod board;
mod close;
mod freeing;
mod lists;
mod open;
mod reopen;
mod stages;

use chot_tests::given::{id, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

/// A fault as `Reply::faults` tells it.
fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

/// Lan sells; Minh sells in another team and sees nothing of hers; the manager leads her team.
struct Team {
    manager: Client,
    lan: Client,
    minh: Client,
}

async fn team(world: &World) -> Team {
    let north = world.team("Kinh doanh Hà Nội", None).await;
    let south = world.team("Kinh doanh Đà Nẵng", None).await;
    Team {
        manager: world.member("manager", Some(&north)).await,
        lan: world.member("salesperson", Some(&north)).await,
        minh: world.member("salesperson", Some(&south)).await,
    }
}

/// An opportunity with more than a name; its path.
async fn opened(client: &Client, account: &Value, name: &str, more: Value) -> String {
    let mut draft = json!({"account_id": account["id"], "name": name});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("/opportunities/{}", id(&client.post("/opportunities", draft).await.expect(201)))
}

/// Closes an opportunity as not sold.
async fn lost(client: &Client, opportunity: &str) -> Value {
    client.post(&format!("{opportunity}/lose"), json!({"reason": "price"})).await.expect(200)
}

/// The names of the records of a list.
fn names(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| text(record, "name")).collect()
}
