//! The events of an account since its creation.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, qualified_lead, text, version};
use reqwest::Method;
use serde_json::json;

use super::team;

#[tokio::test]
async fn r_ichk_20_r_ichk_14_the_history_tells_everything_from_the_lead_on() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lead = qualified_lead(&team.lan, 1).await;
    let conversion = team.lan.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let path = format!("/accounts/{}", text(&conversion, "account_id"));
    let contact = format!("/contacts/{}", text(&conversion, "contact_id"));
    let chance = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    team.lan.patch(&path, 1, json!({"description": "Khách quen"})).await.expect(200);
    team.lan.patch(&contact, 1, json!({"job_title": "Kế toán"})).await.expect(200);
    team.lan.post(&format!("{chance}/move"), json!({"stage": "quoted"})).await.expect(200);
    team.lan.post(&format!("{chance}/tags"), json!({"tag": "hot"})).await.expect(200);
    team.lan.act(&format!("{chance}/win")).await.expect(200);
    let expected = [
        "lead.created",
        "lead.contacted",
        "lead.qualified",
        "account.created",
        "contact.created",
        "opportunity.opened",
        "lead.converted",
        "account.updated",
        "contact.updated",
        "opportunity.moved",
        "opportunity.tagged",
        "opportunity.won",
    ];
    assert_eq!(team.lan.history(&path).await, expected);
    let mut newest_first = team.lan.all(&format!("{path}/timeline?limit=5")).await;
    newest_first.reverse();
    let kinds: Vec<_> = newest_first.iter().map(|event| text(event, "kind")).collect();
    assert_eq!(kinds, expected);
    let counters = team.lan.get(&format!("{path}/counters")).await.expect(200);
    assert_eq!(counters, json!({"opportunities": 1, "contacts": 1, "children": 0, "meetings": 0, "recordings": 0}));
    let because: Vec<_> =
        newest_first.iter().filter(|event| event["cause_id"] == conversion["id"]).map(|event| text(event, "kind")).collect();
    assert_eq!(because, ["account.created", "contact.created", "opportunity.opened", "lead.converted"]);
}

#[tokio::test]
async fn r_ichk_21_r_ichk_22_it_tells_who_pulled_the_customer_and_when_it_was_cut_and_why() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let only = opportunity(&team.lan, &ours, "Tem QR").await;
    team.lan.post(&format!("/opportunities/{}/lose", id(&only)), json!({"reason": "price"})).await.expect(200);
    team.minh.act(&format!("{path}/claim")).await.expect(200);
    team.minh
        .post(&format!("{path}/release"), json!({"reason": "customer_request", "note": "Khách muốn đổi người"}))
        .await
        .expect(200);
    team.manager.post(&format!("{path}/assign"), json!({"owner_id": team.lan.user_id, "reason": "Quen khách"})).await.expect(200);
    let admin = world.user("admin").await;
    let owned = admin.all(&format!("{path}/timeline?sort=occurred_at")).await;
    let owned: Vec<_> = owned.iter().filter(|event| text(event, "kind").starts_with("account.")).collect();
    let kinds: Vec<_> = owned.iter().map(|event| text(event, "kind")).collect();
    assert_eq!(kinds, ["account.created", "account.released", "account.claimed", "account.released", "account.assigned"]);
    let by_rule = &owned[1];
    assert_eq!(by_rule["facts"]["reason"], "no_active_primary_opportunity");
    assert_eq!(
        (&by_rule["facts"]["owner_id_before"], &by_rule["facts"]["opportunity_id"]),
        (&json!(team.lan.user_id), &only["id"])
    );
    assert_eq!((&owned[2]["actor_id"], &owned[2]["facts"]["owner_id"]), (&json!(team.minh.user_id), &json!(team.minh.user_id)));
    assert_eq!(
        (&owned[3]["facts"]["reason"], &owned[3]["changes"]["note"]["to"]),
        (&json!("customer_request"), &json!("Khách muốn đổi người"))
    );
    assert_eq!(
        (&owned[4]["actor_id"], &owned[4]["changes"]["reason"]["to"]),
        (&json!(team.manager.user_id), &json!("Quen khách"))
    );
    assert!(owned.iter().all(|event| event["actor_name"].is_string()));
}

#[tokio::test]
async fn r_ichk_23_the_history_is_append_only_and_in_time_order() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let ours = account(&admin, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let mut before = Vec::new();
    for round in 0..5 {
        let tag = json!({"tag": "hot"});
        admin.post(&format!("{path}/tags"), tag).await.expect(200);
        admin.remove(&format!("{path}/tags/hot")).await.expect(200);
        let seen = admin.get(&path).await.expect(200);
        admin.patch(&path, version(&seen), json!({"description": format!("Lần {round}")})).await.expect(200);
        let now = admin.all(&format!("{path}/timeline?sort=occurred_at&limit=4")).await;
        assert_eq!(now[..before.len()], before, "what was told stays as it was told");
        assert!(now.is_sorted_by_key(|event| text(event, "occurred_at").parse::<chrono::DateTime<chrono::Utc>>().unwrap()));
        before = now;
    }
    assert_eq!(before.len(), 16);
    for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
        for place in [format!("{path}/timeline"), "/events".into()] {
            let request = admin.request(method.clone(), &place).json(&json!({}));
            admin.send(request).await.refused(405, "method_not_allowed");
        }
    }
}
