//! Timers and activities of an opportunity: follow-ups, the closing time, and the call after the sale (R-EDU-55…63, R-EDU-72…76).

use chot_tests::fixtures::{account, id, opportunity, own_lead, text};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A completed demo at that time.
async fn demonstrated(client: &Client, about: Value, done_at: &str) {
    let mut demo =
        json!({"kind": "online_meeting", "category": "demo", "subject": "Demo", "outcome": "successful", "done_at": done_at});
    demo.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    client.post("/activities", demo).await.expect(201);
}

/// The planned activities of rules: rule, category, time.
async fn planned(client: &Client) -> Vec<(String, String, String)> {
    let all = client.all("/activities?status=planned&sort=starts_at").await;
    let by_rule = all.iter().filter(|one| !one["rule"].is_null());
    by_rule.map(|one| (text(one, "rule"), text(one, "category"), text(one, "starts_at")[..16].to_owned())).collect()
}

fn entry(rule: &str, category: &str, at: &str) -> (String, String, String) {
    (rule.to_owned(), category.to_owned(), at.to_owned())
}

const NOW: &str = "2026-11-23T02:00:00Z";

#[tokio::test]
async fn r_edu_55_r_edu_60_r_edu_61_after_the_demo_the_customer_is_contacted_until_the_opportunity_is_closed() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Gói Tiêu chuẩn").await;
    let path = format!("/opportunities/{}", id(&chance));
    demonstrated(&lan, json!({"opportunity_id": chance["id"]}), NOW).await;
    let shown = lan.get(&path).await.expect(200);
    assert_eq!((&shown["demonstrated_at"], &shown["closing_due_at"]), (&json!(NOW), &json!("2026-11-30T02:00:00Z")));
    assert_eq!(lan.all("/opportunities?tag=guided&stage=potential").await.len(), 1, "R-EDU-59");
    let first =
        [entry("follow_up", "daily_greeting", "2026-11-24T02:00"), entry("follow_up", "closing_appointment", "2026-11-26T02:00")];
    assert_eq!(planned(&lan).await, first);

    // A completed follow-up leads to the next; an unplanned one moves the planned one.
    world.pass(TimeDelta::days(3)).await;
    let closing = lan.all("/activities?status=planned&category=closing_appointment").await.remove(0);
    lan.post(&format!("/activities/{}/complete", id(&closing)), json!({"outcome": "successful"})).await.expect(200);
    let greeting = json!({"kind": "message", "category": "daily_greeting", "subject": "Hỏi thăm", "opportunity_id": chance["id"], "outcome": "successful", "done_at": "2026-11-26T01:00:00Z"});
    lan.post("/activities", greeting).await.expect(201);
    let second =
        [entry("follow_up", "daily_greeting", "2026-11-27T01:00"), entry("follow_up", "closing_appointment", "2026-11-29T02:00")];
    assert_eq!(planned(&lan).await, second);

    lan.post(&format!("{path}/lose"), json!({"reason": "price"})).await.expect(200);
    assert_eq!(planned(&lan).await, []);
    world.pass(TimeDelta::days(10)).await;
    assert_eq!(lan.get(&path).await.expect(200)["stage"], "lost");
}

#[tokio::test]
async fn r_edu_05_r_edu_62_r_edu_63_seven_days_after_the_demo_it_is_cared_for_and_the_promotion_is_offered() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Gói Tiêu chuẩn").await;
    let path = format!("/opportunities/{}", id(&chance));
    demonstrated(&lan, json!({"opportunity_id": chance["id"]}), NOW).await;
    world.pass(TimeDelta::days(7) - TimeDelta::minutes(1)).await;
    assert_eq!(lan.get(&path).await.expect(200)["stage"], "potential");
    world.pass(TimeDelta::minutes(1)).await;
    let cared_for = lan.get(&path).await.expect(200);
    assert_eq!((&cared_for["stage"], &cared_for["closing_due_at"]), (&json!("being_cared_for"), &json!(null)));
    let offer = entry("closing_offer", "promotion_offer", "2026-11-30T02:00");
    assert!(planned(&lan).await.contains(&offer));
    let kinds = lan.history(&path).await;
    assert!(kinds.contains(&"opportunity.closing_overdue".to_owned()), "{kinds:?}");
    world.pass(TimeDelta::seconds(5)).await;
    let told = lan.all("/notifications?is_read=false").await;
    assert!(told.iter().any(|one| one["kind"] == "activity_due" && text(one, "title").contains("khuyến mãi")), "{told:#?}");
}

#[tokio::test]
async fn a_34_the_time_to_close_counts_from_the_demo_that_was_given_to_the_lead() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    demonstrated(&lan, json!({"lead_id": lead["id"]}), NOW).await;
    world.pass(TimeDelta::days(2)).await;
    let conversion = lan.act(&format!("{path}/convert")).await.expect(201);
    let opened = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    let chance = lan.get(&opened).await.expect(200);
    assert_eq!((&chance["demonstrated_at"], &chance["closing_due_at"]), (&json!(NOW), &json!("2026-11-30T02:00:00Z")));
    assert_eq!(planned(&lan).await.len(), 2);
    // Activities of rules do not block the reversal, and end with it.
    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    assert_eq!(planned(&lan).await, []);
}

#[tokio::test]
async fn a_demo_that_was_booked_with_the_lead_counts_for_the_opportunity_that_came_of_it() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let booked = json!({"kind": "online_meeting", "category": "demo", "subject": "Demo", "lead_id": lead["id"], "starts_at": "2026-11-24T02:00:00Z"});
    let booked = lan.post("/activities", booked).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    let conversion = lan.act(&format!("{path}/convert")).await.expect(201);
    world.pass(TimeDelta::days(1)).await;
    let done = json!({"outcome": "successful", "done_at": "2026-11-24T02:00:00Z"});
    lan.post(&format!("/activities/{}/complete", id(&booked)), done).await.expect(200);
    let opened = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    assert_eq!(lan.get(&opened).await.expect(200)["closing_due_at"], "2026-12-01T02:00:00Z");
}

#[tokio::test]
async fn r_edu_72_r_edu_75_r_edu_76_closing_does_everything_at_once_and_opening_again_takes_it_back() {
    let world = World::under("easyedu").await;
    let (lan, manager) = (world.user("salesperson").await, world.user("admin").await);
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Gói Tiêu chuẩn").await;
    let path = format!("/opportunities/{}", id(&chance));
    demonstrated(&lan, json!({"opportunity_id": chance["id"]}), NOW).await;
    lan.act(&format!("{path}/win")).await.expect(200);
    assert_eq!(planned(&lan).await, [entry("after_sale_call", "after_sale_call", "2026-12-23T02:00")]);
    let closed = lan.get(&format!("/accounts/{}", id(&customer))).await.expect(200);
    assert_eq!((&closed["stage"], &closed["type"]), (&json!("received_after_sale"), &json!("customer")));

    manager.post(&format!("{path}/reopen"), json!({"reason": "Khách đổi gói"})).await.expect(200);
    let again = planned(&lan).await;
    assert_eq!(again.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["follow_up", "follow_up"]);
}

#[tokio::test]
async fn a_demo_that_did_not_succeed_or_of_another_company_begins_nothing() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Gói Tiêu chuẩn").await;
    let missed = json!({"kind": "online_meeting", "category": "demo", "subject": "Demo", "outcome": "no_answer", "done_at": NOW, "opportunity_id": chance["id"]});
    lan.post("/activities", missed).await.expect(201);
    assert_eq!(planned(&lan).await, []);
    assert_eq!(lan.get(&format!("/opportunities/{}", id(&chance))).await.expect(200)["demonstrated_at"], json!(null));
}

#[tokio::test]
async fn what_is_planned_for_an_opportunity_goes_with_it_to_the_next_salesperson() {
    let world = World::under("easyedu").await;
    let (admin, lan, minh) = (world.user("admin").await, world.user("salesperson").await, world.user("salesperson").await);
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Gói Tiêu chuẩn").await;
    demonstrated(&lan, json!({"opportunity_id": chance["id"]}), NOW).await;
    admin.post(&format!("/accounts/{}/assign", id(&customer)), json!({"owner_id": minh.user_id})).await.expect(200);
    let planned = minh.all("/activities?status=planned").await;
    assert_eq!(planned.len(), 2);
    assert!(planned.iter().all(|one| one["owner_id"] == json!(minh.user_id)), "{planned:#?}");
    assert_eq!(world.pass(TimeDelta::days(1)).await, 1);
    assert_eq!(minh.all("/notifications?is_read=false").await.iter().filter(|one| one["kind"] == "activity_due").count(), 1);
}
