//! The closing time continues while the opportunity is archived. Its effect comes after the restore.

use chot_tests::fixtures::{account, id, opportunity, version};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::json;

/// An opportunity after a successful demo, with seven days to close it; its path.
async fn demonstrated(client: &Client) -> String {
    let chance = opportunity(client, &account(client, 1).await, "Gói Tiêu chuẩn").await;
    let demo = json!({
        "kind": "online_meeting", "category": "demo", "subject": "Demo", "outcome": "successful", "done_at": "2026-11-23T02:00:00Z",
        "opportunity_id": chance["id"],
    });
    client.post("/activities", demo).await.expect(201);
    format!("/opportunities/{}", id(&chance))
}

async fn archived(admin: &Client, path: &str) {
    let seen = admin.get(path).await.expect(200);
    admin.delete(path, version(&seen)).await.expect(204);
}

#[tokio::test]
async fn a_closing_time_that_passed_in_the_archive_moves_the_opportunity_at_the_next_round_after_it_is_restored() {
    let world = World::under("easyedu").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let path = demonstrated(&lan).await;
    archived(&admin, &path).await;
    world.pass(TimeDelta::days(8)).await;
    assert_eq!(lan.get(&path).await.expect(200)["stage"], "potential", "nothing happens to it in the archive");
    admin.act(&format!("{path}/restore")).await.expect(200);
    world.pass(TimeDelta::seconds(1)).await;
    let moved = lan.get(&path).await.expect(200);
    assert_eq!((&moved["stage"], &moved["closing_due_at"]), (&json!("being_cared_for"), &json!(null)));
    let offers = lan.all("/activities?status=planned&category=promotion_offer").await;
    assert_eq!(offers.len(), 1, "the promotion is offered once");
    world.pass(TimeDelta::days(8)).await;
    let passed = lan.history(&path).await.into_iter().filter(|kind| kind == "opportunity.closing_overdue").count();
    assert_eq!(passed, 1);
}

#[tokio::test]
async fn an_opportunity_that_is_restored_before_its_closing_time_has_passed_moves_at_that_time() {
    let world = World::under("easyedu").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let path = demonstrated(&lan).await;
    let due = lan.get(&path).await.expect(200)["closing_due_at"].clone();
    archived(&admin, &path).await;
    world.pass(TimeDelta::days(3)).await;
    let back = admin.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(back["closing_due_at"], due);
    world.pass(TimeDelta::days(4) - TimeDelta::minutes(1)).await;
    assert_eq!(lan.get(&path).await.expect(200)["stage"], "potential");
    world.pass(TimeDelta::minutes(1)).await;
    assert_eq!(lan.get(&path).await.expect(200)["stage"], "being_cared_for");
}
