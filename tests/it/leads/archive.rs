//! Leads are archived and restored.

use chot_tests::World;
use chot_tests::fixtures::{id, own_lead, qualified_lead, text, version};
use chrono::TimeDelta;
use serde_json::json;

use super::team;

#[tokio::test]
async fn an_archived_lead_leaves_the_lists_and_comes_back_as_it_was() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lead = qualified_lead(&team.lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    team.lan.delete(&path, version(&lead)).await.refused(403, "forbidden");
    team.manager.delete(&path, 1).await.refused(412, "version_mismatch");
    team.manager.delete(&path, version(&lead)).await.expect(204);
    assert!(team.lan.all("/leads").await.is_empty());
    assert_eq!(team.lan.all("/leads?is_archived=true").await.len(), 1);
    let gone = team.lan.get(&path).await.expect(200);
    assert_ne!(gone["archived_at"], json!(null));
    let verbs = [
        ("mark-contacted", json!({})),
        ("verify", json!({"result": "real"})),
        ("junk", json!({"reason": "other"})),
        ("return", json!({"reason": "x"})),
        ("recycle", json!({})),
        ("move", json!({"stage": "qualified"})),
        ("tags", json!({"tag": "hot"})),
        ("convert", json!({})),
    ];
    for (verb, body) in verbs {
        team.lan.post(&format!("{path}/{verb}"), body).await.refused(409, "archived");
    }
    team.lan.patch(&path, version(&gone), json!({"need": "x"})).await.refused(409, "archived");
    team.manager.delete(&path, version(&gone)).await.refused(404, "not_found");
    team.lan.act(&format!("{path}/restore")).await.refused(403, "forbidden");
    let mut back = team.manager.act(&format!("{path}/restore")).await.expect(200);
    for member in ["version", "updated_at"] {
        back[member] = lead[member].clone();
    }
    assert_eq!(back, lead);
    team.manager.act(&format!("{path}/restore")).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn an_archived_lead_is_out_of_the_pool_and_off_the_board() {
    let world = World::under("xcrm").await;
    let (manager, lan) = (world.user("manager").await, world.user("salesperson").await);
    let lead = manager.post("/leads", chot_tests::fixtures::company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    assert_eq!(lan.all("/leads?in_pool=true").await.len(), 1);
    manager.delete(&path, 1).await.expect(204);
    assert!(lan.all("/leads?in_pool=true").await.is_empty());
    lan.act(&format!("{path}/claim")).await.refused(404, "not_found");
    let board = manager.get("/pipelines/leads/board").await.expect(200);
    assert!(board["columns"].as_array().unwrap().iter().all(|column| column["count"] == 0));
}

#[tokio::test]
async fn the_day_of_a_parked_lead_that_came_in_the_archive_happens_when_it_is_back() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let lead = own_lead(&manager, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let order = json!({"follow_up_at": "2026-11-25T02:00:00Z"});
    let parked = manager.post(&format!("{path}/recycle"), order).await.expect(200);
    manager.delete(&path, version(&parked)).await.expect(204);
    world.pass(TimeDelta::days(3)).await;
    assert!(manager.all("/leads?is_follow_up_due=true").await.is_empty());
    manager.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(world.pass(TimeDelta::zero()).await, 1, "what fell due meanwhile happens when it is back");
    let back = manager.get(&path).await.expect(200);
    assert_eq!((text(&back, "status"), &back["is_follow_up_due"]), ("recycled".into(), &json!(true)));
    assert_eq!(manager.all("/leads?is_follow_up_due=true").await.len(), 1);
}
