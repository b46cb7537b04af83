//! One fault does not hide another, of whatever kind the two are.

use chot_tests::World;
use chot_tests::given::{account, id, own_lead, phone};
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
