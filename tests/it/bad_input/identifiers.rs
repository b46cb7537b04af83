//! Identifiers in bodies that do not exist or are not visible to the caller.

use chot_tests::World;
use chot_tests::fixtures::{account, company, id, own_lead, product};
use serde_json::json;

use super::{Witness, fault, right};

const NOBODY: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

#[tokio::test]
async fn what_is_out_of_sight_is_not_named_in_a_body() {
    let world = World::under("icheck").await;
    let (lan, minh, admin) = (world.user("salesperson").await, world.user("salesperson").await, world.user("admin").await);
    let (hidden, ours) = (account(&minh, 1).await, account(&lan, 2).await);
    let old = product(&admin, "CU").await;
    admin.patch(&format!("/products/{}", id(&old)), 1, json!({"is_active": false})).await.expect(200);
    let gone = world.user("salesperson").await;
    admin.patch(&format!("/users/{}", gone.user_id), 1, json!({"is_active": false})).await.expect(200);
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    for missing in [NOBODY.to_owned(), id(&hidden)] {
        let contact = json!({"full_name": "Hương", "account_id": missing});
        assert_eq!(lan.post("/contacts", contact).await.faults(422), [fault("/account_id", "not_found")]);
        let chance = json!({"name": "Tem", "account_id": missing});
        assert_eq!(lan.post("/opportunities", chance).await.faults(422), [fault("/account_id", "not_found")]);
        let child = json!({"name": "Chi nhánh", "parent_id": missing});
        assert_eq!(lan.post("/accounts", child).await.faults(422), [fault("/parent_id", "not_found")]);
        let patch = lan.patch(&format!("/accounts/{}", id(&ours)), 1, json!({"parent_id": missing})).await;
        assert_eq!(patch.faults(422), [fault("/parent_id", "not_found")]);
        let order = json!({"account": {"fields": {"parent_id": missing}}, "opportunities": []});
        let faults = lan.post(&format!("{lead}/convert"), order).await.faults(422);
        assert_eq!(faults, [fault("/account/fields/parent_id", "not_found")]);
        let team = json!({"name": "Nhóm", "parent_id": missing});
        assert_eq!(admin.post("/teams", team).await.faults(422), [fault("/parent_id", "not_found")]);
        let user = json!({"email": "x@congty.example.vn", "full_name": "X", "role": "manager", "team_id": missing});
        assert_eq!(admin.post("/users", user).await.faults(422), [fault("/team_id", "not_found")]);
    }
    for missing in [NOBODY.to_owned(), id(&old), id(&ours)] {
        let mut draft = right();
        draft["product_id"] = json!(missing);
        assert_eq!(lan.post("/leads", draft).await.faults(422), [fault("/product_id", "not_found")]);
        assert_eq!(lan.patch(&lead, 1, json!({"product_id": missing})).await.faults(422), [fault("/product_id", "not_found")]);
        let chance = json!({"name": "Tem", "account_id": ours["id"], "product_ids": [missing]});
        assert_eq!(lan.post("/opportunities", chance).await.faults(422), [fault("/product_ids/0", "not_found")]);
        let form = json!({"name": "x", "source": "website", "field_map": {"a": "name", "b": "phone"}, "product_id": missing});
        assert_eq!(admin.post("/lead-forms", form).await.faults(422), [fault("/product_id", "not_found")]);
    }
    for missing in [NOBODY, &gone.user_id, &id(&ours)] {
        for (list, mut draft) in [("/leads", company(5)), ("/accounts", json!({"name": "X", "tax_code": company(5)["tax_code"]}))]
        {
            draft["owner_id"] = json!(missing);
            assert_eq!(admin.post(list, draft).await.faults(422), [fault("/owner_id", "not_found")]);
        }
        for record in [&lead, &format!("/accounts/{}", id(&ours))] {
            let faults = admin.post(&format!("{record}/assign"), json!({"owner_id": missing})).await.faults(422);
            assert_eq!(faults, [fault("/owner_id", "not_found")]);
        }
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn corrections_of_a_conversion_change_no_owner_and_no_home() {
    let world = World::under("icheck").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let hidden = account(&minh, 1).await;
    let lead = own_lead(&lan, 1).await;
    let witness = Witness::of(&world).await;
    let order = json!({
        "account": {"fields": {"owner_id": minh.user_id}},
        "contact": {"fields": {"account_id": hidden["id"]}},
        "opportunities": [{"fields": {"account_id": hidden["id"], "owner_id": minh.user_id}}],
    });
    let mut faults = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.faults(422);
    faults.sort();
    let expected = [
        "/account/fields/owner_id",
        "/contact/fields/account_id",
        "/opportunities/0/fields/account_id",
        "/opportunities/0/fields/owner_id",
    ];
    assert_eq!(faults, expected.map(|pointer| fault(pointer, "immutable")));
    witness.nothing_written().await;
}

#[tokio::test]
async fn an_identifier_has_one_spelling() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let witness = Witness::of(&world).await;
    let plain = id(&ours);
    let spellings = [
        plain.replace('-', ""),
        format!("{{{plain}}}"),
        format!("urn:uuid:{plain}"),
        plain[..35].to_owned(),
        format!("{plain}0"),
        format!(" {plain}"),
        plain.replace('0', "g"),
        String::new(),
        "1".into(),
    ];
    for spelled in spellings {
        let faults = lan.post("/contacts", json!({"full_name": "Hương", "account_id": spelled})).await.faults(422);
        assert_eq!(faults, [fault("/account_id", "invalid_id")], "{spelled:?}");
    }
    for spelled in ["1", "x", "019583a07c1e7b3a9f002f6d3c1a5e10", "null"] {
        lan.get(&format!("/accounts/{spelled}")).await.refused(400, "invalid_parameter");
        lan.act(&format!("/leads/{spelled}/claim")).await.refused(400, "invalid_parameter");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn words_are_those_of_the_lists() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let ours = format!("/accounts/{}", id(&account(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let words = [
        ("nowhere_listed", "unknown_key"),
        (" nowhere_listed ", "unknown_key"),
        ("Hot", "invalid_key"),
        ("1hot", "invalid_key"),
        ("hot-1", "invalid_key"),
        ("nóng", "invalid_key"),
        ("", "invalid_key"),
    ];
    for (word, code) in words {
        for (path, member) in
            [(format!("{lead}/junk"), "reason"), (format!("{ours}/release"), "reason"), (format!("{lead}/move"), "stage")]
        {
            let told = lan.post(&path, json!({member: word})).await.faults(422);
            assert_eq!(told, [fault(&format!("/{member}"), code)], "{path} {word:?}");
        }
        let user = json!({"email": "x@congty.example.vn", "full_name": "X", "role": word});
        assert_eq!(admin.post("/users", user).await.faults(422), [fault("/role", code)], "{word:?}");
    }
    witness.nothing_written().await;
}
