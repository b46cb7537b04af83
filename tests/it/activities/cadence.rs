//! What the playbook plans after calls and before demos (R-EDU-39…41, R-EDU-44, R-EDU-45, A-33).

use chot_tests::fixtures::{id, own_lead, text};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{demo, fault, planned, with};

/// The activities of the caller that rules have planned.
async fn by_rule(client: &Client, rule: &str) -> Vec<Value> {
    let all = client.all("/activities?sort=starts_at").await;
    all.into_iter().filter(|activity| activity["rule"] == rule).collect()
}

async fn called(client: &Client, lead: &Value, outcome: &str) {
    let call = json!({"kind": "call", "subject": "Gọi lần đầu", "lead_id": lead["id"], "outcome": outcome, "done_at": "2026-11-23T02:00:00Z"});
    client.post("/activities", call).await.expect(201);
}

#[tokio::test]
async fn r_edu_39_r_edu_40_r_edu_41_who_was_not_reached_is_called_again_in_the_next_half_day() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    called(&lan, &lead, "no_answer").await;
    let waiting = lan.get(&format!("/leads/{}", id(&lead))).await.expect(200);
    assert_eq!((&waiting["stage"], &waiting["recall_at"]), (&json!("call_again"), &json!(null)));
    assert_eq!(waiting["next_activity"]["starts_at"], "2026-11-23T06:30:00Z", "half past one in the afternoon");
    let again = by_rule(&lan, "call_back").await;
    assert_eq!((again.len(), &again[0]["category"], &again[0]["lead_id"]), (1, &json!("call_again"), &lead["id"]));

    // When it is due, the salesperson is notified. If nobody answers again, the next call is in the morning.
    assert_eq!(world.pass(TimeDelta::hours(5)).await, 1);
    let told: Vec<_> = lan.all("/notifications").await.iter().map(|one| text(one, "kind")).collect();
    assert_eq!(told, ["activity_due"]);
    lan.post(&format!("/activities/{}/complete", id(&again[0])), json!({"outcome": "no_answer"})).await.expect(200);
    let next = by_rule(&lan, "call_back").await;
    assert_eq!((next.len(), &next[1]["starts_at"]), (2, &json!("2026-11-24T01:00:00Z")), "eight in the morning");

    // After a successful call it is no longer planned.
    world.pass(TimeDelta::hours(18)).await;
    lan.post(&format!("/activities/{}/complete", id(&next[1])), json!({"outcome": "successful"})).await.expect(200);
    assert_eq!(by_rule(&lan, "call_back").await.iter().filter(|one| one["status"] == "planned").count(), 0);
}

#[tokio::test]
async fn a_33_a_call_back_is_not_planned_before_the_next_half_day() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let sooner = json!({"kind": "call", "category": "call_again", "subject": "Gọi lại", "lead_id": lead["id"], "starts_at": "2026-11-23T03:00:00Z"});
    lan.post("/activities", sooner.clone()).await.expect(201);
    called(&lan, &lead, "failed").await;
    let refused = lan.post("/activities", sooner.clone()).await;
    assert_eq!(refused.faults(422), [fault("/starts_at", "too_soon")]);
    let planned = by_rule(&lan, "call_back").await;
    let reschedule = format!("/activities/{}/reschedule", id(&planned[0]));
    let too_soon = lan.post(&reschedule, json!({"starts_at": "2026-11-23T04:59:00Z"})).await;
    assert_eq!(too_soon.faults(422), [fault("/starts_at", "too_soon")]);
    lan.post(&reschedule, json!({"starts_at": "2026-11-23T05:00:00Z"})).await.expect(200);
    // Other planned activities are not affected, and other playbooks have no such rule.
    lan.post("/activities", with(sooner, json!({"category": "appointment"}))).await.expect(201);
    let suno = World::under("suno").await;
    let minh = suno.user("salesperson").await;
    called(&minh, &own_lead(&minh, 1).await, "failed").await;
    assert!(by_rule(&minh, "call_back").await.is_empty());
}

#[tokio::test]
async fn who_was_reached_after_all_is_not_called_again() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let (reached, shown) = (own_lead(&lan, 1).await, own_lead(&lan, 2).await);
    called(&lan, &reached, "no_answer").await;
    called(&lan, &shown, "no_answer").await;
    called(&lan, &reached, "successful").await;
    lan.act(&format!("/leads/{}/trials", id(&shown))).await.expect(201);
    let planned = by_rule(&lan, "call_back").await;
    assert_eq!(planned.iter().map(|one| text(one, "status")).collect::<Vec<_>>(), ["cancelled", "cancelled"]);
}

#[tokio::test]
async fn a_lead_that_is_handed_back_is_not_called_again_and_one_that_is_given_on_by_the_next_salesperson() {
    let world = World::under("easyedu").await;
    let (admin, lan, minh) = (world.user("admin").await, world.user("salesperson").await, world.user("salesperson").await);
    let (back, on) = (own_lead(&lan, 1).await, own_lead(&lan, 2).await);
    called(&lan, &back, "failed").await;
    called(&lan, &on, "failed").await;
    lan.post(&format!("/leads/{}/return", id(&back)), json!({"reason": "Số sai"})).await.expect(200);
    admin.post(&format!("/leads/{}/assign", id(&on)), json!({"owner_id": minh.user_id})).await.expect(200);
    let planned = by_rule(&admin, "call_back").await;
    let stands = |lead: &Value| planned.iter().find(|one| one["lead_id"] == lead["id"]).unwrap();
    assert_eq!(stands(&back)["status"], "cancelled");
    assert_eq!((&stands(&on)["status"], &stands(&on)["owner_id"]), (&json!("planned"), &json!(minh.user_id)));
}

#[tokio::test]
async fn r_edu_44_r_edu_45_r_edu_46_a_reminder_falls_due_before_the_demo_and_moves_with_it() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let room = json!({"meeting_link": "https://online.emso.vn/sao-mai", "starts_at": "2026-11-24T02:00:00Z", "ends_at": "2026-11-24T02:45:00Z"});
    let demo = planned(&lan, with(demo(), room)).await;
    let times = |reminder: &Value| (text(reminder, "starts_at"), text(reminder, "ends_at"));
    let reminder = by_rule(&lan, "demo_reminder").await.remove(0);
    assert_eq!(times(&reminder), ("2026-11-24T01:00:00Z".into(), "2026-11-24T01:30:00Z".into()));
    assert_eq!((&reminder["reminder_of_id"], &reminder["meeting_link"]), (&demo["id"], &demo["meeting_link"]));
    let path = format!("/activities/{}", id(&demo));
    lan.post(&format!("{path}/reschedule"), json!({"starts_at": "2026-11-25T07:00:00Z"})).await.expect(200);
    let moved = by_rule(&lan, "demo_reminder").await.remove(0);
    assert_eq!((id(&moved), times(&moved).0), (id(&reminder), "2026-11-25T06:00:00Z".into()));
    assert_eq!(world.pass(TimeDelta::hours(48)).await, 0);
    assert_eq!(world.pass(TimeDelta::hours(4)).await, 1);

    // The customer moves it: the reminder is done, and there is a new one for the new time.
    lan.post(&format!("/activities/{}/complete", id(&moved)), json!({"outcome": "moved"})).await.expect(200);
    lan.post(&format!("{path}/reschedule"), json!({"starts_at": "2026-11-26T07:00:00Z"})).await.expect(200);
    let reminders = by_rule(&lan, "demo_reminder").await;
    assert_eq!((reminders.len(), &reminders[1]["status"]), (2, &json!("planned")));
    lan.act(&format!("{path}/cancel")).await.expect(200);
    assert_eq!(by_rule(&lan, "demo_reminder").await[1]["status"], "cancelled");
}

#[tokio::test]
async fn r_edu_44_a_demo_within_half_an_hour_is_not_reminded_of_any_more() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let at = |starts_at: &str| with(demo(), json!({"starts_at": starts_at, "ends_at": null}));
    planned(&lan, at("2026-11-23T02:29:00Z")).await;
    assert!(by_rule(&lan, "demo_reminder").await.is_empty());
    planned(&lan, at("2026-11-23T02:45:00Z")).await;
    let reminder = by_rule(&lan, "demo_reminder").await.remove(0);
    assert_eq!((&text(&reminder, "starts_at")[..16], &reminder["ends_at"]), ("2026-11-23T02:00", &json!("2026-11-23T02:15:00Z")));
}
