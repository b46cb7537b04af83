//! Contact attempts and an answered support request before a lead is recycled.

use chot_tests::fixtures::{id, own_lead};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::people;

/// A stored attempt to contact a lead.
async fn tried(client: &Client, lead: &Value, kind: &str, outcome: &str) -> Value {
    let attempt = json!({
        "kind": kind, "subject": "Liên hệ", "lead_id": lead["id"], "outcome": outcome, "done_at": "2026-11-23T01:00:00Z",
    });
    client.post("/activities", attempt).await.expect(201)
}

#[tokio::test]
async fn r_edu_16_r_edu_17_a_31_remarketing_comes_after_two_failed_contacts_and_an_answer_of_the_leader() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let (lan, marketing) = (&people.lan, world.user("marketing").await);
    let lead = own_lead(lan, 1).await;
    let recycle = format!("/leads/{}/recycle", id(&lead));
    let few = async |found: u64| {
        let refused = lan.post(&recycle, json!({})).await.refused(409, "too_few_contact_attempts");
        assert_eq!((&refused["needed"], &refused["found"]), (&json!(2), &json!(found)));
    };
    few(0).await;
    tried(lan, &lead, "call", "no_answer").await;
    tried(lan, &lead, "call", "successful").await;
    tried(lan, &lead, "task", "failed").await;
    let taken_back = tried(lan, &lead, "message", "failed").await;
    lan.delete(&format!("/activities/{}", id(&taken_back)), 1).await.expect(204);
    tried(lan, &own_lead(lan, 2).await, "call", "failed").await;
    few(1).await;
    tried(lan, &lead, "sms", "failed").await;
    lan.post(&recycle, json!({})).await.refused(409, "support_answer_missing");
    let question = json!({"lead_id": lead["id"], "reason": "Không nghe máy, nghi số ảo"});
    let request = format!("/support-requests/{}", id(&lan.post("/support-requests", question).await.expect(201)));
    lan.post(&recycle, json!({})).await.refused(409, "support_answer_missing");
    people.leader.post(&format!("{request}/answer"), json!({"answer": "Chuyển marketing"})).await.expect(200);
    let recycled = lan.post(&recycle, json!({})).await.expect(200);
    assert_eq!((&recycled["status"], &recycled["stage"]), (&json!("recycled"), &json!("remarketing")));

    let audience = marketing.all("/leads?status=recycled").await;
    assert_eq!(audience.iter().map(id).collect::<Vec<_>>(), [id(&lead)]);
    marketing.post(&format!("/leads/{}/tags", id(&lead)), json!({"tag": "remarketing"})).await.expect(200);
}

#[tokio::test]
async fn r_suno_21_a_playbook_that_asks_for_neither_parks_at_once() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}/recycle", id(&own_lead(&lan, 1).await));
    let parked = lan.post(&path, json!({"follow_up_at": "2026-12-24T02:00:00Z"})).await.expect(200);
    assert_eq!(parked["status"], "recycled");
}
