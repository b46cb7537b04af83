//! Opportunities are created for accounts.

use chot_tests::World;
use chot_tests::fixtures::{account, id, phone, product, text};
use serde_json::{Value, json};

use super::{fault, opened, team};

fn on(account: &Value, more: Value) -> Value {
    let mut draft = json!({"account_id": account["id"], "name": "Tem chống giả"});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}

#[tokio::test]
async fn a_19_r_ichk_36_r_suno_20_r_suno_26_one_customer_has_several_opportunities() {
    for playbook in ["icheck", "suno"] {
        let world = World::under(playbook).await;
        let lan = world.user("salesperson").await;
        let ours = account(&lan, 1).await;
        for name in ["Tem chống giả", "Truy xuất nguồn gốc", "Pháp lý"] {
            opened(&lan, &ours, name, json!({})).await;
        }
        let chances = lan.all(&format!("/opportunities?account_id={}&status=open", id(&ours))).await;
        assert_eq!(chances.len(), 3);
        assert!(chances.iter().all(|chance| chance["classification"] == "primary"), "several may be main ones");
        let counters = lan.get(&format!("/accounts/{}/counters", id(&ours))).await.expect(200);
        assert_eq!(counters["opportunities"], 3);
        let prospect = lan.get(&format!("/accounts/{}", id(&ours))).await.expect(200);
        assert_eq!(prospect["type"], "prospect", "who has bought nothing yet has chances all the same");
    }
}

#[tokio::test]
async fn r_ichk_37_r_ichk_39_r_ichk_43_r_ichk_44_r_ichk_45_r_ichk_46_an_opportunity_says_what_may_be_sold() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let (stamps, legal) = (product(&admin, "TEM").await, product(&admin, "PHAPLY").await);
    let ours = account(&lan, 1).await;
    let sent = json!({
        "name": " Tem cho 20 mã ", "phone": "0987 654 321", "product_ids": [legal["id"], stamps["id"]], "classification": "secondary",
        "expected_revenue": "150000000", "stars": 3, "expected_close_on": "2027-03-31", "stage": "quoted", "description": "Hỏi giá gấp",
        "owner_id": lan.user_id,
    });
    let reply = lan.post("/opportunities", on(&ours, sent)).await;
    assert_eq!(reply.header("location").unwrap(), format!("/api/v1/opportunities/{}", id(&reply.body)));
    let chance = reply.expect(201);
    let stands = [
        ("name", json!("Tem cho 20 mã")),
        ("phone", json!("+84987654321")),
        ("product_ids", json!([legal["id"], stamps["id"]])),
        ("classification", json!("secondary")),
        ("expected_revenue", json!("150000000")),
        ("currency", json!("VND")),
        ("stars", json!(3)),
        ("expected_close_on", json!("2027-03-31")),
        ("stage", json!("quoted")),
        ("status", json!("open")),
        ("account_name", ours["name"].clone()),
        ("owner_name", json!("Người dùng salesperson")),
        ("lead_id", json!(null)),
    ];
    for (member, value) in stands {
        assert_eq!(chance[member], value, "{member}");
    }
    assert_eq!(lan.get(&format!("/opportunities/{}", id(&chance))).await.expect(200), chance);
    let least = lan.post("/opportunities", on(&ours, json!({}))).await.expect(201);
    assert_eq!(
        (&least["classification"], &least["stars"], &least["stage"]),
        (&json!("primary"), &json!(0), &json!("new_opportunity"))
    );
    assert_eq!((&least["expected_revenue"], &least["product_ids"]), (&json!(null), &json!([])));
}

#[tokio::test]
async fn r_ichk_40_the_customer_is_an_existing_one_in_sight() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let hidden = account(&team.minh, 1).await;
    assert_eq!(team.lan.post("/opportunities", json!({"name": "Tem"})).await.faults(422), [fault("/account_id", "required")]);
    for account in [hidden["id"].clone(), json!("019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10")] {
        let faults = team.lan.post("/opportunities", json!({"name": "Tem", "account_id": account})).await.faults(422);
        assert_eq!(faults, [fault("/account_id", "not_found")]);
    }
    assert!(world.user("admin").await.all("/opportunities").await.is_empty());
    let care = world.user("customer_care").await;
    care.post("/opportunities", on(&hidden, json!({}))).await.refused(403, "forbidden");
}

#[tokio::test]
async fn r_ichk_38_r_ichk_41_r_ichk_47_customer_and_phone_are_taken_from_the_account() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let taken = lan.post("/opportunities", on(&ours, json!({}))).await.expect(201);
    assert_eq!((&taken["phone"], &taken["account_id"]), (&ours["phone"], &ours["id"]));
    let own = lan.post("/opportunities", on(&ours, json!({"phone": phone(9)}))).await.expect(201);
    assert_eq!(own["phone"], phone(9).replacen('0', "+84", 1));
    // The copied number stays when the account gets another number.
    lan.patch(&format!("/accounts/{}", id(&ours)), 1, json!({"phone": phone(10)})).await.expect(200);
    assert_eq!(lan.get(&format!("/opportunities/{}", id(&taken))).await.expect(200)["phone"], ours["phone"]);
}

#[tokio::test]
async fn r_ichk_42_r_ichk_49_the_salesperson_is_always_the_customers() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    for named in [&team.manager, &team.minh] {
        let faults = team.manager.post("/opportunities", on(&ours, json!({"owner_id": named.user_id}))).await.faults(422);
        assert_eq!(faults, [fault("/owner_id", "not_the_account_owner")]);
    }
    let opened = team.manager.post("/opportunities", on(&ours, json!({}))).await.expect(201);
    assert_eq!((&opened["owner_id"], &opened["created_by"]), (&json!(team.lan.user_id), &json!(team.manager.user_id)));
    let path = format!("/opportunities/{}", id(&opened));
    for fixed in [
        json!({"owner_id": team.manager.user_id}),
        json!({"account_id": ours["id"]}),
        json!({"classification": "secondary"}),
        json!({"stage": "quoted"}),
    ] {
        let member = fixed.as_object().unwrap().keys().next().unwrap().clone();
        assert_eq!(team.lan.patch(&path, 1, fixed).await.faults(422), [fault(&format!("/{member}"), "immutable")]);
    }
    team.lan.post(&format!("/accounts/{}/release", id(&ours)), json!({"reason": "manual"})).await.expect(200);
    let admin = world.user("admin").await;
    admin.post("/opportunities", on(&ours, json!({}))).await.refused(409, "owner_required");
}

#[tokio::test]
async fn a_20_r_ichk_48_no_opportunity_is_opened_on_a_child_account() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let parent = account(&lan, 1).await;
    let child = json!({"name": "Chi nhánh Đà Nẵng", "parent_id": parent["id"], "phone": phone(9)});
    let child = lan.post("/accounts", child).await.expect(201);
    lan.post("/opportunities", on(&child, json!({}))).await.refused(409, "child_account");
    assert!(lan.all("/opportunities").await.is_empty());
    lan.post("/opportunities", on(&parent, json!({}))).await.expect(201);
}

#[tokio::test]
async fn r_ichk_82_a_primary_opportunity_begins_without_evidence() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let main = lan.post("/opportunities", on(&ours, json!({}))).await.expect(201);
    let side = lan.post("/opportunities", on(&ours, json!({"classification": "secondary"}))).await.expect(201);
    assert_eq!((&main["evidence_status"], &side["evidence_status"]), (&json!("missing"), &json!("not_required")));
    let waiting = lan.all("/opportunities?evidence_status=missing").await;
    assert_eq!(waiting.iter().map(id).collect::<Vec<_>>(), [id(&main)]);
    let elsewhere = World::under("suno").await;
    let minh = elsewhere.user("salesperson").await;
    let chance = minh.post("/opportunities", on(&account(&minh, 1).await, json!({}))).await.expect(201);
    assert_eq!(chance["evidence_status"], "not_required");
}

#[tokio::test]
async fn r_suno_28_it_names_the_products_it_is_about() {
    let world = World::under("suno").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let (software, printer) = (product(&admin, "PM").await, product(&admin, "MAYIN").await);
    let ours = account(&lan, 1).await;
    let path = opened(&lan, &ours, "Bộ bán hàng", json!({"product_ids": [software["id"], printer["id"]]})).await;
    opened(&lan, &ours, "Chỉ phần mềm", json!({"product_ids": [software["id"]]})).await;
    assert_eq!(lan.all(&format!("/opportunities?product_id={}", id(&software))).await.len(), 2);
    assert_eq!(lan.all(&format!("/opportunities?product_id={}", id(&printer))).await.len(), 1);
    let changed = lan.patch(&path, 1, json!({"product_ids": [printer["id"]]})).await.expect(200);
    assert_eq!(changed["product_ids"], json!([printer["id"]]));
    let event = lan.all(&format!("{path}/timeline?kind=opportunity.updated")).await.remove(0);
    assert_eq!(event["changes"]["product_ids"]["from"], json!([software["id"], printer["id"]]));

    admin.patch(&format!("/products/{}", id(&software)), 1, json!({"is_active": false})).await.expect(200);
    let products = json!({"product_ids": [printer["id"], software["id"], printer["id"], ours["id"]]});
    let mut faults = lan.post("/opportunities", on(&ours, products)).await.faults(422);
    faults.sort();
    let expected = [("/product_ids/1", "not_found"), ("/product_ids/2", "repeated"), ("/product_ids/3", "not_found")];
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    // A product that is no longer sold stays on existing opportunities.
    let kept = lan.all(&format!("/opportunities?product_id={}", id(&software))).await.remove(0);
    let path = format!("/opportunities/{}", id(&kept));
    assert_eq!(lan.patch(&path, 1, json!({"stars": 1})).await.expect(200)["product_ids"], kept["product_ids"]);
}

#[tokio::test]
async fn what_is_said_about_an_opportunity_keeps_its_rules() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let cases = [
        (json!({"stars": 4, "phone": "12"}), vec![fault("/phone", "invalid_phone"), fault("/stars", "out_of_range")]),
        (json!({"expected_revenue": "12.5"}), vec![fault("/expected_revenue", "not_whole")]),
        (json!({"expected_revenue": "-1"}), vec![fault("/expected_revenue", "invalid_money")]),
        (json!({"expected_revenue": "100000000000000"}), vec![fault("/expected_revenue", "too_large")]),
        (json!({"stage": "nowhere"}), vec![fault("/stage", "unknown_key")]),
        (json!({"stage": "contacting"}), vec![fault("/stage", "stage_of_another_card")]),
        (json!({"stage": "won"}), vec![fault("/stage", "not_an_open_stage")]),
        (json!({"classification": "main"}), vec![fault("/classification", "not_one_of")]),
        (json!({"product_ids": vec![id(&ours); 51]}), vec![fault("/product_ids", "too_many")]),
    ];
    for (more, expected) in cases {
        let mut faults = lan.post("/opportunities", on(&ours, more)).await.faults(422);
        faults.retain(|(pointer, _)| !pointer.starts_with("/product_ids/"));
        let mut expected = expected;
        faults.sort();
        expected.sort();
        assert_eq!(faults, expected);
    }
    let largest = lan.post("/opportunities", on(&ours, json!({"expected_revenue": "99999999999999"}))).await.expect(201);
    assert_eq!(text(&largest, "expected_revenue"), "99999999999999");
}

#[tokio::test]
async fn a_product_that_is_no_longer_sold_stays_where_it_is_offered() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let (old, new) = (product(&admin, "CU").await, product(&admin, "MOI").await);
    let ours = account(&lan, 1).await;
    let path = opened(&lan, &ours, "Tem QR", json!({"product_ids": [old["id"]]})).await;
    admin.patch(&format!("/products/{}", id(&old)), 1, json!({"is_active": false})).await.expect(200);
    let more = lan.patch(&path, 1, json!({"product_ids": [old["id"], new["id"]]})).await.expect(200);
    assert_eq!(more["product_ids"], json!([old["id"], new["id"]]));
    let another = json!({"account_id": ours["id"], "name": "Hai", "product_ids": [old["id"]]});
    assert_eq!(lan.post("/opportunities", another).await.faults(422), [fault("/product_ids/0", "not_found")]);
}
