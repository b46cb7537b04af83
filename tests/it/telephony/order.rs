//! The order of the reports of a call makes no difference, neither for the call nor for its effects.

use chot_tests::fixtures::{id, own_lead, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::{connected, email, event, tell, with};

/// The state of a lead, and its planned activities.
async fn stands(client: &Client, lead: &Value) -> Value {
    let now = client.get(&format!("/leads/{}", id(lead))).await.expect(200);
    let tags: Vec<_> = now["tags"].as_array().unwrap().iter().map(|tag| text(tag, "tag")).collect();
    let minute = now["recall_at"].as_str().map(|at| at[..16].to_owned());
    let calls = client.all(&format!("/activities?lead_id={}&sort=starts_at", id(lead))).await;
    let calls: Vec<_> = calls
        .iter()
        .filter(|call| call["status"] != "cancelled")
        .map(|call| json!([call["status"], call["outcome"], call["rule"], call["talk_seconds"]]))
        .collect();
    json!({
        "status": now["status"], "stage": now["stage"], "tags": tags, "recall_at": minute, "next": now["next_activity"], "calls": calls,
    })
}

#[tokio::test]
async fn a_call_that_is_said_to_have_ended_before_anybody_says_how_long_it_was_ends_the_same() {
    let world = World::under("easyedu").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let (silent, long) = (json!({}), json!({"answer_seconds": 120}));
    let mut ends = Vec::new();
    for (number, order) in (0..).zip([[&long, &silent], [&silent, &long], [&long, &long]]) {
        let lead = own_lead(&lan, number).await;
        for more in order {
            let ended = json!({
                "provider": "voip24h", "call_id": format!("c-{number}"), "status": "ended", "occurred_at": "2026-11-23T01:59:00Z",
                "direction": "outbound", "from_number": "101", "to_number": lead["phone"], "lead_id": lead["id"], "user_id": lan.user_id,
            });
            admin.post("/calls", with(ended, more.clone())).await.expect(200);
        }
        ends.push(stands(&lan, &lead).await);
    }
    assert_eq!(ends[0]["calls"], json!([["done", "successful", null, 120]]));
    assert_eq!(ends[1], ends[0], "first without the seconds, then with them");
    assert_eq!(ends[2], ends[0]);
}

#[tokio::test]
async fn a_call_back_that_was_planned_for_a_call_which_turns_out_to_have_succeeded_is_called_off() {
    let world = World::under("easyedu").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let lead = own_lead(&lan, 1).await;
    let ended = json!({
        "provider": "voip24h", "call_id": "c-1", "status": "ended", "occurred_at": "2026-11-23T01:59:00Z", "direction": "outbound",
        "from_number": "101", "to_number": lead["phone"], "lead_id": lead["id"], "user_id": lan.user_id,
    });
    admin.post("/calls", ended.clone()).await.expect(200);
    world.pass(chrono::TimeDelta::minutes(10)).await;
    admin.post("/calls", with(ended, json!({"answer_seconds": 120}))).await.expect(200);
    let now = lan.get(&format!("/leads/{}", id(&lead))).await.expect(200);
    assert_ne!(now["stage"], "call_again");
    assert_eq!(now["next_activity"], json!(null));
    assert!(lan.all("/activities?status=planned").await.is_empty());
    world.pass(chrono::TimeDelta::hours(5)).await;
    assert!(lan.all("/notifications?kind=activity_due").await.is_empty());
}

#[tokio::test]
async fn what_stringee_tells_late_of_the_length_of_a_call_counts_as_if_it_had_come_at_once() {
    let (world, admin) = connected("easyedu").await;
    let lan = world.user("salesperson").await;
    let caller = email(&admin, &lan).await;
    let (silent, long) = (json!({}), json!({"answerDuration": 120}));
    let mut ends = Vec::new();
    for (number, order) in (0..).zip([[&long, &silent], [&silent, &long]]) {
        let lead = own_lead(&lan, number).await;
        let about = json!({"lead_id": lead["id"]}).to_string();
        let about = json!({"clientCustomData": about, "request_from_user_id": caller});
        for more in order {
            let ended = with(event(&format!("call-{number}"), "ended", "84987654321", 5), about.clone());
            tell(&world, &with(ended, more.clone())).await.expect(200);
        }
        ends.push(stands(&lan, &lead).await);
    }
    assert_eq!(ends[0]["calls"], json!([["done", "successful", null, 120]]));
    assert_eq!(ends[1], ends[0]);
}
