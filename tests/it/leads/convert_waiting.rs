//! The timers of a lead are set again once its conversion is reverted.

use chot_tests::fixtures::{company, id, own_lead, text};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn given(marketing: &Client, to: &Client) -> Value {
    let lead = marketing.post("/leads", company(1)).await.expect(201);
    let assign = format!("/leads/{}/assign", id(&lead));
    marketing.post(&assign, json!({"owner_id": to.user_id})).await.expect(200)
}

async fn there_and_back(client: &Client, lead: &Value) {
    let conversion = client.act(&format!("/leads/{}/convert", id(lead))).await.expect(201);
    client.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
}

#[tokio::test]
async fn r_edu_21_a_lead_whose_conversion_was_undone_is_recalled_at_its_time() {
    let world = World::under("easyedu").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    let lead = given(&marketing, &lan).await;
    let path = format!("/leads/{}", id(&lead));
    assert!(lead["recall_at"].is_string());
    world.pass(TimeDelta::minutes(30)).await;
    there_and_back(&lan, &lead).await;
    let back = lan.get(&path).await.expect(200);
    for member in ["recall_at", "status", "stage", "owner_id", "account_id"] {
        assert_eq!(back[member], lead[member], "{member}");
    }
    world.pass(TimeDelta::minutes(29)).await;
    assert_eq!(marketing.get(&path).await.expect(200)["owner_id"], json!(lan.user_id));
    world.pass(TimeDelta::minutes(1)).await;
    assert_eq!(marketing.get(&path).await.expect(200)["owner_id"], json!(minh.user_id));
}

#[tokio::test]
async fn r_edu_21_a_lead_whose_hour_passed_while_it_was_converted_is_recalled_when_that_is_undone() {
    let world = World::under("easyedu").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    let lead = given(&marketing, &lan).await;
    let path = format!("/leads/{}", id(&lead));
    let conversion = lan.act(&format!("{path}/convert")).await.expect(201);
    world.pass(TimeDelta::hours(2)).await;
    assert_eq!(marketing.get(&path).await.expect(200)["status"], "converted");
    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    world.pass(TimeDelta::seconds(1)).await;
    assert_eq!(marketing.get(&path).await.expect(200)["owner_id"], json!(minh.user_id));
}

#[tokio::test]
async fn a_call_back_that_was_called_off_by_a_conversion_is_planned_again_when_that_is_undone() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let call = json!({
        "kind": "call", "subject": "Gọi", "lead_id": lead["id"], "outcome": "no_answer", "done_at": "2026-11-23T02:00:00Z",
    });
    lan.post("/activities", call).await.expect(201);
    let before = lan.get(&path).await.expect(200);
    let planned = async || lan.all(&format!("/activities?lead_id={}&status=planned", id(&lead))).await;
    let call_back = planned().await.remove(0);
    let conversion = lan.act(&format!("{path}/convert")).await.expect(201);
    assert!(planned().await.is_empty(), "a customer is not called back as a lead");
    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    let again = planned().await;
    assert_eq!(again.len(), 1);
    for member in ["rule", "category", "starts_at", "owner_id", "lead_id", "account_id"] {
        assert_eq!(again[0][member], call_back[member], "{member}");
    }
    let back = lan.get(&path).await.expect(200);
    assert_eq!((&back["stage"], &back["next_activity"]["starts_at"]), (&before["stage"], &call_back["starts_at"]));
    world.pass(TimeDelta::hours(5)).await;
    let told = lan.all("/notifications?kind=activity_due").await;
    assert_eq!(told.iter().map(|one| text(one, "subject_id")).collect::<Vec<_>>(), [id(&again[0])]);
}
