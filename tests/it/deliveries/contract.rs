//! The operations of deliveries and timers.

use chot_domain::deliveries::DeliveryKind;
use chot_domain::identity::Actor;
use chot_domain::notifications::EmailContent;
use chot_persistence::deliveries::{self, NewDelivery};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Preparing, Scene};
use crate::notifications::contract::{notice, user_of};
use crate::robustness::at_once::given_up;

/// The operations.
pub const ROWS: &[Row] = &[
    row("listDeliveries"),
    row("getDelivery").on(delivery, Sight::Everybody),
    row("retryDelivery").on(delivery, Sight::Everybody),
    row("listTimers"),
    row("getTimerBacklog"),
    row("getTimer").on(failed_timer, Sight::Everybody),
    row("retryTimer").on(failed_timer, Sight::Everybody),
];

/// An e-mail that was not sent yet.
fn delivery(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let delivery = enqueued(&scene.stage.world, scene.admin(), scene.number()).await;
        scene.made.of("delivery_id", &delivery)
    })
}

/// An e-mail that was not sent yet. The system makes it, because no operation does.
pub async fn enqueued(world: &World, admin: &Client, number: u32) -> Value {
    let new = NewDelivery {
        kind: DeliveryKind::Email,
        to: "lan@congty.example.vn".into(),
        payload: json!(EmailContent::of(&notice(user_of(admin).await), "Nguyễn Thị Lan", Default::default())),
        dedupe_key: format!("stage:{number}"),
        notification: None,
    };
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    system.write(async |tx| Ok(deliveries::enqueue(tx, &new).await?)).await.unwrap();
    let newest = admin.get("/deliveries?limit=1").await.expect(200);
    newest["data"][0].clone()
}

/// A timer that failed too often.
fn failed_timer(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let timer = given_up(&scene.stage.world, scene.admin()).await;
        scene.made.with("timer_id", &timer)
    })
}

#[tokio::test]
async fn each_caller_may_do_with_deliveries_and_timers_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
