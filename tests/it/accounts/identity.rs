//! One customer, one account: identified by tax code or citizen identity number.

use chot_tests::World;
use chot_tests::fixtures::{account, id, phone, some_tax_code, text};
use serde_json::json;

use super::{draft, fault, team, with};

#[tokio::test]
async fn r_ichk_02_two_companies_with_one_tax_code_cannot_exist() {
    for playbook in ["icheck", "suno"] {
        let world = World::under(playbook).await;
        let lan = world.user("salesperson").await;
        let first = lan.post("/accounts", draft(1)).await.expect(201);
        let refused = lan.post("/accounts", with(draft(2), json!({"tax_code": first["tax_code"]}))).await;
        let refused = refused.refused(409, "identity_taken");
        assert_eq!((&refused["account"]["id"], &refused["account"]["view"]), (&first["id"], &json!("card")));
        let other = lan.post("/accounts", draft(3)).await.expect(201);
        let path = format!("/accounts/{}", id(&other));
        let refused = lan.patch(&path, 1, json!({"tax_code": first["tax_code"]})).await.refused(409, "identity_taken");
        assert_eq!(refused["account"]["name"], first["name"]);
        assert_eq!(lan.get(&path).await.expect(200), other);
    }
}

#[tokio::test]
async fn r_ichk_03_two_individuals_with_one_number_cannot_exist() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let person = |name: &str, number: &str| json!({"kind": "individual", "name": name, "citizen_id": number});
    let an = lan.post("/accounts", person("Nguyễn Văn An", "079085001234")).await.expect(201);
    let refused = lan.post("/accounts", person("Nguyễn Văn Bình", "079 085 001 234")).await.refused(409, "identity_taken");
    assert_eq!(refused["account"]["id"], an["id"]);
    let old_card = lan.post("/accounts", person("Lê Thị Cúc", "012345678")).await.expect(201);
    assert_eq!(old_card["citizen_id"], "012345678");
    lan.post("/accounts", person("Lê Thị Cúc", "012.345.678")).await.refused(409, "identity_taken");
    assert_eq!(lan.all("/accounts").await.len(), 2);
}

#[tokio::test]
async fn r_ichk_04_numbers_are_compared_without_blanks_dots_and_hyphens() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let first = lan.post("/accounts", with(draft(1), json!({"tax_code": "0100.112.437-001"}))).await.expect(201);
    assert_eq!(first["tax_code"], "0100112437001");
    for spelled in ["0100112437001", "0100112437-001", " 0100 112 437 001 "] {
        let twin = with(draft(2), json!({"tax_code": spelled}));
        lan.post("/accounts", twin).await.refused(409, "identity_taken");
    }
}

#[tokio::test]
async fn r_ichk_05_a_dependent_unit_is_another_customer_than_its_parent() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for code in ["0100112437", "0100112437-001", "0100112437-002"] {
        let made = with(draft(1), json!({"tax_code": code}));
        lan.post("/accounts", made).await.expect(201);
    }
    assert_eq!(lan.all("/accounts").await.len(), 3);
}

#[tokio::test]
async fn a_14_a_household_business_bears_its_owners_number_once_per_kind() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let number = "079085001234";
    let household = with(draft(1), json!({"tax_code": number, "profile": {"business_type": "household_business"}}));
    let household = lan.post("/accounts", household).await.expect(201);
    let owner = json!({"kind": "individual", "name": "Nguyễn Văn An", "citizen_id": number});
    let owner = lan.post("/accounts", owner).await.expect(201);
    assert_eq!((&household["tax_code"], &owner["citizen_id"]), (&json!(number), &json!(number)));
    lan.post("/accounts", with(draft(2), json!({"tax_code": number}))).await.refused(409, "identity_taken");
    let found = lan.all(&format!("/account-cards?tax_code={number}")).await;
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(&household)]);
    let found = lan.all(&format!("/account-cards?citizen_id={number}")).await;
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(&owner)]);
}

#[tokio::test]
async fn of_two_who_create_one_customer_at_once_one_succeeds() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    for number in 1..=4 {
        let (one, other) = tokio::join!(team.lan.post("/accounts", draft(number)), team.minh.post("/accounts", draft(number)));
        let (won, lost) = if one.status == 201 { (one, other) } else { (other, one) };
        let won = won.expect(201);
        assert_eq!(lost.refused(409, "identity_taken")["account"]["id"], won["id"]);
    }
}

#[tokio::test]
async fn r_ichk_105_r_ichk_106_an_account_is_saved_with_the_number_of_its_kind() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let faults = lan.post("/accounts", json!({"name": "Hoa Sen", "phone": phone(1)})).await.faults(422);
    assert_eq!(faults, [fault("/tax_code", "required")]);
    let faults =
        lan.post("/accounts", json!({"name": "An", "kind": "individual", "tax_code": some_tax_code(1)})).await.faults(422);
    assert_eq!(faults[0], fault("/tax_code", "not_for_this_kind"));
    let company = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&company));
    assert_eq!(lan.patch(&path, 1, json!({"tax_code": null})).await.faults(422), [fault("/tax_code", "required")]);
}

#[tokio::test]
async fn r_ichk_106_an_account_that_changes_its_kind_wants_the_number_of_the_new_kind() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let company = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&company));
    let only_the_kind = lan.patch(&path, 1, json!({"kind": "individual"})).await.faults(422);
    assert_eq!(only_the_kind, [fault("/tax_code", "not_for_this_kind"), fault("/citizen_id", "required")]);
    let faults = lan.patch(&path, 1, json!({"kind": "individual", "tax_code": null})).await.faults(422);
    assert_eq!(faults, [fault("/citizen_id", "required")]);
}

#[tokio::test]
async fn an_identity_out_of_sight_is_refused_without_a_name_where_no_cards_are_shown() {
    let world = World::under("suno").await;
    let (minh, lan) = (world.user("salesperson").await, world.user("salesperson").await);
    let hidden = minh.post("/accounts", draft(1)).await.expect(201);
    let reply = lan.post("/accounts", with(draft(2), json!({"tax_code": hidden["tax_code"]}))).await;
    assert!(!reply.text.contains(&text(&hidden, "name")) && !reply.text.contains(&text(&hidden, "phone")));
    assert_eq!(reply.refused(409, "identity_taken")["account"], json!(null));
}
