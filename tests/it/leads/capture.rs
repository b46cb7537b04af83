//! The sources of leads, and their assignment.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, text};
use serde_json::json;

use super::{fault, words};

#[tokio::test]
async fn r_xcrm_08_every_lead_has_a_source_of_the_list() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let sources = words(&lan, "lead_sources").await;
    for (number, source) in (1..).zip(&sources) {
        let lead = lan.post("/leads", json!({"name": "Khách", "phone": phone(number), "source": source})).await.expect(201);
        assert_eq!(lead["source"], json!(source));
        assert_eq!(lan.all(&format!("/leads?source={source}")).await.len(), 1);
    }
    let faults = lan.post("/leads", json!({"name": "Khách", "phone": phone(90), "source": "pigeon"})).await.faults(422);
    assert_eq!(faults, [fault("/source", "unknown_key")]);
    let unsaid = lan.post("/leads", json!({"name": "Khách", "phone": phone(91)})).await.expect(201);
    let policies = lan.get("/playbook").await.expect(200)["playbook"]["policies"].clone();
    assert_eq!(unsaid["source"], policies["default_lead_source"]);
    // The source can be corrected but not removed.
    let cleared = lan.patch(&format!("/leads/{}", id(&unsaid)), 1, json!({"source": null})).await.expect(200);
    assert_eq!(cleared["source"], policies["default_lead_source"]);
}

#[tokio::test]
async fn r_xcrm_11_a_manager_gives_leads_to_employees() {
    let world = World::under("xcrm").await;
    let (manager, lan, minh) = (world.user("manager").await, world.user("salesperson").await, world.user("salesperson").await);
    let lead = manager.post("/leads", company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    let order = json!({"owner_id": lan.user_id, "reason": "Khu vực Hà Nội"});
    lan.post(&format!("{path}/assign"), order.clone()).await.refused(403, "forbidden");
    let given = manager.post(&format!("{path}/assign"), order).await.expect(200);
    assert_eq!((&given["status"], &given["owner_id"]), (&json!("assigned"), &json!(lan.user_id)));
    assert_ne!(given["assigned_at"], json!(null));
    minh.get(&path).await.refused(404, "not_found");

    // Earlier work stays when the owner changes.
    lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    let moved = manager.post(&format!("{path}/assign"), json!({"owner_id": minh.user_id})).await.expect(200);
    assert_eq!((&moved["status"], &moved["owner_id"]), (&json!("contacting"), &json!(minh.user_id)));
    lan.get(&path).await.refused(404, "not_found");
    let events = manager.all(&format!("{path}/timeline?kind=lead.assigned&sort=occurred_at")).await;
    assert_eq!(events[0]["changes"]["reason"]["to"], "Khu vực Hà Nội");
    assert_eq!(events[1]["facts"]["owner_id_before"], json!(lan.user_id));
}

#[tokio::test]
async fn r_xcrm_11_a_lead_goes_only_to_somebody_who_works_here() {
    let world = World::under("xcrm").await;
    let (manager, admin, lan) = (world.user("manager").await, world.user("admin").await, world.user("salesperson").await);
    admin.patch(&format!("/users/{}", lan.user_id), 1, json!({"is_active": false})).await.expect(200);
    let lead = own_lead(&manager, 1).await;
    for nobody in [lan.user_id.as_str(), "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", &id(&lead)] {
        let order = json!({"owner_id": nobody});
        let faults = manager.post(&format!("/leads/{}/assign", id(&lead)), order).await.faults(422);
        assert_eq!(faults, [fault("/owner_id", "not_found")], "{nobody}");
    }
    let still = manager.get(&format!("/leads/{}", id(&lead))).await.expect(200);
    assert_eq!((&still["owner_id"], &still["version"]), (&json!(manager.user_id), &json!(1)));
}

#[tokio::test]
async fn r_xcrm_12_a_lead_without_owner_waits_in_the_managers_queue() {
    let world = World::under("xcrm").await;
    let (manager, lan) = (world.user("manager").await, world.user("salesperson").await);
    let marketing = world.user("marketing").await;
    let mut waiting = Vec::new();
    for number in 1..=3 {
        waiting.push(id(&marketing.post("/leads", company(number)).await.expect(201)));
    }
    own_lead(&lan, 9).await;
    let queue = manager.all("/leads?in_pool=true&sort=created_at").await;
    assert_eq!(queue.iter().map(id).collect::<Vec<_>>(), waiting);
    assert!(lan.all("/leads?in_pool=false").await.iter().all(|lead| lead["owner_id"] == json!(lan.user_id)));
    for lead in &waiting {
        manager.post(&format!("/leads/{lead}/assign"), json!({"owner_id": lan.user_id})).await.expect(200);
    }
    assert!(manager.all("/leads?in_pool=true").await.is_empty());
    assert_eq!(lan.all("/leads").await.len(), 4);
    let care = world.user("customer_care").await;
    care.get("/leads?in_pool=true").await.refused(403, "forbidden");
}

#[tokio::test]
async fn r_xcrm_12_of_two_who_claim_at_once_one_gets_the_lead() {
    let world = World::under("xcrm").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    for number in 1..=4 {
        let lead = marketing.post("/leads", company(number)).await.expect(201);
        let path = format!("/leads/{}/claim", id(&lead));
        marketing.act(&path).await.refused(403, "forbidden");
        let (one, other) = tokio::join!(lan.act(&path), minh.act(&path));
        let (winner, won, lost) = if one.status == 200 { (&lan, one, other) } else { (&minh, other, one) };
        assert_eq!(text(&won.expect(200), "owner_id"), winner.user_id);
        // The new owner is not returned: the lead is not visible.
        lost.refused(404, "not_found");
        let kinds = winner.history(&format!("/leads/{}", id(&lead))).await;
        assert_eq!(kinds, ["lead.created", "lead.claimed"]);
    }
}
