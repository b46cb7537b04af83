//! A lead is linked to an existing account.

use chot_tests::World;
use chot_tests::fixtures::{account, company, id, opportunity, own_lead, phone, some_tax_code, text, version};
use serde_json::{Value, json};

use super::{fault, person, team};

fn link(record: &Value) -> Value {
    json!({"account": {"action": "link", "id": record["id"]}, "opportunities": []})
}

#[tokio::test]
async fn a_link_fills_only_what_is_empty_unless_members_are_named() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&target));
    let target = lan.patch(&path, 1, json!({"rank": "b", "profile": {"website": "saomai.vn"}})).await.expect(200);
    let mut draft = company(1);
    draft["owner_id"] = json!(lan.user_id);
    draft["email"] = json!("lienhe@hoasen.vn");
    draft["rank"] = json!("vip");
    draft["profile"] = json!({"website": "hoasen.vn", "line_of_business": "food"});
    let first = lan.post("/leads", draft.clone()).await.expect(201);
    let conversion = lan.post(&format!("/leads/{}/convert", id(&first)), link(&target)).await.expect(201);
    assert_eq!((&conversion["account_action"], &conversion["account_id"]), (&json!("link"), &target["id"]));
    let filled = lan.get(&path).await.expect(200);
    for kept in ["name", "phone", "tax_code", "rank", "owner_id", "kind"] {
        assert_eq!(filled[kept], target[kept], "{kept}");
    }
    assert_eq!((&filled["email"], &filled["source"]), (&json!("lienhe@hoasen.vn"), &json!("other")));
    assert_eq!(filled["profile"]["website"], "https://saomai.vn/");
    assert_eq!(filled["profile"]["line_of_business"], "food");
    let event = lan.all(&format!("{path}/timeline?kind=account.updated")).await.remove(0);
    assert_eq!(
        (&event["cause_id"], &event["changes"]["email"]),
        (&conversion["id"], &json!({"from": null, "to": "lienhe@hoasen.vn"}))
    );

    draft["phone"] = json!(phone(60));
    draft["email"] = json!("moi@hoasen.vn");
    draft["tax_code"] = json!(some_tax_code(61));
    let second = lan.post("/leads", draft).await.expect(201);
    let mut order = link(&target);
    order["account"]["overwrite"] = json!(["name", "phone", "rank", "profile"]);
    order["contact"] = json!({"action": "skip"});
    order["dismissed_duplicates"] = json!([conversion["contact_id"]]);
    lan.post(&format!("/leads/{}/convert", id(&second)), order).await.expect(201);
    let replaced = lan.get(&path).await.expect(200);
    for taken in ["name", "phone", "rank"] {
        assert_eq!(replaced[taken], second[taken], "{taken}");
    }
    assert_eq!(replaced["profile"]["website"], "https://hoasen.vn/");
    assert_eq!((&replaced["email"], &replaced["tax_code"]), (&filled["email"], &target["tax_code"]), "they were not named");
}

#[tokio::test]
async fn a_linked_contact_is_filled_alike() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let huong = json!({"account_id": target["id"], "full_name": "Chị Hương", "phone": phone(50)});
    let huong = lan.post("/contacts", huong).await.expect(201);
    let mut draft = company(1);
    draft["contact_person"] =
        json!({"full_name": "Trần Thị Hương", "job_title": "Kế toán trưởng", "phone": phone(51), "email": "h@hoasen.vn"});
    draft["owner_id"] = json!(lan.user_id);
    let lead = lan.post("/leads", draft).await.expect(201);
    let mut order = link(&target);
    order["contact"] = json!({"action": "link", "id": huong["id"], "overwrite": ["full_name"]});
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    assert_eq!((&conversion["contact_action"], &conversion["contact_id"]), (&json!("link"), &huong["id"]));
    let now = lan.get(&format!("/contacts/{}", id(&huong))).await.expect(200);
    assert_eq!((&now["full_name"], &now["job_title"]), (&json!("Trần Thị Hương"), &json!("Kế toán trưởng")));
    assert_eq!((&now["phone"], &now["email"]), (&huong["phone"], &json!("h@hoasen.vn")));
    assert_eq!(lan.all(&format!("/contacts?account_id={}", id(&target))).await.len(), 1);
}

#[tokio::test]
async fn r_ichk_49_after_a_link_the_opportunities_are_the_account_owners() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lans = account(&team.lan, 1).await;
    let existing = opportunity(&team.lan, &lans, "Đã có từ trước").await;
    let lead = own_lead(&team.manager, 1).await;
    let mut order = link(&lans);
    order["opportunities"] = json!([{"fields": {"name": "Tem QR"}}, {"action": "link", "id": existing["id"]}]);
    let conversion = team.manager.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let made = text(&conversion["opportunities"][0], "id");
    assert_eq!(conversion["opportunities"][1], json!({"action": "link", "id": existing["id"]}));
    let made = team.lan.get(&format!("/opportunities/{made}")).await.expect(200);
    assert_eq!((&made["owner_id"], &made["created_by"]), (&json!(team.lan.user_id), &json!(team.manager.user_id)));
    assert_eq!(
        team.lan.get(&format!("/opportunities/{}", id(&existing))).await.expect(200),
        existing,
        "a linked one stays as it is"
    );
    assert_eq!(team.lan.get(&format!("/accounts/{}", id(&lans))).await.expect(200)["owner_id"], json!(team.lan.user_id));
}

#[tokio::test]
async fn what_is_linked_belongs_to_the_linked_account() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (ours, other, hidden) = (account(&team.lan, 1).await, account(&team.lan, 2).await, account(&team.minh, 3).await);
    let contact = async |of: &Value| {
        let owner = if of["owner_id"] == json!(team.minh.user_id) { &team.minh } else { &team.lan };
        owner.post("/contacts", json!({"account_id": of["id"], "full_name": "Chị Hương"})).await.expect(201)
    };
    let (elsewhere, out_of_sight, gone) = (contact(&other).await, contact(&hidden).await, contact(&ours).await);
    team.manager.delete(&format!("/contacts/{}", id(&gone)), 1).await.expect(204);
    let convert = format!("/leads/{}/convert", id(&own_lead(&team.lan, 1).await));
    let linked = async |member: &str, target: Value| {
        let mut order = link(&ours);
        order[member] = target;
        team.lan.post(&convert, order).await.faults(422)
    };
    for (person, code) in [(&elsewhere, "belongs_to_another_account"), (&out_of_sight, "not_found"), (&gone, "not_found")] {
        let faults = linked("contact", json!({"action": "link", "id": person["id"]})).await;
        assert_eq!(faults, [fault("/contact/id", code)]);
    }
    let not_ours = opportunity(&team.lan, &other, "Khác").await;
    let faults = linked("opportunities", json!([{}, {"action": "link", "id": not_ours["id"]}])).await;
    assert_eq!(faults, [fault("/opportunities/1/id", "belongs_to_another_account")]);
    let faults = linked("opportunities", json!([{"action": "link", "id": id(&ours)}])).await;
    assert_eq!(faults, [fault("/opportunities/0/id", "not_found")]);
}

#[tokio::test]
async fn an_archived_opportunity_is_not_linked() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let ours = account(&lan, 1).await;
    let archived = opportunity(&lan, &ours, "Cũ").await;
    admin.delete(&format!("/opportunities/{}", id(&archived)), 1).await.expect(204);
    let mut order = link(&ours);
    order["opportunities"] = json!([{"action": "link", "id": archived["id"]}]);
    let faults = lan.post(&format!("/leads/{}/convert", id(&own_lead(&lan, 1).await)), order).await.faults(422);
    assert_eq!(faults, [fault("/opportunities/0/id", "not_found")]);
}

#[tokio::test]
async fn an_order_that_contradicts_itself_is_refused_with_every_fault() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let known = account(&lan, 1).await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    let order = json!({
        "account": {"action": "skip"},
        "contact": {"action": "link", "fields": {"full_name": "Hương"}},
        "opportunities": [{"id": known["id"]}, {"action": "link"}],
    });
    let expected = [
        fault("/account/action", "account_is_needed"),
        fault("/contact/id", "required"),
        fault("/contact/fields", "only_with_create"),
        fault("/opportunities/0/id", "only_with_link"),
        fault("/opportunities/1/id", "required"),
    ];
    assert_eq!(lan.post(&convert, order).await.faults(422), expected);
    let order = json!({
        "account": {"id": known["id"], "overwrite": ["phone"]},
        "contact": {"action": "skip", "fields": {}, "overwrite": ["phone"]},
    });
    let expected = [
        fault("/account/id", "only_with_link"),
        fault("/account/overwrite", "only_with_link"),
        fault("/contact/overwrite", "only_with_link"),
        fault("/contact/fields", "only_with_create"),
    ];
    assert_eq!(lan.post(&convert, order).await.faults(422), expected);
    assert_eq!(lan.all("/accounts").await.len(), 1);
}

#[tokio::test]
async fn a_member_that_cannot_be_overwritten_is_not_ignored() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let known = account(&lan, 1).await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    for unknown in ["phon", "owner_id", "id"] {
        let mut order = link(&known);
        order["account"]["overwrite"] = json!(["phone", unknown]);
        let faults = lan.post(&convert, order).await.faults(422);
        assert_eq!(faults[0].0, "/account/overwrite/1", "{unknown}");
    }
}

#[tokio::test]
async fn a_skipped_opportunity_is_not_made() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    lan.post(&convert, json!({"opportunities": [{"action": "skip"}]})).await;
    assert!(lan.all("/opportunities").await.is_empty());
}

#[tokio::test]
async fn an_account_that_takes_no_opportunities_takes_none_by_a_conversion() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let parent = account(&admin, 1).await;
    let child = json!({"name": "Chi nhánh", "parent_id": parent["id"], "phone": phone(70)});
    let child = admin.post("/accounts", child).await.expect(201);
    let pooled = account(&admin, 2).await;
    let pooled = admin.post(&format!("/accounts/{}/release", id(&pooled)), json!({"reason": "manual"})).await.expect(200);
    for (number, target, code) in [(1, &child, "child_account"), (2, &pooled, "owner_required")] {
        let convert = format!("/leads/{}/convert", id(&own_lead(&admin, number).await));
        let mut order = link(target);
        order["opportunities"] = json!([{}]);
        admin.post(&convert, order).await.refused(409, code);
        // Without an opportunity the same link is accepted, even to a child account.
        admin.post(&convert, link(target)).await.expect(201);
    }
    assert!(admin.all("/opportunities").await.is_empty());
}

#[tokio::test]
async fn r_ichk_98_an_account_out_of_sight_is_not_linked_but_named_by_its_card() {
    for (playbook, shows_cards) in [("icheck", true), ("xcrm", false)] {
        let world = World::under(playbook).await;
        let team = team(&world).await;
        let hidden = account(&team.minh, 1).await;
        let convert = format!("/leads/{}/convert", id(&own_lead(&team.lan, 1).await));
        let refused = team.lan.post(&convert, link(&hidden)).await;
        if shows_cards {
            let refused = refused.refused(409, "account_not_editable");
            let members: Vec<_> = refused["account"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["citizen_id", "id", "kind", "name", "owner_id", "owner_name", "tax_code", "view"]);
            assert_eq!((&refused["account"]["name"], &refused["account"]["view"]), (&hidden["name"], &json!("card")));
        } else {
            assert_eq!(refused.faults(422), [fault("/account/id", "not_found")]);
        }
        let faults = team.lan.post(&convert, link(&json!({"id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10"}))).await.faults(422);
        assert_eq!(faults, [fault("/account/id", "not_found")]);
        let own = account(&team.lan, 2).await;
        team.manager.delete(&format!("/accounts/{}", id(&own)), version(&own)).await.expect(204);
        assert_eq!(team.lan.post(&convert, link(&own)).await.faults(422), [fault("/account/id", "not_found")]);
        assert_eq!(team.minh.get(&format!("/accounts/{}", id(&hidden))).await.expect(200), hidden);
    }
}

#[tokio::test]
async fn r_ichk_98_who_sees_an_account_and_may_not_edit_it_does_not_link_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let scopes = ["leads:read", "leads:create", "leads:update", "leads:convert", "accounts:read", "accounts:create"];
    let key = json!({"name": "Nhập liệu", "scopes": scopes});
    let key = lan.with_credential(&text(&lan.post("/api-keys", key).await.expect(201), "key"));
    assert_eq!(key.get(&format!("/accounts/{}", id(&ours))).await.expect(200)["view"], "full");
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    key.post(&convert, link(&ours)).await.refused(409, "account_not_editable");
    assert_eq!(lan.get(&format!("/accounts/{}", id(&ours))).await.expect(200), ours);
    // With the permission to edit it, the same order succeeds.
    lan.post(&convert, link(&ours)).await.expect(201);
}

#[tokio::test]
async fn a_link_across_kinds_gives_a_person_no_tax_code() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let mut draft = person(1);
    draft.as_object_mut().unwrap().remove("citizen_id");
    let a_person = lan.post("/accounts", draft).await.expect(201);
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    lan.post(&convert, link(&a_person)).await;
    let path = format!("/accounts/{}", id(&a_person));
    let now = lan.get(&path).await.expect(200);
    assert_eq!((&now["kind"], &now["tax_code"]), (&json!("individual"), &json!(null)));
    lan.patch(&path, version(&now), json!({"description": "Vẫn sửa được"})).await.expect(200);
}
