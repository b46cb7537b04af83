//! Bulk assignment of leads (R-XCRM-12).

use chot_tests::fixtures::{company, team, text};
use chot_tests::{Client, World, fault};
use serde_json::{Value, json};

use super::{kinds, only};

async fn in_pool(client: &Client, numbers: std::ops::Range<u32>) -> Vec<Value> {
    let mut ids = Vec::new();
    for number in numbers {
        ids.push(client.post("/leads", company(number)).await.expect(201)["id"].clone());
    }
    ids
}

#[tokio::test]
async fn r_xcrm_12_leads_are_given_out_in_turn_and_each_salesperson_is_told_once() {
    let world = World::under("xcrm").await;
    let team = team(&world).await;
    let leads = in_pool(&team.manager, 0..7).await;
    let order = json!({"lead_ids": leads, "owner_ids": [team.lan.user_id, team.minh.user_id], "reason": "Hội chợ"});
    let became = team.manager.post("/leads/assign", order).await.expect(200);
    let owners: Vec<&Value> = became["data"].as_array().unwrap().iter().map(|one| &one["owner_id"]).collect();
    let (lan, minh) = (json!(team.lan.user_id), json!(team.minh.user_id));
    assert_eq!(owners, [&lan, &minh, &lan, &minh, &lan, &minh, &lan]);
    assert_eq!(became["data"].as_array().unwrap().iter().map(|one| one["lead_id"].clone()).collect::<Vec<_>>(), leads);

    assert_eq!((team.lan.all("/leads").await.len(), team.minh.all("/leads").await.len()), (4, 3));
    let told = only(&team.lan).await;
    assert_eq!((&told["kind"], &told["params"]["count"]), (&json!("lead_assigned"), &json!(4)));
    assert_eq!(told["params"]["lead_ids"], json!([leads[0], leads[2], leads[4], leads[6]]));
    assert!(text(&told, "title").contains('4'));
    assert_eq!(only(&team.minh).await["params"]["count"], 3);
    let path = format!("/leads/{}", leads[0].as_str().unwrap());
    assert_eq!(team.lan.history(&path).await, ["lead.created", "lead.assigned"]);
}

#[tokio::test]
async fn r_xcrm_12_a_lead_that_cannot_be_given_out_is_told_and_takes_nobodys_turn() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let leads = in_pool(&team.manager, 0..5).await;
    let path = |lead: &Value| format!("/leads/{}", lead.as_str().unwrap());
    team.manager.post(&format!("{}/junk", path(&leads[0])), json!({"reason": "other"})).await.expect(200);
    team.manager.delete(&path(&leads[2]), 1).await.expect(204);
    // Owned by another team: not visible to the manager.
    let mut elsewhere = company(90);
    elsewhere["owner_id"] = json!(team.minh.user_id);
    let hidden = team.minh.post("/leads", elsewhere).await.expect(201)["id"].clone();
    let nowhere = json!("019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10");
    let mut all = leads.clone();
    all.extend([hidden.clone(), nowhere]);
    let order = json!({"lead_ids": all, "owner_ids": [team.lan.user_id, team.manager.user_id]});
    let became = team.manager.post("/leads/assign", order).await.expect(200);
    let told: Vec<_> =
        became["data"].as_array().unwrap().iter().map(|one| (one["owner_id"].clone(), one["code"].clone())).collect();
    let (lan, manager, null) = (json!(team.lan.user_id), json!(team.manager.user_id), Value::Null);
    let expected = [
        (null.clone(), json!("wrong_status")),
        (lan.clone(), null.clone()),
        (null.clone(), json!("archived")),
        (manager, null.clone()),
        (lan, null.clone()),
        (null.clone(), json!("not_found")),
        (null, json!("not_found")),
    ];
    assert_eq!(told, expected);
    assert_eq!(team.minh.get(&path(&hidden)).await.expect(200)["owner_id"], json!(team.minh.user_id));
    assert_eq!(only(&team.lan).await["params"]["count"], 2);
    assert!(kinds(&team.manager).await.is_empty(), "who gives out needs not be told");
}

#[tokio::test]
async fn r_xcrm_12_every_fault_of_an_order_is_told_and_nothing_is_given_out() {
    let world = World::under("xcrm").await;
    let team = team(&world).await;
    let lead = in_pool(&team.manager, 0..1).await.remove(0);
    let send = async |order: Value| team.manager.post("/leads/assign", order).await.faults(422);
    assert_eq!(send(json!({})).await, [fault("/lead_ids", "required"), fault("/owner_ids", "required")]);
    let empty = send(json!({"lead_ids": [], "owner_ids": []})).await;
    assert_eq!(empty, [fault("/lead_ids", "too_few"), fault("/owner_ids", "too_few")]);
    let twice = json!({"lead_ids": [lead, lead], "owner_ids": [team.lan.user_id, team.lan.user_id], "reason": " "});
    let faults = send(twice).await;
    for expected in [fault("/reason", "blank"), fault("/lead_ids/1", "repeated"), fault("/owner_ids/1", "repeated")] {
        assert!(faults.contains(&expected), "{faults:?}");
    }
    let ids = |count: u32| (0..count).map(|n| format!("019583a0-7c1e-7b3a-9f00-{n:012}")).collect::<Vec<_>>();
    let many = send(json!({"lead_ids": ids(101), "owner_ids": ids(21)})).await;
    assert_eq!(many, [fault("/lead_ids", "too_many"), fault("/owner_ids", "too_many")]);
    let odd = send(json!({"lead_ids": ["x"], "owner_ids": [team.lan.user_id]})).await;
    assert_eq!(odd, [fault("/lead_ids/0", "invalid_id")]);

    let care = world.user("admin").await;
    let unknown = json!({"lead_ids": [lead], "owner_ids": [team.lan.user_id, ids(1)[0]]});
    assert_eq!(care.post("/leads/assign", unknown).await.faults(422), [fault("/owner_ids/1", "not_found")]);
    let untouched = team.manager.get(&format!("/leads/{}", lead.as_str().unwrap())).await.expect(200);
    assert_eq!((&untouched["owner_id"], &untouched["version"]), (&Value::Null, &json!(1)));
    assert!(kinds(&team.lan).await.is_empty());

    let order = json!({"lead_ids": [lead], "owner_ids": [team.lan.user_id]});
    team.lan.post("/leads/assign", order).await.refused(403, "forbidden");
}

#[tokio::test]
async fn two_managers_who_give_out_the_same_leads_at_once_do_not_hinder_each_other() {
    let world = World::under("xcrm").await;
    let (one, two) = (world.user("admin").await, world.user("admin").await);
    let team = team(&world).await;
    let mut leads = in_pool(&one, 0..20).await;
    let forward = json!({"lead_ids": leads, "owner_ids": [team.lan.user_id]});
    leads.reverse();
    let backward = json!({"lead_ids": leads, "owner_ids": [team.minh.user_id]});
    let (first, second) = tokio::join!(one.post("/leads/assign", forward), two.post("/leads/assign", backward));
    assert_eq!((first.status, second.status), (200, 200));
    let owners: std::collections::BTreeSet<String> = one.all("/leads").await.iter().map(|lead| text(lead, "owner_id")).collect();
    assert_eq!(owners.len(), 1, "who came last has given out all");
}

#[tokio::test]
async fn the_path_of_the_order_is_no_lead() {
    let world = World::under("xcrm").await;
    let manager = world.user("manager").await;
    for reply in [manager.get("/leads/assign").await, manager.delete("/leads/assign", 1).await] {
        assert_eq!(reply.header("allow"), Some("POST"));
        reply.refused(405, "method_not_allowed");
    }
}
