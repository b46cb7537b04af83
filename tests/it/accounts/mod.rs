mod archive;
mod contacts;
mod history;
mod identity;
mod owners;
mod sight;
mod tend;
mod tree;

use chot_tests::given::{phone, some_tax_code};
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

/// A company to be created, with numbers of its own.
fn draft(number: u32) -> Value {
    json!({
        "name": format!("Hợp tác xã Rau sạch {number}"),
        "phone": phone(6_000_000 + number),
        "tax_code": some_tax_code(25_000_000 + number),
    })
}

/// A draft with more in it.
fn with(mut draft: Value, more: Value) -> Value {
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}
