//! When a lead requires the tax code of a company or the citizen identity number of an individual.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, some_tax_code, text, version};
use serde_json::{Value, json};

use super::{fault, person};

fn without(mut draft: Value, member: &str) -> Value {
    draft.as_object_mut().unwrap().remove(member);
    draft
}

#[tokio::test]
async fn r_ichk_105_r_ichk_106_under_icheck_the_identity_number_is_demanded_at_save() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    assert_eq!(lan.post("/leads", without(company(1), "tax_code")).await.faults(422), [fault("/tax_code", "required")]);
    assert_eq!(lan.post("/leads", without(person(1), "citizen_id")).await.faults(422), [fault("/citizen_id", "required")]);
    assert!(lan.all("/leads").await.is_empty());

    let lead = own_lead(&lan, 2).await;
    let path = format!("/leads/{}", id(&lead));
    assert_eq!(lan.patch(&path, version(&lead), json!({"tax_code": null})).await.faults(422), [fault("/tax_code", "required")]);
}

#[tokio::test]
async fn r_ichk_105_r_ichk_106_under_suno_and_the_others_a_name_and_a_phone_are_enough() {
    for playbook in ["suno", "groupon", "xcrm", "easyedu"] {
        let world = World::under(playbook).await;
        let lan = world.user("salesperson").await;
        lan.post("/leads", without(company(1), "tax_code")).await.expect(201);
        lan.post("/leads", without(person(1), "citizen_id")).await.expect(201);
    }
}

#[tokio::test]
async fn r_ichk_106_a_lead_that_changes_its_kind_wants_the_number_of_the_new_kind() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let only_the_kind = lan.patch(&path, 1, json!({"kind": "individual"})).await.faults(422);
    assert_eq!(only_the_kind, [fault("/tax_code", "not_for_this_kind"), fault("/citizen_id", "required")]);
    let without_number = lan.patch(&path, 1, json!({"kind": "individual", "tax_code": null})).await.faults(422);
    assert_eq!(without_number, [fault("/citizen_id", "required")]);
    let order = json!({"kind": "individual", "tax_code": null, "citizen_id": "079085001234"});
    assert_eq!(lan.patch(&path, 1, order).await.expect(200)["citizen_id"], "079085001234");
}

#[tokio::test]
async fn r_ichk_105_a_web_form_is_never_asked_for_the_number_and_the_conversion_asks_for_it() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let form = json!({"name": "Trang đích", "source": "landing_page", "field_map": {"ten": "name", "sdt": "phone"}});
    let form = admin.post("/lead-forms", form).await.expect(201);
    let path = format!("/public/lead-forms/{}/submissions", text(&form, "form_key"));
    world.anonymous().post(&path, json!({"ten": "Nông sản Hoa Sen", "sdt": phone(1)})).await.expect(202);

    let lead = admin.all("/leads").await.remove(0);
    assert_eq!(lead["tax_code"], json!(null));
    let path = format!("/leads/{}", id(&lead));
    // Another change of the lead does not require the number.
    let changed = admin.patch(&path, 1, json!({"need": "Tem QR"})).await.expect(200);
    assert_eq!(changed["need"], "Tem QR");
    let faults = admin.act(&format!("{path}/convert")).await.faults(422);
    assert_eq!(faults, [fault("/account/fields/tax_code", "required")]);
    let code = some_tax_code(77);
    let order = json!({"account": {"fields": {"tax_code": code}}});
    let conversion = admin.post(&format!("{path}/convert"), order).await.expect(201);
    let account = admin.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    assert_eq!(account["tax_code"], json!(code));
}

#[tokio::test]
async fn r_ichk_04_r_ichk_105_equal_numbers_on_leads_are_reported_and_not_refused() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut twin = company(2);
    let first = lan.post("/leads", company(1)).await.expect(201);
    let code = text(&first, "tax_code");
    twin["tax_code"] = json!(format!("{} {}", &code[..4], &code[4..]));
    let second = lan.post("/leads", twin).await.expect(201);
    assert_eq!(first["tax_code"], second["tax_code"]);
    let found = lan.get(&format!("/leads/{}/duplicates", id(&second))).await.expect(200);
    assert_eq!((id(&found["data"][0]), &found["data"][0]["reasons"]), (id(&first), &json!(["tax_code"])));
}
