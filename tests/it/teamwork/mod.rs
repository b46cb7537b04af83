pub mod contract;
mod remarketing;
mod support;

use chot_tests::{Client, World};
use serde_json::Value;

/// Two teams below one head, each with a manager and a salesperson.
struct People {
    head: Client,
    leader: Client,
    lan: Client,
    other_leader: Client,
    minh: Client,
    north: String,
}

async fn people(world: &World) -> People {
    let top = world.team("Phòng Kinh doanh", None).await;
    let north = world.team("Đội Bắc", Some(&top)).await;
    let south = world.team("Đội Nam", Some(&top)).await;
    People {
        head: world.member("manager", Some(&top)).await,
        leader: world.member("team_leader", Some(&north)).await,
        lan: world.member("salesperson", Some(&north)).await,
        other_leader: world.member("team_leader", Some(&south)).await,
        minh: world.member("salesperson", Some(&south)).await,
        north,
    }
}

/// The notifications of a user, as kind and subject, newest first.
async fn inbox(client: &Client) -> Vec<(Value, Value)> {
    let told = client.all("/notifications").await;
    told.iter().map(|one| (one["kind"].clone(), one["subject_id"].clone())).collect()
}
