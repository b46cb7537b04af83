//! The password to a customer's computer is stored no longer than necessary (R-EDU-50).

use chot_tests::fixtures::{id, own_lead, version};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{demo, fault, planned, with};

const PASSWORD: &str = "mat-khau-7k2x";

fn access(password: Option<&str>) -> Value {
    json!({"tool": "TeamViewer", "id": "123 456 789", "password": password})
}

async fn with_access(lan: &Client) -> Value {
    let lead = own_lead(lan, 1).await;
    // A contacted lead is not recalled.
    lan.act(&format!("/leads/{}/mark-contacted", id(&lead))).await.expect(200);
    planned(lan, with(demo(), json!({"remote_access": access(Some(PASSWORD)), "lead_id": lead["id"]}))).await
}

#[tokio::test]
async fn r_edu_50_the_password_goes_when_the_demo_is_completed_or_called_off() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let done = with_access(&lan).await;
    assert_eq!(done["remote_access"]["password"], PASSWORD);
    let path = format!("/activities/{}", id(&done));
    let completed = lan.post(&format!("{path}/complete"), json!({"outcome": "successful"})).await.expect(200);
    assert_eq!(completed["remote_access"], access(None));
    let faults = lan.patch(&path, 2, json!({"remote_access": {"password": PASSWORD}})).await.faults(422);
    assert_eq!(faults, [fault("/remote_access/password", "only_while_planned")]);
    let off = planned(&lan, with(demo(), json!({"remote_access": access(Some(PASSWORD))}))).await;
    let path = format!("/activities/{}", id(&off));
    assert_eq!(lan.act(&format!("{path}/cancel")).await.expect(200)["remote_access"], access(None));
    let faults = lan.patch(&path, 2, json!({"remote_access": {"password": PASSWORD}})).await.faults(422);
    assert_eq!(faults, [fault("/remote_access/password", "only_while_planned")]);
}

#[tokio::test]
async fn r_edu_50_the_password_goes_a_day_after_the_demo_should_have_ended_wherever_that_moves() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let meeting = with_access(&lan).await;
    let path = format!("/activities/{}", id(&meeting));
    let password = async || lan.get(&path).await.expect(200)["remote_access"]["password"].clone();
    lan.post(&format!("{path}/reschedule"), json!({"starts_at": "2026-11-26T02:00:00Z"})).await.expect(200);
    // The demo would have ended on the 24th.
    world.pass(TimeDelta::days(3)).await;
    assert_eq!(password().await, PASSWORD);
    world.pass(TimeDelta::days(1)).await;
    assert_eq!(password().await, PASSWORD);
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(password().await, json!(null));
    assert_eq!(version(&lan.get(&path).await.expect(200)), 3);
}

#[tokio::test]
async fn r_edu_50_a_password_that_came_later_goes_as_well_and_none_stands_in_the_history() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let meeting = planned(&lan, with(demo(), json!({"lead_id": lead["id"], "remote_access": access(None)}))).await;
    let path = format!("/activities/{}", id(&meeting));
    let changed = lan.patch(&path, 1, json!({"remote_access": {"id": "987", "password": PASSWORD}})).await.expect(200);
    assert_eq!(changed["remote_access"], json!({"tool": "TeamViewer", "id": "987", "password": PASSWORD}));
    let history = lan.all(&format!("/leads/{}/timeline", id(&lead))).await;
    let event = history.iter().find(|event| event["kind"] == "activity.updated").unwrap();
    assert_eq!(event["changes"]["remote_access"]["to"], json!({"tool": "TeamViewer", "id": "987"}));
    let feed = world.user("admin").await.all("/events").await;
    assert!(!json!([history, feed]).to_string().contains(PASSWORD));
    world.pass(TimeDelta::days(3)).await;
    assert_eq!(lan.get(&path).await.expect(200)["remote_access"]["password"], json!(null));
}

#[tokio::test]
async fn r_edu_50_an_answer_that_is_kept_for_a_repetition_is_kept_without_the_password() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let draft = with(demo(), json!({"remote_access": access(Some(PASSWORD))}));
    let first = lan.post_once("/activities", "demo-1", draft.clone()).await.expect(201);
    let again = lan.post_once("/activities", "demo-1", draft).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let again = again.expect(201);
    assert_eq!((&again["id"], &again["remote_access"]["password"]), (&first["id"], &json!(null)));
}

#[tokio::test]
async fn r_edu_50_the_password_is_told_to_nobody_but_who_gives_the_demo() {
    let world = World::under("easyedu").await;
    let (lan, minh, admin) = (world.user("salesperson").await, world.user("salesperson").await, world.user("admin").await);
    let meeting = with_access(&lan).await;
    let path = format!("/activities/{}", id(&meeting));
    let told = async |who: &Client| who.get(&path).await.expect(200)["remote_access"].clone();
    for other in [&admin, &world.user("marketing").await, &world.user("customer_care").await] {
        assert_eq!(told(other).await, access(None), "{}", other.role);
    }
    assert_eq!(told(&lan).await, access(Some(PASSWORD)));
    // A user who cannot see the password changes other fields and keeps it.
    let changed = admin.patch(&path, version(&meeting), json!({"subject": "Demo phân hệ học phí"})).await.expect(200);
    assert_eq!(changed["remote_access"], access(None));
    assert_eq!(told(&lan).await, access(Some(PASSWORD)));
    let given = admin.post(&format!("{path}/assign"), json!({"owner_id": minh.user_id})).await.expect(200);
    assert_eq!(given["remote_access"], access(None));
    assert_eq!((told(&minh).await, told(&lan).await), (access(Some(PASSWORD)), access(None)));
}

#[tokio::test]
async fn r_edu_50_no_list_tells_the_password() {
    let world = World::under("easyedu").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let meeting = with_access(&lan).await;
    world.clock.advance(TimeDelta::hours(20));
    for who in [&lan, &admin] {
        let about = format!("/activities?lead_id={}", meeting["lead_id"].as_str().unwrap());
        let calendar = format!("/calendar?owner_id={}", lan.user_id);
        let due = format!("/calendar/due-today?owner_id={}", lan.user_id);
        for list in ["/activities", &about, &calendar, &due] {
            let listed = who.all(list).await;
            let found = listed.iter().find(|one| one["id"] == meeting["id"]).unwrap_or_else(|| panic!("{list} lacks the demo"));
            assert_eq!(found["remote_access"], access(None), "{list} of {}", who.role);
        }
    }
}
