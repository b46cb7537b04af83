//! A lead in the pool is claimed or assigned first, and worked on then.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, text, version};
use serde_json::{Value, json};

use super::forms::form;

#[tokio::test]
async fn a_lead_of_the_pool_is_seen_by_who_may_claim_it_and_worked_once_it_is_claimed() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = admin.post("/leads", company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    lan.get(&path).await.expect(200);
    lan.patch(&path, 1, json!({"name": "Khác"})).await.refused(409, "owner_required");
    for (verb, order) in [
        ("junk", json!({"reason": "fake_information"})),
        ("recycle", json!({"follow_up_at": "2027-01-04T02:00:00Z"})),
        ("tags", json!({"tag": "hot"})),
        ("convert/preview", json!({})),
    ] {
        lan.post(&format!("{path}/{verb}"), order).await.refused(409, "owner_required");
    }
    assert_eq!(admin.get(&path).await.expect(200), lead, "nothing was written");
    lan.act(&format!("{path}/claim")).await.expect(200);
    lan.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200);
}

#[tokio::test]
async fn who_put_a_lead_into_the_pool_works_it_until_somebody_has_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = lan.post("/leads", company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    lan.patch(&path, 1, json!({"need": "Tem QR"})).await.expect(200);
}

#[tokio::test]
async fn r_ichk_101_r_xcrm_11_a_lead_goes_only_to_those_whose_role_works_leads() {
    let world = World::under("icheck").await;
    let (admin, marketing) = (world.user("admin").await, world.user("marketing").await);
    let lead = admin.post("/leads", company(1)).await.expect(201);
    let assign = format!("/leads/{}/assign", id(&lead));
    let cannot_own: [(String, String); 1] = [("/owner_id".into(), "cannot_own".into())];
    assert_eq!(admin.post(&assign, json!({"owner_id": marketing.user_id})).await.faults(422), cannot_own);
    let mut draft = company(2);
    draft["owner_id"] = json!(marketing.user_id);
    assert_eq!(admin.post("/leads", draft).await.faults(422), cannot_own);
    let mut account = json!({"name": "Hoa Sen", "tax_code": company(3)["tax_code"]});
    account["owner_id"] = json!(marketing.user_id);
    assert_eq!(admin.post("/accounts", account).await.faults(422), cannot_own);
}

#[tokio::test]
async fn the_lead_of_somebody_who_works_no_accounts_is_given_on_before_it_is_converted() {
    let world = World::under("suno").await;
    let (scout, admin) = (world.user("business_developer").await, world.user("admin").await);
    let path = format!("/leads/{}", id(&own_lead(&scout, 1).await));
    scout.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    admin.act(&format!("{path}/convert")).await.refused(409, "owner_required");
    let lan = world.user("salesperson").await;
    admin.post(&format!("{path}/assign"), json!({"owner_id": lan.user_id})).await.expect(200);
    admin.act(&format!("{path}/convert")).await.expect(201);
}

#[tokio::test]
async fn r_edu_18_r_edu_19_what_was_handed_back_and_goes_out_again_is_no_longer_marked() {
    let world = World::under("easyedu").await;
    let (lan, minh, admin) = (world.user("salesperson").await, world.user("salesperson").await, world.user("admin").await);
    for (number, taken) in [(1, "claim"), (2, "assign")] {
        let path = format!("/leads/{}", id(&own_lead(&lan, number).await));
        lan.post(&format!("{path}/return"), json!({"reason": "Máy bận"})).await.expect(200);
        let lead = match taken {
            "claim" => minh.act(&format!("{path}/claim")).await.expect(200),
            _ => admin.post(&format!("{path}/assign"), json!({"owner_id": minh.user_id})).await.expect(200),
        };
        let tags: Vec<_> = lead["tags"].as_array().unwrap().iter().map(|tag| &tag["tag"]).collect();
        assert_eq!((&lead["status"], tags), (&json!("assigned"), vec![&json!("received")]), "{taken}");
        let untagged = minh.history(&path).await.iter().filter(|kind| *kind == "lead.untagged").count();
        assert_eq!(untagged, 2, "the tags of both columns that it left");
    }
}

/// A new submission of a customer who was marked as junk is not lost.
#[tokio::test]
async fn who_writes_again_after_being_closed_as_junk_is_looked_at_anew() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let (_, submissions) = form(&admin, json!({})).await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    lan.post(&format!("{path}/junk"), json!({"reason": "fake_information"})).await.expect(200);
    let again = json!({"ho_ten": "Hoa Sen", "sdt": lead["phone"], "noi_dung": "Cần 20 mã"});
    world.anonymous().post(&submissions, again).await.expect(202);
    let lead = lan.get(&path).await.expect(200);
    assert_eq!((&lead["status"], &lead["close_reason"]), (&json!("contacting"), &json!(null)));
    let sent: Value = lan.all(&format!("{path}/timeline?kind=lead.submitted_again")).await.remove(0);
    assert_eq!(sent["changes"]["noi_dung"]["to"], "Cần 20 mã");
    assert_eq!(text(&sent, "actor_kind"), "lead_form");
}

#[tokio::test]
async fn a_lead_that_stays_where_it_is_has_no_history_of_it() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let mut draft = company(1);
    draft["owner_id"] = json!(lan.user_id);
    draft["phone"] = json!(phone(9));
    let lead = lan.post("/leads", draft).await.expect(201);
    let moved = lan.post(&format!("/leads/{}/move", id(&lead)), json!({"stage": lead["stage"]})).await.expect(200);
    assert_eq!(version(&moved), version(&lead));
}

#[tokio::test]
async fn a_claim_of_somebody_elses_lead_is_refused_like_one_of_no_lead() {
    let world = World::under("icheck").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let theirs = format!("/leads/{}", id(&own_lead(&minh, 1).await));
    for path in [theirs.as_str(), "/leads/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10"] {
        lan.act(&format!("{path}/claim")).await.refused(404, "not_found");
    }
    minh.act(&format!("{theirs}/claim")).await.refused(409, "not_in_pool");
    world.user("admin").await.get(&theirs).await.expect(200);
}
