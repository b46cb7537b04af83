//! The records of activities, who sees the activities, and in which lists they are.

use chot_tests::World;
use chot_tests::fixtures::{account, company, id, opportunity, own_lead, qualified_lead, team, text};
use serde_json::{Value, json};

use super::{call, fault, planned, with};

fn about(member: &str, record: &Value) -> Value {
    with(call("2026-11-23T03:00:00Z"), json!({member: record["id"]}))
}

#[tokio::test]
async fn an_activity_on_a_record_out_of_sight_is_refused() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let customer = account(&team.lan, 1).await;
    let chance = opportunity(&team.lan, &customer, "Tem").await;
    let lead = own_lead(&team.lan, 2).await;
    for (member, record) in [("account_id", &customer), ("opportunity_id", &chance), ("lead_id", &lead)] {
        let draft = about(member, record);
        assert_eq!(team.minh.post("/activities", draft.clone()).await.faults(422), [fault(&format!("/{member}"), "not_found")]);
        let meeting = planned(&team.lan, draft).await;
        let path = format!("/activities/{}", id(&meeting));
        team.minh.get(&path).await.refused(404, "not_found");
        team.minh.post(&format!("{path}/complete"), json!({"outcome": "failed"})).await.refused(404, "not_found");
        assert_eq!(team.manager.get(&path).await.expect(200), meeting);
    }
    assert!(team.minh.all("/activities").await.is_empty());
    assert_eq!((team.lan.all("/activities").await.len(), team.manager.all("/activities").await.len()), (3, 3));
    let both = with(about("account_id", &customer), json!({"lead_id": lead["id"]}));
    assert_eq!(team.lan.post("/activities", both).await.faults(422), [fault("/account_id", "only_one_record")]);
}

#[tokio::test]
async fn who_sees_the_customer_sees_what_others_did_with_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let customer = account(&team.lan, 1).await;
    let of_lan = planned(&team.lan, about("account_id", &customer)).await;
    let of_manager = planned(&team.manager, about("account_id", &customer)).await;
    let path = format!("/activities/{}", id(&of_manager));
    team.lan.get(&path).await.expect(200);
    assert_eq!(team.lan.all(&format!("/activities?account_id={}", id(&customer))).await.len(), 2);
    // It follows the account when its owner changes, together with the planned activities of the owner.
    let assign = format!("/accounts/{}/assign", id(&customer));
    world.user("admin").await.post(&assign, json!({"owner_id": team.minh.user_id})).await.expect(200);
    assert_eq!(team.minh.all("/activities").await.len(), 2);
    team.lan.get(&path).await.refused(404, "not_found");
    assert!(team.lan.all("/activities").await.is_empty());
    assert_eq!(team.minh.get(&format!("/activities/{}", id(&of_lan))).await.expect(200)["owner_id"], json!(team.minh.user_id));
}

#[tokio::test]
async fn nothing_is_planned_on_what_is_archived_converted_or_in_the_pool() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let customer = account(&lan, 1).await;
    admin.delete(&format!("/accounts/{}", id(&customer)), 1).await.expect(204);
    lan.post("/activities", about("account_id", &customer)).await.refused(409, "archived");
    let in_pool = admin.post("/leads", company(2)).await.expect(201);
    lan.post("/activities", about("lead_id", &in_pool)).await.refused(409, "owner_required");
    let lead = qualified_lead(&lan, 3).await;
    lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    let refusal = lan.post("/activities", about("lead_id", &lead)).await.refused(409, "lead_already_converted");
    assert!(refusal["conversion_id"].is_string());
}

#[tokio::test]
async fn r_ichk_57_the_next_step_is_shown_on_leads_and_opportunities() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    assert_eq!(lead["next_activity"], json!(null));
    let chance = opportunity(&lan, &account(&lan, 2).await, "Tem").await;
    for (member, record, path) in [("lead_id", &lead, "/leads"), ("opportunity_id", &chance, "/opportunities")] {
        let later = with(call("2026-11-25T02:00:00Z"), json!({member: record["id"]}));
        planned(&lan, later).await;
        let first =
            planned(&lan, with(call("2026-11-24T02:00:00Z"), json!({member: record["id"], "subject": "Gửi báo giá"}))).await;
        planned(&lan, json!({"kind": "note", "subject": "Ghi chú", member: record["id"]})).await;
        let expected = json!({"id": first["id"], "kind": "call", "subject": "Gửi báo giá", "starts_at": "2026-11-24T02:00:00Z"});
        let shown = async || lan.get(&format!("{path}/{}", id(record))).await.expect(200)["next_activity"].clone();
        assert_eq!(shown().await, expected);
        assert_eq!(lan.all(path).await[0]["next_activity"], expected);
        lan.act(&format!("/activities/{}/cancel", id(&first))).await.expect(200);
        assert_eq!(shown().await["starts_at"], "2026-11-25T02:00:00Z");
    }
}

#[tokio::test]
async fn what_happens_stands_in_the_history_of_lead_opportunity_and_account() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let first = planned(&lan, about("lead_id", &lead)).await;
    assert_eq!(lan.history(&format!("/leads/{}", id(&lead))).await.last().unwrap(), "activity.planned");
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    let customer = text(&conversion, "account_id");
    // The lead's activities belong to the account that it became.
    assert_eq!(lan.get(&format!("/activities/{}", id(&first))).await.expect(200)["account_id"], json!(customer));
    assert_eq!(lan.all(&format!("/activities?account_id={customer}")).await.len(), 1);
    let chances = lan.all(&format!("/opportunities?account_id={customer}")).await;
    let second = planned(&lan, about("opportunity_id", &chances[0])).await;
    lan.post(&format!("/activities/{}/complete", id(&second)), json!({"outcome": "successful"})).await.expect(200);
    let of_activities = async |path: String| {
        let events = lan.history(&path).await;
        events.into_iter().filter(|kind| kind.starts_with("activity.")).collect::<Vec<_>>()
    };
    let all = ["activity.planned", "activity.planned", "activity.completed"];
    assert_eq!(of_activities(format!("/accounts/{customer}")).await, all);
    assert_eq!(of_activities(format!("/opportunities/{}", id(&chances[0]))).await, all);
    assert_eq!(of_activities(format!("/leads/{}", id(&lead))).await, all[..1]);
}

#[tokio::test]
async fn a_conversion_that_is_undone_gives_the_lead_its_activities_back() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = qualified_lead(&lan, 1).await;
    let first = planned(&lan, about("lead_id", &lead)).await;
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    admin.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    assert_eq!(lan.get(&format!("/activities/{}", id(&first))).await.expect(200)["account_id"], json!(null));
    // Later activities of the account prevent the reversal.
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    let chances = lan.all("/opportunities").await;
    planned(&lan, about("opportunity_id", &chances[0])).await;
    admin.act(&format!("/conversions/{}/revert", id(&conversion))).await.refused(409, "conversion_blocked");
}

#[tokio::test]
async fn r_ichk_16_meetings_with_a_customer_are_counted() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let meeting = |kind: &str| with(about("account_id", &customer), json!({"kind": kind}));
    planned(&lan, meeting("meeting")).await;
    planned(&lan, meeting("call")).await;
    let off = planned(&lan, meeting("online_meeting")).await;
    let counters = async || lan.get(&format!("/accounts/{}/counters", id(&customer))).await.expect(200);
    assert_eq!((counters().await["meetings"].clone(), counters().await["recordings"].clone()), (json!(2), json!(0)));
    lan.act(&format!("/activities/{}/cancel", id(&off))).await.expect(200);
    assert_eq!(counters().await["meetings"], 1);
}
