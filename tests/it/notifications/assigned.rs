//! Who is notified of what.

use chot_tests::World;
use chot_tests::fixtures::{account, company, id, opportunity, own_lead, phone, some_tax_code, team, text};
use chrono::TimeDelta;
use serde_json::json;

use super::{kinds, only};

#[tokio::test]
async fn r_xcrm_12_the_employee_is_told_of_a_lead_that_was_given_to_them() {
    let world = World::under("xcrm").await;
    let team = team(&world).await;
    let lead = team.manager.post("/leads", company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    team.manager.post(&format!("{path}/assign"), json!({"owner_id": team.lan.user_id})).await.expect(200);

    let told = only(&team.lan).await;
    assert_eq!(
        (&told["kind"], &told["subject_kind"], &told["subject_id"]),
        (&json!("lead_assigned"), &json!("lead"), &lead["id"])
    );
    assert_eq!((&told["actor_kind"], &told["actor_id"]), (&json!("user"), &json!(team.manager.user_id)));
    assert_eq!(told["params"], json!({"name": lead["name"], "count": 1, "lead_ids": [lead["id"]]}));
    assert_eq!(told["path"], json!(format!("/api/v1{path}")));
    assert!(text(&told, "title").contains(&text(&lead, "name")) && told["read_at"].is_null());
    assert!(kinds(&team.manager).await.is_empty() && kinds(&team.minh).await.is_empty(), "nobody else is told");

    // Assigning it to the same user again notifies nobody; another user is notified.
    team.manager.post(&format!("{path}/assign"), json!({"owner_id": team.lan.user_id})).await.expect(200);
    assert_eq!(kinds(&team.lan).await.len(), 1);
    team.manager.post(&format!("{path}/assign"), json!({"owner_id": team.minh.user_id})).await.expect(200);
    assert_eq!(kinds(&team.minh).await, ["lead_assigned"]);
}

#[tokio::test]
async fn r_xcrm_12_whoever_is_named_as_owner_of_a_new_record_is_told_and_nobody_of_their_own_deeds() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let mut draft = company(1);
    draft["owner_id"] = json!(team.lan.user_id);
    team.manager.post("/leads", draft).await.expect(201);
    let draft = json!({"name": "Công ty Sao Mai", "phone": phone(2), "tax_code": some_tax_code(2), "owner_id": team.lan.user_id});
    team.manager.post("/accounts", draft).await.expect(201);
    assert_eq!(kinds(&team.lan).await, ["lead_assigned", "account_assigned"]);

    own_lead(&team.minh, 3).await;
    account(&team.minh, 4).await;
    let pooled = team.manager.post("/leads", company(5)).await.expect(201);
    team.minh.act(&format!("/leads/{}/claim", id(&pooled))).await.expect(200);
    assert!(kinds(&team.minh).await.is_empty());
}

#[tokio::test]
async fn r_suno_22_the_owner_is_told_on_the_day_of_a_parked_lead() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    lan.post(&format!("{path}/recycle"), json!({"follow_up_at": "2026-11-25T02:00:00Z"})).await.expect(200);
    world.pass(TimeDelta::days(1)).await;
    assert!(kinds(&lan).await.is_empty());
    world.pass(TimeDelta::days(1)).await;
    world.pass(TimeDelta::days(1)).await;
    let told = only(&lan).await;
    assert_eq!((&told["kind"], &told["subject_id"]), (&json!("lead_follow_up_due"), &lead["id"]));
    assert_eq!((&told["actor_kind"], &told["actor_id"], &told["actor_name"]), (&json!("system"), &json!(null), &json!(null)));
}

#[tokio::test]
async fn r_suno_22_nobody_is_told_of_a_lead_that_lies_in_the_archive() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let path = format!("/leads/{}", id(&own_lead(&manager, 1).await));
    manager.post(&format!("{path}/recycle"), json!({"follow_up_at": "2026-11-24T02:00:00Z"})).await.expect(200);
    manager.delete(&path, 2).await.expect(204);
    world.pass(TimeDelta::days(2)).await;
    assert!(kinds(&manager).await.is_empty());
}

#[tokio::test]
async fn r_ichk_22_the_salesperson_is_told_of_an_account_that_is_given_and_taken() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let account = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&account));
    team.manager.post(&format!("{path}/release"), json!({"reason": "manual"})).await.expect(200);
    let told = only(&team.lan).await;
    assert_eq!((&told["kind"], &told["account_id"]), (&json!("account_released"), &account["id"]));
    assert_eq!(told["params"], json!({"name": account["name"], "reason": "manual"}));

    team.manager.post(&format!("{path}/assign"), json!({"owner_id": team.minh.user_id})).await.expect(200);
    assert_eq!(only(&team.minh).await["kind"], "account_assigned");
}

#[tokio::test]
async fn r_ichk_79_the_salesperson_is_told_when_a_rule_takes_the_account() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let account = account(&team.lan, 1).await;
    let chance = opportunity(&team.lan, &account, "Tem chống hàng giả").await;
    let lose = json!({"reason": "price"});
    team.manager.post(&format!("/opportunities/{}/lose", id(&chance)), lose).await.expect(200);
    let told = only(&team.lan).await;
    assert_eq!((&told["kind"], &told["subject_id"]), (&json!("account_released"), &account["id"]));
    assert_eq!(told["params"]["reason"], "no_active_primary_opportunity");
}
