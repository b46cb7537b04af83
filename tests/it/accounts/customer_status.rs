//! The customer status: set by users, and by the system after a demo and after a win.

use chot_tests::fixtures::{account, id, opportunity, own_lead, team, text, version};
use chot_tests::{Client, World, fault};
use serde_json::{Value, json};

async fn status(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200)["customer_status"].clone()
}

/// A demo about a record, planned and completed.
async fn demo(client: &Client, about: &str, record: &Value, outcome: &str) {
    let plan = json!({
        "kind": "online_meeting", "category": "demo", "subject": "Demo", about: record["id"],
        "starts_at": "2026-12-01T02:00:00Z", "ends_at": "2026-12-01T02:45:00Z",
    });
    let planned = client.post("/activities", plan).await.expect(201);
    client.post(&format!("/activities/{}/complete", id(&planned)), json!({"outcome": outcome})).await.expect(200);
}

#[tokio::test]
async fn r_edu_58_r_edu_74_a_29_the_status_is_said_by_a_verb_and_is_no_column_of_a_board() {
    let world = World::under("easyedu").await;
    let team = team(&world).await;
    let lans = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&lans));
    assert_eq!((&lans["customer_status"], &lans["stage"]), (&json!(null), &json!(null)));
    let change = format!("{path}/customer-status");
    let inactive = json!({"customer_status": "inactive"});
    let changed = team.lan.post(&change, inactive.clone()).await.expect(200);
    assert_eq!((&changed["customer_status"], &changed["stage"], version(&changed)), (&json!("inactive"), &json!(null), 2));
    assert_eq!(team.lan.post(&change, inactive.clone()).await.expect(200), changed, "once is enough");
    let event = team.lan.all(&format!("{path}/timeline?kind=account.customer_status_changed")).await.remove(0);
    assert_eq!(event["facts"], json!({"customer_status_before": null, "customer_status": "inactive"}));

    team.minh.post(&change, inactive).await.refused(404, "not_found");
    let unknown = team.lan.post(&change, json!({"customer_status": "asleep"})).await.faults(422);
    assert_eq!(unknown, [fault("/customer_status", "unknown_key")]);
    let patched = team.lan.patch(&path, 2, json!({"customer_status": "active"})).await.faults(422);
    assert_eq!(patched, [fault("/customer_status", "immutable")]);
    account(&team.lan, 2).await;
    let found = team.lan.all("/accounts?customer_status=inactive").await;
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(&lans)]);
}

#[tokio::test]
async fn r_edu_58_a_successful_demo_makes_a_customer_who_is_cared_for() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let (one, two) = (account(&lan, 1).await, account(&lan, 2).await);
    let [first, second] = [&one, &two].map(|account| format!("/accounts/{}", id(account)));
    demo(&lan, "account_id", &one, "failed").await;
    assert_eq!(status(&lan, &first).await, json!(null));
    demo(&lan, "account_id", &one, "successful").await;
    assert_eq!(status(&lan, &first).await, "being_cared_for");
    let chance = opportunity(&lan, &two, "Easy Edu").await;
    let call = json!({"kind": "call", "subject": "Gọi", "opportunity_id": chance["id"], "outcome": "successful", "done_at": "2026-11-23T01:00:00Z"});
    lan.post("/activities", call).await.expect(201);
    assert_eq!(status(&lan, &second).await, json!(null), "a call is no demo");
    let held = json!({
        "kind": "meeting", "category": "demo", "subject": "Demo", "opportunity_id": chance["id"], "outcome": "successful",
        "done_at": "2026-11-23T01:00:00Z",
    });
    lan.post("/activities", held).await.expect(201);
    assert_eq!(status(&lan, &second).await, "being_cared_for");
}

#[tokio::test]
async fn r_edu_58_who_had_the_demo_as_a_lead_is_cared_for_from_the_conversion_on() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    for (number, outcome, expected) in [(1, "successful", json!("being_cared_for")), (2, "no_answer", json!(null))] {
        let lead = own_lead(&lan, number).await;
        demo(&lan, "lead_id", &lead, outcome).await;
        let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
        assert_eq!(status(&lan, &format!("/accounts/{}", text(&conversion, "account_id"))).await, expected, "{outcome}");
        lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    }
}

#[tokio::test]
async fn r_edu_74_a_35_winning_makes_the_customer_active_and_opening_again_leaves_that() {
    let world = World::under("easyedu").await;
    let (lan, manager) = (world.user("salesperson").await, world.user("admin").await);
    let account = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&account));
    let chance = format!("/opportunities/{}", id(&opportunity(&lan, &account, "Easy Edu").await));
    lan.act(&format!("{chance}/win")).await.expect(200);
    let won = lan.get(&path).await.expect(200);
    assert_eq!(
        (&won["customer_status"], &won["type"], &won["stage"]),
        (&json!("active"), &json!("customer"), &json!("received_after_sale"))
    );
    assert_eq!(version(&won), version(&account) + 2, "in one unit, with the tag of the stage");
    demo(&lan, "account_id", &account, "successful").await;
    assert_eq!(status(&lan, &path).await, "active", "a demo of more to a customer");
    manager.post(&format!("{chance}/reopen"), json!({"reason": "Khách huỷ"})).await.expect(200);
    let reopened = lan.get(&path).await.expect(200);
    assert_eq!((&reopened["customer_status"], &reopened["type"]), (&json!("active"), &json!("prospect")));
}

#[tokio::test]
async fn where_the_playbook_has_no_statuses_there_are_none() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let account = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&account));
    let found = lan.post(&format!("{path}/customer-status"), json!({"customer_status": "active"})).await.faults(422);
    assert_eq!(found, [fault("/customer_status", "unknown_key")]);
    lan.act(&format!("/opportunities/{}/win", id(&opportunity(&lan, &account, "SUNO").await))).await.expect(200);
    assert_eq!(status(&lan, &path).await, json!(null));
}
