//! Child accounts.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, phone, version};
use serde_json::{Value, json};

use super::{draft, fault, team, with};

fn child(of: &Value, name: &str) -> Value {
    json!({"name": name, "parent_id": of["id"], "phone": phone(60)})
}

#[tokio::test]
async fn a_child_belongs_to_a_parent_and_is_asked_for_no_number() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let parent = account(&lan, 1).await;
    let branch = lan.post("/accounts", child(&parent, "Chi nhánh Đà Nẵng")).await.expect(201);
    assert_eq!((&branch["parent_id"], &branch["tax_code"]), (&parent["id"], &json!(null)));
    let second = with(draft(2), json!({"parent_id": parent["id"]}));
    let second = lan.post("/accounts", second).await.expect(201);
    let children = lan.all(&format!("/accounts?parent_id={}&sort=created_at", id(&parent))).await;
    assert_eq!(children.iter().map(id).collect::<Vec<_>>(), [id(&branch), id(&second)]);
    let counters = lan.get(&format!("/accounts/{}/counters", id(&parent))).await.expect(200);
    assert_eq!(counters["children"], 2);
    let freed = lan.patch(&format!("/accounts/{}", id(&second)), 1, json!({"parent_id": null})).await.expect(200);
    assert_eq!(freed["parent_id"], json!(null));
}

#[tokio::test]
async fn r_ichk_105_a_child_that_becomes_a_customer_of_its_own_wants_its_number() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let parent = account(&lan, 1).await;
    let branch = lan.post("/accounts", child(&parent, "Chi nhánh Đà Nẵng")).await.expect(201);
    let path = format!("/accounts/{}", id(&branch));
    let faults = lan.patch(&path, 1, json!({"parent_id": null})).await.faults(422);
    assert_eq!(faults, [fault("/tax_code", "required")]);
    let order = json!({"parent_id": null, "tax_code": draft(3)["tax_code"]});
    lan.patch(&path, 1, order).await.expect(200);
}

#[tokio::test]
async fn there_are_two_levels_and_no_circles() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (parent, other) = (account(&lan, 1).await, account(&lan, 2).await);
    let branch = lan.post("/accounts", child(&parent, "Chi nhánh")).await.expect(201);
    let faults = lan.post("/accounts", child(&branch, "Kho")).await.faults(422);
    assert_eq!(faults, [fault("/parent_id", "is_a_child_itself")]);
    let path = format!("/accounts/{}", id(&other));
    let to = |parent: &Value| json!({"parent_id": parent["id"]});
    assert_eq!(lan.patch(&path, 1, to(&branch)).await.faults(422), [fault("/parent_id", "is_a_child_itself")]);
    assert_eq!(lan.patch(&path, 1, to(&other)).await.faults(422), [fault("/parent_id", "is_the_account_itself")]);
    let own = format!("/accounts/{}", id(&parent));
    assert_eq!(lan.patch(&own, 1, to(&branch)).await.faults(422), [fault("/parent_id", "is_a_child_itself")]);
    lan.patch(&own, 1, to(&other)).await.refused(409, "in_use");
    let moved = lan.patch(&path, 1, to(&parent)).await.expect(200);
    assert_eq!(moved["parent_id"], parent["id"]);
}

#[tokio::test]
async fn two_accounts_do_not_become_each_others_parent_at_once() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    for number in 0..3 {
        let (one, other) = (account(&lan, 2 * number).await, account(&lan, 2 * number + 1).await);
        let (first, second) = (format!("/accounts/{}", id(&one)), format!("/accounts/{}", id(&other)));
        let (a, b) = tokio::join!(
            lan.patch(&first, 1, json!({"parent_id": other["id"]})),
            lan.patch(&second, 1, json!({"parent_id": one["id"]})),
        );
        let lost = if a.status == 200 { b } else { a };
        assert_eq!(lost.faults(422), [fault("/parent_id", "is_a_child_itself")]);
    }
}

#[tokio::test]
async fn a_parent_is_in_sight_and_in_use() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (hidden, gone) = (account(&team.minh, 1).await, account(&team.lan, 2).await);
    team.manager.delete(&format!("/accounts/{}", id(&gone)), 1).await.expect(204);
    let nobody = json!({"id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10"});
    let ours = account(&team.lan, 3).await;
    for parent in [&hidden, &gone, &nobody] {
        assert_eq!(team.lan.post("/accounts", child(parent, "Chi nhánh")).await.faults(422), [fault("/parent_id", "not_found")]);
        let patch = team.lan.patch(&format!("/accounts/{}", id(&ours)), 1, json!({"parent_id": parent["id"]})).await;
        assert_eq!(patch.faults(422), [fault("/parent_id", "not_found")]);
    }
}

#[tokio::test]
async fn r_ichk_48_an_account_with_open_opportunities_does_not_become_a_child() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (parent, other) = (account(&lan, 1).await, account(&lan, 2).await);
    let chance = opportunity(&lan, &other, "Tem QR").await;
    let path = format!("/accounts/{}", id(&other));
    lan.patch(&path, 1, json!({"parent_id": parent["id"]})).await.refused(409, "in_use");
    lan.act(&format!("/opportunities/{}/win", id(&chance))).await.expect(200);
    let seen = lan.get(&path).await.expect(200);
    lan.patch(&path, version(&seen), json!({"parent_id": parent["id"]})).await.expect(200);
    lan.post("/opportunities", json!({"account_id": other["id"], "name": "Thêm"})).await.refused(409, "child_account");
}

#[tokio::test]
async fn a_parent_is_not_archived_over_its_children() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    let parent = account(&manager, 1).await;
    let branch = manager.post("/accounts", child(&parent, "Chi nhánh")).await.expect(201);
    manager.delete(&format!("/accounts/{}", id(&parent)), 1).await.refused(409, "in_use");
    manager.delete(&format!("/accounts/{}", id(&branch)), 1).await.expect(204);
    manager.delete(&format!("/accounts/{}", id(&parent)), 1).await.expect(204);
}

#[tokio::test]
async fn a_child_is_restored_by_who_sees_it_whoever_has_its_parent() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let admin = world.user("admin").await;
    let parent = account(&team.minh, 1).await;
    let mut branch = child(&parent, "Chi nhánh Đà Nẵng");
    branch["owner_id"] = json!(team.lan.user_id);
    let branch = admin.post("/accounts", branch).await.expect(201);
    let path = format!("/accounts/{}", id(&branch));
    team.manager.get(&format!("/accounts/{}/counters", id(&parent))).await.refused(404, "not_found");
    team.manager.delete(&path, 1).await.expect(204);
    team.manager.act(&format!("{path}/restore")).await.expect(200);
    team.manager.delete(&path, 3).await.expect(204);
    admin.delete(&format!("/accounts/{}", id(&parent)), version(&parent)).await.expect(204);
    team.manager.act(&format!("{path}/restore")).await.refused(409, "archived");
}
