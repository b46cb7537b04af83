//! The timelines of single records.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead, phone, qualified_lead, text, version};
use serde_json::{Value, json};

#[tokio::test]
async fn values_are_told_from_and_to() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let first = json!({"need": "Tem QR", "phone": "0912 345 678", "profile": {"website": "hoasen.vn"}, "contact_person": null});
    lan.patch(&path, 1, first).await.expect(200);
    lan.patch(&path, 2, json!({"need": null, "contact_points": [{"channel": "zalo", "value": phone(3)}]})).await.expect(200);
    let told = lan.all(&format!("{path}/timeline?kind=lead.updated&sort=occurred_at")).await;
    let changes = &told[0]["changes"];
    assert_eq!(changes["need"], json!({"from": null, "to": "Tem QR"}));
    assert_eq!(changes["phone"], json!({"from": lead["phone"], "to": "+84912345678"}));
    assert_eq!(changes["contact_person"], json!({"from": lead["contact_person"], "to": null}));
    assert_eq!(
        (&changes["profile"]["from"]["website"], &changes["profile"]["to"]["website"]),
        (&json!(null), &json!("https://hoasen.vn/"))
    );
    let members = |event: &Value| event["changes"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&told[0]), ["contact_person", "need", "phone", "profile"]);
    assert_eq!(members(&told[1]), ["contact_points", "need"]);
    assert_eq!(told[1]["changes"]["need"], json!({"from": "Tem QR", "to": null}));
    assert_eq!((&told[0]["subject_kind"], &told[0]["subject_id"]), (&json!("lead"), &lead["id"]));
    assert_eq!((&told[0]["actor_kind"], &told[0]["actor_id"]), (&json!("user"), &json!(lan.user_id)));
}

#[tokio::test]
async fn a_source_that_is_cleared_is_told_as_the_one_that_then_stands_there() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let draft = json!({"name": "Hoa Sen", "phone": phone(1), "source": "website"});
    let lead = lan.post("/leads", draft).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    let changed = lan.patch(&path, 1, json!({"source": null})).await.expect(200);
    let told = lan.all(&format!("{path}/timeline?kind=lead.updated")).await.remove(0);
    assert_eq!(told["changes"]["source"], json!({"from": "website", "to": changed["source"]}));
}

#[tokio::test]
async fn contact_points_are_told_as_they_then_stand_there() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let points = json!([{"channel": "zalo", "value": "0912 345 678"}]);
    let changed = lan.patch(&path, 1, json!({"contact_points": points})).await.expect(200);
    let told = lan.all(&format!("{path}/timeline?kind=lead.updated")).await.remove(0);
    assert_eq!(told["changes"]["contact_points"]["to"], changed["contact_points"]);
}

#[tokio::test]
async fn after_the_conversion_the_leads_past_belongs_to_what_it_became() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let order = json!({"opportunities": [{"fields": {"name": "Một"}}, {"fields": {"name": "Hai"}}]});
    let conversion = lan.post(&format!("{path}/convert"), order).await.expect(201);
    let account = format!("/accounts/{}", text(&conversion, "account_id"));
    let first = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    let lead_events = ["lead.created", "lead.contacted", "lead.qualified", "lead.converted"];
    assert_eq!(lan.history(&path).await, lead_events);
    let of_first = lan.history(&first).await;
    assert_eq!(of_first, ["lead.created", "lead.contacted", "lead.qualified", "opportunity.opened", "lead.converted"]);
    let of_account = lan.history(&account).await;
    assert!(lead_events.iter().all(|kind| of_account.contains(&(*kind).to_owned())));
    assert_eq!(of_account.iter().filter(|kind| *kind == "lead.converted").count(), 1, "no event stands there twice");
    assert_eq!(of_account.iter().filter(|kind| *kind == "opportunity.opened").count(), 2);

    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    let after = lan.history(&path).await;
    assert_eq!(after[4..], ["lead.conversion_reverted"]);
    let told = lan.all(&format!("{path}/timeline?kind=lead.conversion_reverted")).await.remove(0);
    assert_eq!((&told["cause_id"], &told["facts"]["conversion_id"]), (&conversion["id"], &conversion["id"]));
    assert!(lan.history(&account).await.contains(&"account.archived".to_owned()));
}

#[tokio::test]
async fn two_leads_of_one_customer_both_stand_in_its_history() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    for number in 1..=2 {
        let lead = own_lead(&lan, number).await;
        let order =
            json!({"account": {"action": "link", "id": target["id"]}, "contact": {"action": "skip"}, "opportunities": []});
        lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    }
    let history = lan.history(&format!("/accounts/{}", id(&target))).await;
    assert_eq!(history.iter().filter(|kind| *kind == "lead.created").count(), 2);
    assert_eq!(history.iter().filter(|kind| *kind == "lead.converted").count(), 2);
}

#[tokio::test]
async fn a_history_is_paged_and_filtered_by_kind() {
    let world = World::under("icheck").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let ours = account(&lan, 1).await;
    let chance = opportunity(&lan, &ours, "Tem QR").await;
    let path = format!("/opportunities/{}", id(&chance));
    for round in 0..7 {
        let seen = lan.get(&path).await.expect(200);
        lan.patch(&path, version(&seen), json!({"stars": round % 3 + 1})).await.expect(200);
        lan.post(&format!("{path}/move"), json!({"stage": if round % 2 == 0 { "quoted" } else { "advising" }})).await.expect(200);
    }
    for limit in [1, 4, 200] {
        let oldest_first = lan.all(&format!("{path}/timeline?limit={limit}&sort=occurred_at")).await;
        let mut newest_first = lan.all(&format!("{path}/timeline?limit={limit}")).await;
        newest_first.reverse();
        assert_eq!((oldest_first.len(), &oldest_first), (15, &newest_first));
    }
    assert_eq!(lan.all(&format!("{path}/timeline?kind=opportunity.moved&limit=3")).await.len(), 7);
    assert_eq!(lan.get(&format!("{path}/timeline?include_total=true&limit=1")).await.expect(200)["page"]["total"], 15);
    let page = lan.get(&format!("{path}/timeline?limit=3")).await.expect(200);
    let cursor = text(&page["page"], "next_cursor");
    lan.get(&format!("/accounts/{}/timeline?limit=3&cursor={cursor}", id(&ours))).await.refused(400, "invalid_cursor");
    lan.get(&format!("{path}/timeline?kind=opportunity.eaten")).await.refused(400, "invalid_parameter");
    minh.get(&format!("{path}/timeline")).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_api_key_is_told_as_what_acted_and_its_user_as_who() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let key = lan.post("/api-keys", json!({"name": "Kịch bản", "scopes": ["leads:create", "leads:read"]})).await.expect(201);
    let script = world.anonymous().with_credential(&text(&key, "key"));
    let mut draft = chot_tests::fixtures::company(1);
    draft["owner_id"] = json!(lan.user_id);
    let lead = script.post("/leads", draft).await.expect(201);
    assert_eq!(lead["created_by"], json!(lan.user_id));
    let told = lan.all(&format!("/leads/{}/timeline", id(&lead))).await.remove(0);
    assert_eq!((&told["actor_kind"], &told["actor_id"]), (&json!("api_key"), &key["api_key"]["id"]));
    assert_eq!(told["actor_name"], "Người dùng salesperson");
}

#[tokio::test]
async fn a_page_of_an_accounts_history_follows_the_one_before_though_a_lead_became_part_of_it_meanwhile() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    for name in ["Tem QR", "Máy in", "Mã vạch"] {
        opportunity(&lan, &ours, name).await;
    }
    let lead = own_lead(&lan, 1).await;
    for order in ["-occurred_at", "occurred_at"] {
        let list = format!("{path}/timeline?limit=2&sort={order}");
        let first = lan.get(&list).await.expect(200);
        let cursor = text(&first["page"], "next_cursor");
        if order == "-occurred_at" {
            let link =
                json!({"account": {"action": "link", "id": ours["id"]}, "contact": {"action": "skip"}, "opportunities": []});
            lan.post(&format!("/leads/{}/convert", id(&lead)), link).await.expect(201);
        }
        let second = lan.get(&format!("{list}&cursor={cursor}")).await.expect(200);
        let ids = |page: &Value| page["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
        assert_eq!(ids(&second).len(), 2);
        assert!(ids(&first).iter().all(|event| !ids(&second).contains(event)), "{order}: no event is told twice");
    }
}
