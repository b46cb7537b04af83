mod administrator;
pub mod contract;
mod mails;
mod retries;
mod workers;

use chot_application::worker;
use chot_tests::fixtures::{company, id};
use chot_tests::{Client, MailServer, Options, World};
use serde_json::{Value, json};

/// A world that sends e-mails, to a server that accepts them.
async fn with_mail() -> (World, MailServer) {
    let server = MailServer::start();
    let options = Options { smtp_url: Some(server.url.clone()), ..Options::default() };
    (World::with("icheck", options).await, server)
}

/// A lead that a user has assigned to another user.
async fn given(from: &Client, to: &Client, number: u32) -> Value {
    let mut draft = company(number);
    draft["owner_id"] = json!(to.user_id);
    from.post("/leads", draft).await.expect(201)
}

/// One round of a worker.
async fn round(world: &World) {
    worker::once(&world.engine).await.unwrap();
}

/// The deliveries, oldest first.
async fn deliveries(admin: &Client) -> Vec<Value> {
    admin.all("/deliveries?sort=created_at").await
}

/// The only delivery.
async fn only(admin: &Client) -> Value {
    let mut all = deliveries(admin).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

/// The path of a delivery.
fn path(delivery: &Value) -> String {
    format!("/deliveries/{}", id(delivery))
}
