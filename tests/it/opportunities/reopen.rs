//! A closed opportunity is reopened by users with the permission.

use chot_tests::World;
use chot_tests::fixtures::{account, id, version};
use serde_json::json;

use super::{fault, lost, opened, team};

#[tokio::test]
async fn only_a_manager_reopens_a_lost_opportunity() {
    for playbook in ["icheck", "suno", "groupon", "xcrm", "easyedu"] {
        let world = World::under(playbook).await;
        let team = team(&world).await;
        let ours = account(&team.lan, 1).await;
        // Another open one keeps the account, which losing the last one would release.
        opened(&team.lan, &ours, "Vẫn mở", json!({})).await;
        let path = opened(&team.lan, &ours, "Tem QR", json!({})).await;
        let reopen = format!("{path}/reopen");
        lost(&team.lan, &path).await;
        team.lan.post(&reopen, json!({"reason": "Khách gọi lại"})).await.refused(403, "forbidden");
        let again = team.manager.post(&reopen, json!({"reason": "Khách gọi lại"})).await.expect(200);
        assert_eq!((&again["status"], &again["owner_id"]), (&json!("open"), &json!(team.lan.user_id)), "{playbook}");
        let event = team.lan.all(&format!("{path}/timeline?kind=opportunity.reopened")).await.remove(0);
        assert_eq!(
            (&event["changes"]["reason"]["to"], &event["facts"]["status_before"]),
            (&json!("Khách gọi lại"), &json!("lost"))
        );
        lost(&team.lan, &path).await;
    }
}

#[tokio::test]
async fn what_was_said_at_its_loss_is_gone_and_its_evidence_counts_no_more() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    opened(&team.lan, &ours, "Vẫn mở", json!({})).await;
    let path = opened(&team.lan, &ours, "Tem QR", json!({"stage": "negotiating", "stars": 3})).await;
    let loss = json!({"reason": "price", "customer_feedback": "Đắt", "next_approach_on": "2027-03-01"});
    let gone = team.lan.post(&format!("{path}/lose"), loss).await.expect(200);
    assert_eq!(gone["evidence_status"], "missing");
    let faults = team.manager.post(&format!("{path}/reopen"), json!({})).await.faults(422);
    assert_eq!(faults, [fault("/reason", "required")]);
    let again = team.manager.post(&format!("{path}/reopen"), json!({"reason": "Khách gọi lại"})).await.expect(200);
    for cleared in ["lost_reason", "customer_feedback", "next_approach_on", "closed_at"] {
        assert_eq!(again[cleared], json!(null), "{cleared}");
    }
    assert_eq!(
        (&again["stage"], &again["evidence_status"], &again["stars"]),
        (&json!("new_opportunity"), &json!("missing"), &json!(3))
    );
    team.manager.post(&format!("{path}/reopen"), json!({"reason": "x"})).await.refused(409, "wrong_status");
    assert!(team.lan.all("/opportunities?next_approach_on_lte=2099-01-01").await.is_empty());
}

#[tokio::test]
async fn who_bought_only_what_is_open_again_is_a_prospect_again() {
    let world = World::under("suno").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let (first, second) = (opened(&team.lan, &ours, "Một", json!({})).await, opened(&team.lan, &ours, "Hai", json!({})).await);
    for path in [&first, &second] {
        team.lan.act(&format!("{path}/win")).await.expect(200);
    }
    let customer = format!("/accounts/{}", id(&ours));
    let reason = json!({"reason": "Khách huỷ"});
    for (path, kind) in [(&first, "customer"), (&second, "prospect")] {
        assert_eq!(team.lan.get(&customer).await.expect(200)["stage"], "deployment");
        team.manager.post(&format!("{path}/reopen"), reason.clone()).await.expect(200);
        assert_eq!(team.lan.get(&customer).await.expect(200)["type"], kind);
    }
    assert_eq!(team.lan.get(&customer).await.expect(200)["stage"], json!(null));
    // A lost one made nobody a customer, and an archived one still counts as sold.
    team.lan.act(&format!("{second}/win")).await.expect(200);
    lost(&team.lan, &first).await;
    let sold = team.manager.get(&second).await.expect(200);
    team.manager.delete(&second, version(&sold)).await.expect(204);
    team.manager.post(&format!("{first}/reopen"), reason.clone()).await.expect(200);
    assert_eq!(team.lan.get(&customer).await.expect(200)["type"], "customer");
    let changes = team.lan.all(&format!("{customer}/timeline?kind=account.type_changed")).await;
    let types: Vec<_> = changes.iter().map(|change| &change["facts"]["type"]).collect();
    assert_eq!(types, ["customer", "prospect", "customer"]);
}

#[tokio::test]
async fn while_the_customer_is_in_the_pool_nothing_is_reopened() {
    let world = World::under("icheck").await;
    let (lan, minh, admin) = (world.user("salesperson").await, world.user("salesperson").await, world.user("admin").await);
    let ours = account(&lan, 1).await;
    let path = opened(&lan, &ours, "Tem QR", json!({})).await;
    lost(&lan, &path).await;
    let reopen = format!("{path}/reopen");
    admin.post(&reopen, json!({"reason": "Mất nhầm"})).await.refused(409, "owner_required");
    minh.act(&format!("/accounts/{}/claim", id(&ours))).await.expect(200);
    let again = admin.post(&reopen, json!({"reason": "Mất nhầm"})).await.expect(200);
    assert_eq!((&again["status"], &again["owner_id"]), (&json!("open"), &json!(minh.user_id)), "it is the new owner's now");
    minh.act(&format!("{path}/win")).await.expect(200);
}

#[tokio::test]
async fn reopening_one_opportunity_leaves_its_neighbours_alone() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let ours = account(&manager, 1).await;
    let neighbour = opened(&manager, &ours, "Máy in", json!({})).await;
    let path = opened(&manager, &ours, "Phần mềm", json!({})).await;
    lost(&manager, &path).await;
    manager.post(&format!("{path}/reopen"), json!({"reason": "Khách gọi lại"})).await.expect(200);
    let seen = manager.get(&neighbour).await.expect(200);
    assert_eq!(version(&seen), 1, "nothing happened to it: {:?}", manager.history(&neighbour).await);
    manager.patch(&neighbour, 1, json!({"stars": 1})).await.expect(200);
}

#[tokio::test]
async fn restoring_one_opportunity_leaves_its_neighbours_alone() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let ours = account(&manager, 1).await;
    let neighbour = opened(&manager, &ours, "Máy in", json!({})).await;
    let path = opened(&manager, &ours, "Phần mềm", json!({})).await;
    manager.delete(&path, 1).await.expect(204);
    manager.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(version(&manager.get(&neighbour).await.expect(200)), 1);
}

#[tokio::test]
async fn an_opportunity_goes_to_the_archive_and_comes_back() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = opened(&team.lan, &ours, "Tem QR", json!({"stage": "quoted"})).await;
    team.lan.delete(&path, 1).await.refused(403, "forbidden");
    team.manager.delete(&path, 1).await.expect(204);
    team.manager.delete(&path, 2).await.refused(404, "not_found");
    assert!(team.lan.all("/opportunities").await.is_empty());
    assert_eq!(team.lan.all("/opportunities?is_archived=true").await.len(), 1);
    let pipeline = team.lan.get("/pipelines/sales/board").await.expect(200);
    assert!(pipeline["columns"].as_array().unwrap().iter().all(|column| column["count"] == 0));
    for (verb, body) in [("win", json!({})), ("move", json!({"stage": "advising"})), ("tags", json!({"tag": "hot"}))] {
        team.lan.post(&format!("{path}/{verb}"), body).await.refused(409, "archived");
    }
    team.lan.patch(&path, 2, json!({"stars": 1})).await.refused(409, "archived");
    let back = team.manager.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(
        (&back["archived_at"], &back["stage"], &back["owner_id"]),
        (&json!(null), &json!("quoted"), &json!(team.lan.user_id))
    );
    team.manager.act(&format!("{path}/restore")).await.refused(409, "wrong_status");

    let account = format!("/accounts/{}", id(&ours));
    team.manager.delete(&path, version(&back)).await.expect(204);
    team.manager.delete(&account, 1).await.expect(204);
    team.manager.act(&format!("{path}/restore")).await.refused(409, "archived");
}
