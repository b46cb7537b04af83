//! Accounts are archived and restored; nothing is lost.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead, text, version};
use serde_json::json;

use super::{draft, team, with};

#[tokio::test]
async fn an_archived_account_leaves_the_lists_and_comes_back_as_it_was() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    team.lan.delete(&path, 1).await.refused(403, "forbidden");
    team.manager.delete(&path, 9).await.refused(412, "version_mismatch");
    team.manager.delete(&path, 1).await.expect(204);
    assert!(team.lan.all("/accounts").await.is_empty());
    let archived = team.lan.all("/accounts?is_archived=true").await;
    assert_eq!((archived.len(), &archived[0]["id"]), (1, &ours["id"]));
    assert_ne!(team.lan.get(&path).await.expect(200)["archived_at"], json!(null));
    team.minh.get(&path).await.refused(404, "not_found");
    assert!(team.minh.all(&format!("/account-cards?tax_code={}", text(&ours, "tax_code"))).await.is_empty());
    team.manager.delete(&path, 2).await.refused(404, "not_found");

    team.lan.act(&format!("{path}/restore")).await.refused(403, "forbidden");
    let mut back = team.manager.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(version(&back), 3);
    for member in ["version", "updated_at"] {
        back[member] = ours[member].clone();
    }
    assert_eq!(back, ours);
    team.manager.act(&format!("{path}/restore")).await.refused(409, "wrong_status");
    assert_eq!(team.lan.history(&path).await, ["account.created", "account.archived", "account.restored"]);
}

#[tokio::test]
async fn what_is_archived_is_not_worked_on() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let ours = account(&manager, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    manager.delete(&path, 1).await.expect(204);
    manager.patch(&path, 2, json!({"description": "x"})).await.refused(409, "archived");
    for (verb, body) in [
        ("tags", json!({"tag": "hot"})),
        ("release", json!({"reason": "manual"})),
        ("assign", json!({"owner_id": manager.user_id})),
        ("move", json!({"stage": "deployment"})),
    ] {
        manager.post(&format!("{path}/{verb}"), body).await.refused(409, "archived");
    }
    manager.act(&format!("{path}/claim")).await.refused(404, "not_found");
    manager.post("/contacts", json!({"account_id": ours["id"], "full_name": "Hương"})).await.refused(409, "archived");
    manager.post("/opportunities", json!({"account_id": ours["id"], "name": "Tem"})).await.refused(409, "archived");
}

#[tokio::test]
async fn what_hangs_below_an_archived_account_comes_back_after_it() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    let ours = account(&manager, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let huong = manager.post("/contacts", json!({"account_id": ours["id"], "full_name": "Chị Hương"})).await.expect(201);
    let branch = manager.post("/accounts", json!({"name": "Chi nhánh", "parent_id": ours["id"]})).await.expect(201);
    let below = [format!("/contacts/{}", id(&huong)), format!("/accounts/{}", id(&branch))];
    for record in &below {
        manager.delete(record, 1).await.expect(204);
    }
    manager.delete(&path, 1).await.expect(204);
    for record in &below {
        manager.act(&format!("{record}/restore")).await.refused(409, "archived");
    }
    manager.act(&format!("{path}/restore")).await.expect(200);
    for record in &below {
        manager.act(&format!("{record}/restore")).await.expect(200);
    }
}

#[tokio::test]
async fn open_opportunities_keep_an_account_out_of_the_archive() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let ours = account(&manager, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let chance = opportunity(&manager, &ours, "Phần mềm").await;
    manager.delete(&path, 1).await.refused(409, "open_opportunities");
    manager.post(&format!("/opportunities/{}/lose", id(&chance)), json!({"reason": "price"})).await.expect(200);
    let seen = manager.get(&path).await.expect(200);
    manager.delete(&path, version(&seen)).await.expect(204);
    let reopen = format!("/opportunities/{}/reopen", id(&chance));
    manager.post(&reopen, json!({"reason": "Khách gọi lại"})).await.refused(409, "archived");
}

#[tokio::test]
async fn the_number_of_an_archived_account_is_free_and_a_restore_that_collides_names_who_has_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    team.manager.delete(&path, 1).await.expect(204);
    let twin = with(draft(2), json!({"tax_code": ours["tax_code"]}));
    let twin = team.minh.post("/accounts", twin).await.expect(201);
    let refused = team.manager.act(&format!("{path}/restore")).await.refused(409, "identity_taken");
    assert_eq!((&refused["account"]["id"], &refused["account"]["view"]), (&twin["id"], &json!("card")));
    assert_ne!(team.manager.get(&path).await.expect(200)["archived_at"], json!(null));
    let admin = world.user("admin").await;
    admin.delete(&format!("/accounts/{}", id(&twin)), 1).await.expect(204);
    team.manager.act(&format!("{path}/restore")).await.expect(200);
    admin.act(&format!("/accounts/{}/restore", id(&twin))).await.refused(409, "identity_taken");
}

#[tokio::test]
async fn a_reverted_customer_is_not_restored_over_the_one_that_followed() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&manager, 1).await));
    let first = manager.act(&convert).await.expect(201);
    manager.act(&format!("/conversions/{}/revert", id(&first))).await.expect(200);
    let second = manager.act(&convert).await.expect(201);
    let refused = manager.act(&format!("/accounts/{}/restore", text(&first, "account_id"))).await;
    assert_eq!(refused.refused(409, "identity_taken")["account"]["id"], second["account_id"]);
}
