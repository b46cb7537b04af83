//! One violation does not hide another, of whatever kinds.

use chot_tests::World;
use chot_tests::fixtures::{account, id, own_lead, phone};
use serde_json::json;

use super::{Witness, fault};

#[tokio::test]
async fn a_missing_name_does_not_hide_that_there_is_no_way_to_reach_the_lead() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    assert_eq!(lan.post("/leads", json!({})).await.faults(422), [fault("/name", "required"), fault("/phone", "no_way_to_reach")]);
}

#[tokio::test]
async fn a_blank_name_does_not_hide_rules_over_several_members() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let chance = json!({"account_id": ours["id"], "name": " ", "stars": 4, "expected_revenue": "1.5"});
    let mut faults = lan.post("/opportunities", chance).await.faults(422);
    faults.sort();
    assert_eq!(faults, [fault("/expected_revenue", "not_whole"), fault("/name", "blank"), fault("/stars", "out_of_range")]);
}

#[tokio::test]
async fn a_fault_of_form_does_not_hide_one_against_the_lists() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let body = json!({"name": "Hoa Sen", "phone": phone(1), "email": "x", "tax_code": "0100112437", "source": "pigeon"});
    let mut faults = lan.post("/leads", body).await.faults(422);
    faults.sort();
    assert_eq!(faults, [fault("/email", "invalid_email"), fault("/source", "unknown_key")]);
}

#[tokio::test]
async fn a_value_that_is_not_understood_makes_no_other_member_wrong() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let kind = json!({"kind": "alien", "name": "Mai", "phone": phone(1), "citizen_id": "079085001234"});
    assert_eq!(lan.post("/leads", kind).await.faults(422), [fault("/kind", "not_one_of")]);
    let email = json!({"name": "Mai", "email": "mai@"});
    assert_eq!(lan.post("/leads", email).await.faults(422), [fault("/email", "invalid_email")]);
    let point = json!({"name": "Mai", "contact_points": [{"channel": "zalo", "value": 5}]});
    assert_eq!(lan.post("/leads", point).await.faults(422), [fault("/contact_points/0/value", "wrong_type")]);
}

#[tokio::test]
async fn a_patch_tells_all_faults_of_what_it_changes_and_none_of_what_it_does_not() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let witness = Witness::of(&world).await;
    let patch = json!({"phone": "12", "owner_id": null, "email": "x", "profile": {"website": 5, "address": {"commune_code": "1"}}, "zz": 1});
    let mut faults = lan.patch(&path, 1, patch).await.faults(422);
    faults.sort();
    let expected = [
        ("/email", "invalid_email"),
        ("/owner_id", "immutable"),
        ("/phone", "invalid_phone"),
        ("/profile/address/commune_code", "invalid_commune_code"),
        ("/profile/address/text", "required"),
        ("/profile/website", "wrong_type"),
        ("/zz", "unknown_member"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    let faults = lan.patch(&path, 1, json!({"rank": "platinum", "source": "pigeon", "need": "Tem"})).await.faults(422);
    assert_eq!(faults, [fault("/source", "unknown_key"), fault("/rank", "unknown_key")]);
    witness.nothing_written().await;
    assert_eq!(lan.get(&path).await.expect(200), lead);
}

#[tokio::test]
async fn a_query_tells_all_its_faults() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut faults =
        lan.get("/leads?status=alien&limit=0&nonsense=1&phone=12&in_pool=maybe&status=new&q=&owner_id=1").await.faults(400);
    faults.sort();
    let pointers: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/in_pool", "/limit", "/nonsense", "/owner_id", "/phone", "/q", "/status"]);
}

const NOBODY: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

#[tokio::test]
async fn faults_of_form_of_the_lists_and_of_references_are_told_at_once() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let ours = account(&admin, 1).await;
    let lead = own_lead(&admin, 1).await;
    let witness = Witness::of(&world).await;
    let body = json!({"name": " ", "phone": "12", "tax_code": "0100112437", "source": "pigeon", "product_id": NOBODY, "owner_id": NOBODY});
    let expected = [
        ("/name", "blank"),
        ("/owner_id", "not_found"),
        ("/phone", "invalid_phone"),
        ("/product_id", "not_found"),
        ("/source", "unknown_key"),
    ];
    let mut faults = admin.post("/leads", body).await.faults(422);
    faults.sort();
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    let patch = json!({"phone": "12", "source": "pigeon", "product_id": NOBODY, "owner_id": NOBODY});
    let mut faults = admin.patch(&format!("/leads/{}", id(&lead)), 1, patch).await.faults(422);
    faults.sort();
    let expected =
        [("/owner_id", "immutable"), ("/phone", "invalid_phone"), ("/product_id", "not_found"), ("/source", "unknown_key")];
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    let chance = json!({"account_id": ours["id"], "stars": 9, "stage": "won", "product_ids": ["x", NOBODY]});
    let mut faults = admin.post("/opportunities", chance).await.faults(422);
    faults.sort();
    let expected = [
        ("/name", "required"),
        ("/product_ids/0", "invalid_id"),
        ("/product_ids/1", "not_found"),
        ("/stage", "not_an_open_stage"),
        ("/stars", "out_of_range"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    witness.nothing_written().await;
}

#[tokio::test]
async fn an_order_to_convert_tells_all_its_faults_whatever_they_are_about() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let linking = json!({
        "account": {"action": "link", "id": NOBODY},
        "contact": {"action": "link", "id": NOBODY, "overwrite": ["khong_co"]},
        "opportunities": [
            {"action": "link", "id": NOBODY},
            {"stage": "won", "fields": {"stars": 9, "product_ids": [NOBODY], "expected_close_on": "mai"}},
        ],
        "dismissed_duplicates": ["x"],
    });
    let expected = [
        ("/account/id", "not_found"),
        ("/contact/id", "not_found"),
        ("/contact/overwrite/0", "not_one_of"),
        ("/dismissed_duplicates/0", "invalid_value"),
        ("/opportunities/0/id", "not_found"),
        ("/opportunities/1/fields/expected_close_on", "invalid_value"),
        ("/opportunities/1/fields/product_ids/0", "not_found"),
        ("/opportunities/1/fields/stars", "out_of_range"),
        ("/opportunities/1/stage", "not_an_open_stage"),
    ];
    let mut faults = lan.post(&convert, linking).await.faults(422);
    faults.sort();
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    let creating = json!({
        "account": {"fields": {"phone": "12", "rank": "platinum", "parent_id": NOBODY}},
        "contact": {"fields": {"email": "x", "date_of_birth": "2030-01-01"}},
    });
    let expected = [
        ("/account/fields/parent_id", "not_found"),
        ("/account/fields/phone", "invalid_phone"),
        ("/account/fields/rank", "unknown_key"),
        ("/contact/fields/date_of_birth", "in_the_future"),
        ("/contact/fields/email", "invalid_email"),
    ];
    let mut faults = lan.post(&convert, creating).await.faults(422);
    faults.sort();
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    witness.nothing_written().await;
}

/// If a value replaces one that cannot be read, the records that it names are not looked up, and its permissions are not
/// required.
#[tokio::test]
async fn what_stands_in_for_a_faulty_value_has_no_faults_of_its_own() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let ours = account(&lan, 1).await;
    let witness = Witness::of(&world).await;
    let bodies = [
        ("/contacts".to_owned(), json!({"account_id": 5, "full_name": "Hương"}), "/account_id"),
        ("/opportunities".to_owned(), json!({"account_id": [], "name": "Tem"}), "/account_id"),
        ("/opportunities".to_owned(), json!({"account_id": ours["id"], "name": "Tem", "product_ids": 5}), "/product_ids"),
        (format!("{lead}/convert"), json!({"account": {"action": "link", "id": 5}}), "/account/id"),
        (format!("{lead}/convert"), json!({"account": 5}), "/account"),
        (format!("{lead}/junk"), json!({"reason": 5}), "/reason"),
        (format!("{lead}/move"), json!({"stage": {}}), "/stage"),
    ];
    for (path, body, pointer) in bodies {
        assert_eq!(lan.post(&path, body).await.faults(422), [fault(pointer, "wrong_type")], "{path}");
    }
    witness.nothing_written().await;
}

/// Nothing is looked up for a list that is far too long: the response is a clear error and comes quickly.
#[tokio::test]
async fn of_lists_that_are_far_too_long_nothing_is_looked_up() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let products: Vec<_> = (0..5_000).map(|number| format!("019583a0-7c1e-7b3a-9f00-2f6d3c{number:06}")).collect();
    let chance = json!({"account_id": ours["id"], "name": "Tem", "product_ids": products});
    assert_eq!(lan.post("/opportunities", chance).await.faults(422), [fault("/product_ids", "too_many")]);
    let order = json!({"opportunities": vec![json!({}); 50_000]});
    assert_eq!(lan.post(&convert, order).await.faults(422), [fault("/opportunities", "too_many")]);
    witness.nothing_written().await;
}

/// For public forms the order of errors is the same, with a valid or an unknown key.
#[tokio::test]
async fn a_submission_tells_all_its_faults_after_who_may_send_it() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let map = json!({"ho_ten": "name", "sdt": "phone", "web": "website"});
    let form = admin.post("/lead-forms", json!({"name": "Hội chợ", "source": "fair", "field_map": map})).await.expect(201);
    let path = format!("/public/lead-forms/{}/submissions", form["form_key"].as_str().unwrap());
    let faulty = json!({"ho_ten": "A\0", "sdt": "12", "web": 5, "khac": "\0"});
    let mut faults = world.anonymous().post(&path, faulty.clone()).await.faults(422);
    faults.sort();
    let expected = [
        fault("/ho_ten", "nul_character"),
        fault("/khac", "nul_character"),
        fault("/sdt", "invalid_phone"),
        fault("/web", "wrong_type"),
    ];
    assert_eq!(faults, expected);
    let key = admin.post("/api-keys", json!({"name": "Chỉ đọc", "scopes": ["leads:read"]})).await.expect(201);
    let reader = world.anonymous().with_credential(key["key"].as_str().unwrap());
    for body in [faulty, json!([])] {
        world.anonymous().post("/public/lead-forms/form_none/submissions", body.clone()).await.refused(404, "not_found");
        reader.post(&path, body).await.refused(403, "forbidden");
    }
    assert!(admin.all("/leads").await.is_empty());
}
