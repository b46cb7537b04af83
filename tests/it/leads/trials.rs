//! Trials of the product (R-EDU-30, R-EDU-33…38, A-34).

use chot_tests::World;
use chot_tests::fixtures::{id, own_lead, text, version};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn r_edu_33_r_edu_37_r_edu_38_a_trial_is_granted_with_its_link_and_ends_by_itself_after_seven_days() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let order = json!({"link": "https://dung-thu.emso.vn/sao-mai", "note": "Đã gửi qua e-mail và Zalo"});
    let trial = lan.post(&format!("{path}/trials"), order.clone()).await.expect(201);
    assert_eq!((&trial["status"], &trial["link"], &trial["lead_id"]), (&json!("running"), &order["link"], &lead["id"]));
    assert_eq!((&text(&trial, "starts_at")[..16], &text(&trial, "ends_at")[..16]), ("2026-11-23T02:00", "2026-11-30T02:00"));
    let granted = lan.get(&path).await.expect(200);
    assert_eq!((&granted["stage"], &granted["status"]), (&json!("demo_granted"), &json!("qualified")));
    assert_eq!((&granted["tags"][0]["tag"], &granted["recall_at"]), (&json!("demo_granted"), &json!(null)));
    lan.post(&format!("{path}/trials"), order).await.refused(409, "already_exists");
    assert!(lan.history(&path).await.contains(&"trial.granted".to_owned()));

    assert_eq!(world.pass(TimeDelta::days(7) - TimeDelta::minutes(1)).await, 0);
    assert_eq!(lan.all("/trials?status=running&sort=ends_at").await.len(), 1);
    assert_eq!(world.pass(TimeDelta::minutes(1)).await, 1);
    let over = lan.get(&format!("/trials/{}", id(&trial))).await.expect(200);
    assert_eq!((&over["status"], &text(&over, "ended_at")[..16]), (&json!("ended"), "2026-11-30T02:00"));
    assert!(lan.all("/notifications").await.iter().any(|one| one["kind"] == "trial_ended"));
    // Then another one can be granted.
    lan.act(&format!("{path}/trials")).await.expect(201);
}

#[tokio::test]
async fn a_trial_is_ended_before_its_time_once_and_by_those_who_work_the_lead() {
    let world = World::under("easyedu").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let lead = own_lead(&lan, 1).await;
    let trial = lan.act(&format!("/leads/{}/trials", id(&lead))).await.expect(201);
    let end = format!("/trials/{}/end", id(&trial));
    minh.act(&end).await.refused(404, "not_found");
    assert!(minh.all("/trials").await.is_empty());
    assert_eq!(lan.act(&end).await.expect(200)["status"], "ended");
    lan.act(&end).await.refused(409, "wrong_status");
    assert_eq!(world.pass(TimeDelta::days(8)).await, 0);
}

#[tokio::test]
async fn a_trial_is_granted_only_to_the_version_of_the_lead_that_the_caller_names() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}/trials", id(&lead));
    let naming = |version: i64| lan.request(Method::POST, &path).header("if-match", format!("\"{version}\""));
    lan.send(naming(77)).await.refused(412, "version_mismatch");
    lan.send(naming(version(&lead))).await.expect(201);
}

#[tokio::test]
async fn where_the_playbook_has_no_trials_none_is_granted() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    lan.act(&format!("{path}/trials")).await.refused(409, "no_trials");
    assert_eq!(lan.get(&path).await.expect(200)["status"], "assigned");
}
