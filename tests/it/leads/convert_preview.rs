//! What a conversion would store, and where each value of the lead goes.

use chot_tests::fixtures::{account, company, id, own_lead, phone, product, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

/// A lead of the client with values in all fields.
async fn full_lead(world: &World, client: &Client) -> Value {
    let sold = product(&world.user("admin").await, "TRUYXUAT").await;
    let mut draft = company(1);
    let more = json!({
        "owner_id": client.user_id,
        "email": "lienhe@hoasen.vn",
        "contact_points": [{"channel": "zalo", "value": phone(30)}],
        "source": "fair",
        "rank": "a",
        "product_id": sold["id"],
        "profile": {"website": "hoasen.vn", "business_type": "limited_liability_company"},
        "need": "Tem chống giả cho 20 mã",
        "description": "Gặp ở hội chợ",
    });
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post("/leads", draft).await.expect(201)
}

/// The fields of a list such as `carried`, each with its target or reason.
fn fates(list: &Value, what: &str) -> Vec<(String, String)> {
    list.as_array().unwrap().iter().map(|one| (text(one, "field"), text(one, what))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, to)| ((*field).to_owned(), (*to).to_owned())).collect()
}

/// The record contains everything that the preview shows of a target.
fn stands(preview: &Value, record: &Value) {
    let beside = ["owner_id", "classification", "stage"].iter().filter_map(|name| Some((*name, preview.get(*name)?)));
    let fields = preview["fields"].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value));
    for (member, value) in fields.chain(beside) {
        assert_eq!(record[member], *value, "{member} was announced otherwise");
    }
}

#[tokio::test]
async fn a_preview_writes_nothing_and_returns_what_is_then_stored() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = full_lead(&world, &lan).await;
    let path = format!("/leads/{}", id(&lead));
    let order = json!({
        "account": {"fields": {"name": "Công ty Cổ phần Hoa Sen"}},
        "opportunities": [{"fields": {"name": "Truy xuất", "stars": 2}}, {"classification": "secondary", "stage": "advising"}],
    });
    let end = text(&admin.get("/events?limit=200").await.expect(200), "next_cursor");
    let preview = lan.post(&format!("{path}/convert/preview"), order.clone()).await.expect(200);
    for list in ["accounts", "contacts", "opportunities", "conversions"] {
        assert!(admin.all(&format!("/{list}")).await.is_empty(), "{list}");
    }
    assert_eq!(lan.get(&path).await.expect(200), lead);
    assert_eq!(admin.get(&format!("/events?cursor={end}")).await.expect(200)["data"], json!([]));
    let again = lan.post(&format!("{path}/convert/preview"), order.clone()).await.expect(200);
    assert_eq!(again["account"], preview["account"]);

    // The values of the preview can be sent back unchanged.
    let told = json!({
        "account": {"fields": preview["account"]["fields"]},
        "contact": {"fields": preview["contact"]["fields"]},
        "opportunities": preview["opportunities"].as_array().unwrap().iter().map(|told| {
            json!({"fields": told["fields"], "classification": told["classification"], "stage": told["stage"]})
        }).collect::<Vec<_>>(),
    });
    assert_eq!(lan.post(&format!("{path}/convert/preview"), told).await.expect(200), preview);
    let conversion = lan.post(&format!("{path}/convert"), order).await.expect(201);
    stands(&preview["account"], &lan.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200));
    stands(&preview["contact"], &lan.get(&format!("/contacts/{}", text(&conversion, "contact_id"))).await.expect(200));
    let announced = preview["opportunities"].as_array().unwrap();
    assert_eq!(announced.len(), 2);
    for (announced, made) in announced.iter().zip(conversion["opportunities"].as_array().unwrap()) {
        assert_eq!((&announced["action"], &announced["id"]), (&json!("create"), &json!(null)));
        stands(announced, &lan.get(&format!("/opportunities/{}", id(made))).await.expect(200));
    }
    assert_eq!((&preview["carried"], &preview["not_carried"]), (&conversion["carried"], &conversion["not_carried"]));
}

#[tokio::test]
async fn a_preview_of_a_link_returns_what_the_linked_records_will_be() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let person = json!({"account_id": target["id"], "full_name": "Chị Hương"});
    let person = lan.post("/contacts", person).await.expect(201);
    let lead = full_lead(&world, &lan).await;
    let convert = format!("/leads/{}/convert", id(&lead));
    let order = json!({
        "account": {"action": "link", "id": target["id"], "overwrite": ["phone"]},
        "contact": {"action": "link", "id": person["id"]},
        "opportunities": [{}],
    });
    let preview = lan.post(&format!("{convert}/preview"), order.clone()).await.expect(200);
    assert_eq!((&preview["account"]["action"], &preview["account"]["id"]), (&json!("link"), &target["id"]));
    assert_eq!((&preview["contact"]["action"], &preview["contact"]["id"]), (&json!("link"), &person["id"]));
    assert_eq!(preview["account"]["fields"]["phone"], lead["phone"]);
    assert_eq!(lan.get(&format!("/accounts/{}", id(&target))).await.expect(200), target);
    let conversion = lan.post(&convert, order).await.expect(201);
    stands(&preview["account"], &lan.get(&format!("/accounts/{}", id(&target))).await.expect(200));
    stands(&preview["contact"], &lan.get(&format!("/contacts/{}", id(&person))).await.expect(200));
    let chance = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    stands(&preview["opportunities"][0], &lan.get(&chance).await.expect(200));
}

#[tokio::test]
async fn a_preview_is_refused_where_the_conversion_would_be() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let parent = account(&admin, 1).await;
    let child = json!({"name": "Chi nhánh Đà Nẵng", "parent_id": parent["id"], "phone": phone(40)});
    let child = admin.post("/accounts", child).await.expect(201);
    let pooled = account(&admin, 2).await;
    admin.post(&format!("/accounts/{}/release", id(&pooled)), json!({"reason": "manual"})).await.expect(200);
    for (number, target, code) in [(10, &child, "child_account"), (11, &pooled, "owner_required")] {
        let convert = format!("/leads/{}/convert", id(&own_lead(&admin, number).await));
        let account = json!({"action": "link", "id": target["id"]});
        admin.post(&convert, json!({"account": account})).await.refused(409, code);
        admin.post(&format!("{convert}/preview"), json!({"account": account})).await.refused(409, code);
    }
}

#[tokio::test]
async fn what_is_carried_and_what_is_not_is_told() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = full_lead(&world, &lan).await;
    lan.post(&format!("/leads/{}/tags", id(&lead)), json!({"tag": "hot"})).await.expect(200);
    let convert = format!("/leads/{}/convert", id(&lead));
    let ask = async |order: Value| {
        let preview = lan.post(&format!("{convert}/preview"), order).await.expect(200);
        (fates(&preview["carried"], "to"), fates(&preview["not_carried"], "reason"))
    };
    let (mut carried, stays) = ask(json!({})).await;
    carried.sort();
    let to_account = ["description", "email", "name", "owner_id", "phone", "profile", "rank", "source", "tax_code", "tags"];
    let mut expected: Vec<_> = to_account.iter().map(|field| ((*field).to_owned(), format!("account.{field}"))).collect();
    expected.extend(pairs(&[
        ("contact_person", "contact"),
        ("need", "opportunity.description"),
        ("product_id", "opportunity.product_ids"),
        ("tags", "opportunity.tags"),
    ]));
    expected.sort();
    assert_eq!((carried, stays), (expected, pairs(&[("contact_points", "stays_on_lead")])));

    let (_, mut stays) = ask(json!({"contact": {"action": "skip"}, "opportunities": []})).await;
    stays.sort();
    let expected = [
        ("contact_person", "no_contact"),
        ("contact_points", "stays_on_lead"),
        ("need", "no_opportunity"),
        ("product_id", "no_opportunity"),
    ];
    assert_eq!(stays, pairs(&expected));

    let target = account(&lan, 1).await;
    let link = json!({"account": {"action": "link", "id": target["id"]}, "opportunities": []});
    let (carried, stays) = ask(link).await;
    for filled in ["name", "phone", "tax_code"] {
        assert!(stays.contains(&(filled.to_owned(), "already_filled".to_owned())), "{filled}: {stays:?}");
    }
    for empty in ["email", "rank", "source", "description", "profile"] {
        assert!(carried.contains(&(empty.to_owned(), format!("account.{empty}"))), "{empty}: {carried:?}");
    }
}

#[tokio::test]
async fn a_value_that_a_linked_contact_does_not_take_is_said_to_stay_behind() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let person = json!({"account_id": target["id"], "full_name": "Chị Hương", "phone": phone(50)});
    let person = lan.post("/contacts", person).await.expect(201);
    let mut draft = company(1);
    draft["owner_id"] = json!(lan.user_id);
    draft["contact_person"] = json!({"full_name": "Trần Thị Hương", "phone": phone(51)});
    let lead = lan.post("/leads", draft).await.expect(201);
    let order = json!({
        "account": {"action": "link", "id": target["id"]},
        "contact": {"action": "link", "id": person["id"]},
    });
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let kept = lan.get(&format!("/contacts/{}", id(&person))).await.expect(200);
    assert_eq!((&kept["full_name"], &kept["phone"]), (&json!("Chị Hương"), &person["phone"]));
    let stays = fates(&conversion["not_carried"], "reason");
    assert!(stays.contains(&("contact_person".to_owned(), "already_filled".to_owned())), "{:#}", conversion["carried"]);
}

#[tokio::test]
async fn a_lead_whose_product_is_no_longer_sold_is_still_converted() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = full_lead(&world, &lan).await;
    let product = format!("/products/{}", text(&lead, "product_id"));
    admin.patch(&product, 1, json!({"is_active": false})).await.expect(200);
    let conversion = lan.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let chance = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    assert_eq!(lan.get(&chance).await.expect(200)["product_ids"], json!([lead["product_id"]]));
}
