//! Possible duplicates stop a conversion until somebody decides about them.

use chot_tests::World;
use chot_tests::fixtures::{account, company, id, own_lead, phone, some_tax_code, text};
use serde_json::{Value, json};

use super::{fault, person, team};

fn ids(candidates: &Value) -> Vec<String> {
    candidates.as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn every_candidate_wants_to_be_linked_or_dismissed() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let known = account(&lan, 1).await;
    let huong = json!({"account_id": known["id"], "full_name": "Trần Thị Hương", "phone": phone(7)});
    let huong = lan.post("/contacts", huong).await.expect(201);
    let other = own_lead(&lan, 2).await;
    let mut draft = company(3);
    draft["owner_id"] = json!(lan.user_id);
    draft["phone"] = known["phone"].clone();
    draft["contact_points"] = json!([{"channel": "phone", "value": phone(7)}, {"channel": "zalo", "value": other["phone"]}]);
    let lead = lan.post("/leads", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&lead));

    let refused = lan.act(&convert).await.refused(409, "duplicates_undecided");
    let candidates = refused["candidates"].as_array().unwrap();
    let kinds: Vec<_> = candidates.iter().map(|one| (text(one, "kind"), id(one))).collect();
    assert_eq!(kinds, [("lead".into(), id(&other)), ("account".into(), id(&known)), ("contact".into(), id(&huong))]);
    assert!(candidates.iter().all(|one| one["reasons"] == json!(["phone"])));
    let listed = lan.get(&format!("/leads/{}/duplicates", id(&lead))).await.expect(200);
    assert_eq!(listed["data"], refused["candidates"]);

    let order = json!({"dismissed_duplicates": [other["id"], known["id"]]});
    let refused = lan.post(&convert, order).await.refused(409, "duplicates_undecided");
    assert_eq!(ids(&refused["candidates"]), [id(&huong)]);
    let link = json!({"account": {"action": "link", "id": known["id"]}, "dismissed_duplicates": [other["id"]]});
    let refused = lan.post(&convert, link).await.refused(409, "duplicates_undecided");
    assert_eq!(ids(&refused["candidates"]), [id(&huong)], "a link to the account decides nothing about its contact");
    assert_eq!(lan.all("/accounts").await.len(), 1);

    let order = json!({
        "account": {"action": "link", "id": known["id"]},
        "contact": {"action": "link", "id": huong["id"]},
        "dismissed_duplicates": [other["id"]],
    });
    lan.post(&convert, order).await.expect(201);
    assert_eq!((lan.all("/accounts").await.len(), lan.all("/contacts").await.len()), (1, 1));
}

#[tokio::test]
async fn dismissed_candidates_are_other_customers() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let known = account(&lan, 1).await;
    let mut draft = company(2);
    draft["name"] = json!("CONG TY CO PHAN SAO MAI 1");
    let lead = lan.post("/leads", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&lead));
    let asked = lan.post(&format!("{convert}/preview"), json!({})).await.expect(200);
    assert_eq!((ids(&asked["duplicates"]), &asked["duplicates"][0]["reasons"]), (vec![id(&known)], &json!(["name"])));
    lan.act(&convert).await.refused(409, "duplicates_undecided");
    let elsewhere = json!({"dismissed_duplicates": ["019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10"]});
    lan.post(&convert, elsewhere).await.refused(409, "duplicates_undecided");
    let asked = lan.post(&format!("{convert}/preview"), json!({"dismissed_duplicates": [known["id"]]})).await.expect(200);
    assert_eq!(asked["duplicates"], json!([]));
    lan.post(&convert, json!({"dismissed_duplicates": [known["id"]]})).await.expect(201);
    assert_eq!(lan.all("/accounts").await.len(), 2);
    let many = vec![known["id"].clone(); 251];
    let faults = lan.post(&convert, json!({"dismissed_duplicates": many})).await.faults(422);
    assert_eq!(faults, [fault("/dismissed_duplicates", "too_many")]);
}

#[tokio::test]
async fn a_candidate_out_of_sight_is_decided_by_its_identifier() {
    let world = World::under("xcrm").await;
    let team = team(&world).await;
    let hidden = own_lead(&team.minh, 1).await;
    let mut draft = company(2);
    draft["owner_id"] = json!(team.lan.user_id);
    draft["phone"] = hidden["phone"].clone();
    let lead = team.lan.post("/leads", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&lead));
    let refused = team.lan.act(&convert).await.refused(409, "duplicates_undecided");
    let expected = json!([{"kind": "lead", "id": hidden["id"], "reasons": ["phone"], "name": null, "owner_name": null, "is_visible": false}]);
    assert_eq!(refused["candidates"], expected);
    team.lan.post(&convert, json!({"dismissed_duplicates": [hidden["id"]]})).await.expect(201);
}

#[tokio::test]
async fn r_ichk_98_a_taken_identity_stops_the_conversion_and_names_whose_it_is() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let hidden = account(&team.minh, 1).await;
    let mut draft = company(1);
    draft["owner_id"] = json!(team.lan.user_id);
    draft["tax_code"] = hidden["tax_code"].clone();
    let lead = team.lan.post("/leads", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&lead));
    let preview = format!("{convert}/preview");
    for (path, order) in
        [(&convert, json!({})), (&convert, json!({"dismissed_duplicates": [hidden["id"]]})), (&preview, json!({}))]
    {
        let refused = team.lan.post(path, order).await.refused(409, "identity_taken");
        let card = json!({
            "view": "card", "id": hidden["id"], "kind": "company", "name": hidden["name"], "tax_code": hidden["tax_code"],
            "citizen_id": null, "owner_id": team.minh.user_id, "owner_name": "Người dùng salesperson",
        });
        assert_eq!(refused["account"], card);
        assert!(!refused.to_string().contains(&text(&hidden, "phone")), "nothing else leaks");
    }
    assert!(team.lan.all("/accounts").await.is_empty());
    // She links her own account.
    let own = account(&team.lan, 2).await;
    let mut draft = company(2);
    draft["owner_id"] = json!(team.lan.user_id);
    draft["tax_code"] = own["tax_code"].clone();
    let lead = team.lan.post("/leads", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&lead));
    team.lan.act(&convert).await.refused(409, "identity_taken");
    let link = json!({"account": {"action": "link", "id": own["id"]}});
    assert_eq!(team.lan.post(&convert, link).await.expect(201)["account_id"], own["id"]);
}

#[tokio::test]
async fn where_no_cards_are_shown_a_taken_identity_names_nobody_out_of_sight() {
    let world = World::under("suno").await;
    let (minh, lan, manager) = (world.user("salesperson").await, world.user("salesperson").await, world.user("manager").await);
    let mut hidden = person(1);
    hidden["name"] = json!("Người giấu tên");
    let hidden = minh.post("/accounts", hidden).await.expect(201);
    let mut draft = person(2);
    draft["citizen_id"] = hidden["citizen_id"].clone();
    let lead = manager.post("/leads", draft).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    manager.post(&format!("{path}/assign"), json!({"owner_id": lan.user_id})).await.expect(200);
    lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    let refused = lan.act(&format!("{path}/convert")).await.refused(409, "identity_taken");
    assert_eq!(refused["account"], json!(null));
    let seen = manager.act(&format!("{path}/convert")).await.refused(409, "identity_taken");
    assert_eq!(seen["account"]["name"], "Người giấu tên", "who sees the account anyway is told");
}

#[tokio::test]
async fn an_identity_that_a_link_would_bring_may_not_be_another_accounts() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let bears_it = account(&lan, 1).await;
    let target = lan.post("/accounts", json!({"name": "Chưa có mã số", "phone": phone(70)})).await.expect(201);
    let mut draft = company(1);
    draft["tax_code"] = bears_it["tax_code"].clone();
    let lead = lan.post("/leads", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&lead));
    let link = json!({"account": {"action": "link", "id": target["id"]}, "dismissed_duplicates": [bears_it["id"]]});
    let refused = lan.post(&convert, link).await.refused(409, "identity_taken");
    assert_eq!(refused["account"]["id"], bears_it["id"]);
    let fields = json!({"account": {"fields": {"tax_code": some_tax_code(71)}}, "dismissed_duplicates": [bears_it["id"]]});
    lan.post(&convert, fields).await.expect(201);
}
