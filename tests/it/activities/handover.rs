//! Planned activities about a record follow its owner.

use chot_tests::fixtures::{account, id, opportunity, own_lead, team};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{call, planned, with};

/// A call about a record, at three in the afternoon.
async fn about(client: &Client, member: &str, record: &Value) -> Value {
    planned(client, with(call("2026-11-23T08:00:00Z"), json!({member: record["id"]}))).await
}

async fn owner(who: &Client, activity: &Value) -> Value {
    who.get(&format!("/activities/{}", id(activity))).await.expect(200)["owner_id"].clone()
}

/// Whether it is in the user's calendar and due list.
async fn is_ones_own(who: &Client, activity: &Value) -> bool {
    let mine = format!("/activities?owner_id={}", who.user_id);
    let mut stands = Vec::new();
    for list in ["/calendar", "/calendar/due-today", &mine] {
        stands.push(who.all(list).await.iter().any(|one| one["id"] == activity["id"]));
    }
    assert!(stands.iter().all(|one| *one == stands[0]), "{stands:?}");
    stands[0]
}

#[tokio::test]
async fn all_that_is_planned_for_an_account_goes_with_it_to_the_next_owner() {
    let world = World::under("easyedu").await;
    let (admin, lan, minh) = (world.user("admin").await, world.user("salesperson").await, world.user("salesperson").await);
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Gói Tiêu chuẩn").await;
    lan.act(&format!("/opportunities/{}/win", id(&chance))).await.expect(200);
    let own = about(&lan, "account_id", &customer).await;
    let plans = lan.all("/activities?status=planned").await;
    assert_eq!(plans.iter().filter(|one| one["rule"] == "after_sale_call").count(), 1);
    assert_eq!(plans.len(), 2);
    let order = json!({"owner_id": minh.user_id});
    admin.post(&format!("/accounts/{}/assign", id(&customer)), order).await.expect(200);
    for plan in &plans {
        assert_eq!(owner(&admin, plan).await, json!(minh.user_id), "{}", plan["subject"]);
        minh.get(&format!("/activities/{}", id(plan))).await.expect(200);
        lan.get(&format!("/activities/{}", id(plan))).await.refused(404, "not_found");
    }
    assert_eq!((is_ones_own(&minh, &own).await, is_ones_own(&lan, &own).await), (true, false));
    world.pass(TimeDelta::days(31)).await;
    assert_eq!(
        (lan.all("/notifications?kind=activity_due").await.len(), minh.all("/notifications?kind=activity_due").await.len()),
        (0, 1)
    );
}

#[tokio::test]
async fn what_is_planned_for_a_lead_waits_in_the_pool_and_goes_to_who_claims_it() {
    let world = World::under("easyedu").await;
    let (admin, lan, minh) = (world.user("admin").await, world.user("salesperson").await, world.user("salesperson").await);
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let plan = about(&lan, "lead_id", &lead).await;
    assert!(is_ones_own(&lan, &plan).await);
    lan.post(&format!("{path}/return"), json!({"reason": "Không nghe máy"})).await.expect(200);
    let waiting = admin.get(&format!("/activities/{}", id(&plan))).await.expect(200);
    assert_eq!((&waiting["status"], &waiting["owner_id"]), (&json!("planned"), &json!(null)));
    assert!(!is_ones_own(&lan, &plan).await);

    minh.act(&format!("{path}/claim")).await.expect(200);
    assert_eq!(owner(&minh, &plan).await, json!(minh.user_id));
    assert!(is_ones_own(&minh, &plan).await);
    lan.get(&format!("/activities/{}", id(&plan))).await.refused(404, "not_found");
    assert!(lan.all("/activities").await.is_empty());
    minh.post(&format!("/activities/{}/complete", id(&plan)), json!({"outcome": "successful"})).await.expect(200);
}

#[tokio::test]
async fn what_is_planned_for_a_lead_goes_with_it_to_whom_it_is_assigned() {
    let world = World::under("easyedu").await;
    let (admin, lan, minh) = (world.user("admin").await, world.user("salesperson").await, world.user("salesperson").await);
    let lead = own_lead(&lan, 1).await;
    let plan = about(&lan, "lead_id", &lead).await;
    admin.post(&format!("/leads/{}/assign", id(&lead)), json!({"owner_id": minh.user_id})).await.expect(200);
    assert_eq!(owner(&minh, &plan).await, json!(minh.user_id));
    lan.get(&format!("/activities/{}", id(&plan))).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_planned_for_a_lead_goes_with_it_when_it_is_recalled() {
    let world = World::under("easyedu").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    let lead = marketing.post("/leads", chot_tests::fixtures::company(1)).await.expect(201);
    marketing.post(&format!("/leads/{}/assign", id(&lead)), json!({"owner_id": lan.user_id})).await.expect(200);
    let plan = about(&lan, "lead_id", &lead).await;
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(minh.get(&format!("/leads/{}", id(&lead))).await.expect(200)["owner_id"], json!(minh.user_id));
    assert_eq!(owner(&minh, &plan).await, json!(minh.user_id));
    lan.get(&format!("/activities/{}", id(&plan))).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_planned_for_a_free_account_and_its_open_opportunities_goes_to_who_claims_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let admin = world.user("admin").await;
    let customer = account(&team.lan, 1).await;
    let chance = opportunity(&team.lan, &customer, "Tem").await;
    let path = format!("/accounts/{}", id(&customer));
    let plans = [about(&team.lan, "account_id", &customer).await, about(&team.lan, "opportunity_id", &chance).await];
    team.lan.post(&format!("{path}/release"), json!({"reason": "manual"})).await.expect(200);
    for plan in &plans {
        assert_eq!(owner(&admin, plan).await, json!(null), "{plan:#}");
        assert!(!is_ones_own(&team.lan, plan).await);
    }
    team.minh.act(&format!("{path}/claim")).await.expect(200);
    assert_eq!(team.minh.get(&format!("/opportunities/{}", id(&chance))).await.expect(200)["owner_id"], json!(team.minh.user_id));
    for plan in &plans {
        assert_eq!(owner(&team.minh, plan).await, json!(team.minh.user_id), "{plan:#}");
        team.lan.get(&format!("/activities/{}", id(plan))).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn what_a_third_colleague_has_planned_stays_with_that_colleague() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let admin = world.user("admin").await;
    let customer = account(&team.lan, 1).await;
    let chance = opportunity(&team.lan, &customer, "Tem").await;
    let plans = [about(&team.manager, "account_id", &customer).await, about(&team.manager, "opportunity_id", &chance).await];
    let path = format!("/accounts/{}", id(&customer));
    admin.post(&format!("{path}/assign"), json!({"owner_id": team.minh.user_id})).await.expect(200);
    let stay = async || {
        for plan in &plans {
            assert_eq!(owner(&admin, plan).await, json!(team.manager.user_id));
            team.manager.get(&format!("/activities/{}", id(plan))).await.expect(200);
        }
    };
    stay().await;
    team.minh.post(&format!("{path}/release"), json!({"reason": "manual"})).await.expect(200);
    stay().await;
    team.lan.act(&format!("{path}/claim")).await.expect(200);
    stay().await;
}
