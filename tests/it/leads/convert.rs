//! A lead is converted: all records are created, or none.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, qualified_lead, text, version};
use serde_json::{Value, json};

use super::{fault, person, team};

#[tokio::test]
async fn r_xcrm_15_r_xcrm_16_r_xcrm_17_r_xcrm_18_one_step_makes_company_contact_person_and_opportunity() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await;
    assert_eq!(conversion.header("location").unwrap(), format!("/api/v1/conversions/{}", id(&conversion.body)));
    let conversion = conversion.expect(201);
    let company = lan.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    for member in ["kind", "name", "phone", "email", "tax_code", "source", "rank", "profile", "owner_id"] {
        assert_eq!(company[member], lead[member], "{member}");
    }
    let people = lan.all(&format!("/contacts?account_id={}", id(&company))).await;
    assert_eq!(people.len(), 1);
    assert_eq!((&people[0]["id"], &people[0]["full_name"]), (&conversion["contact_id"], &lead["contact_person"]["full_name"]));
    assert_eq!(people[0]["job_title"], "Giám đốc");
    let chances = lan.all(&format!("/opportunities?account_id={}", id(&company))).await;
    assert_eq!(chances.len(), 1);
    let chance = &chances[0];
    assert_eq!((&chance["lead_id"], &chance["status"], &chance["phone"]), (&lead["id"], &json!("open"), &lead["phone"]));
    assert_eq!((&chance["name"], &chance["classification"]), (&lead["name"], &json!("primary")));
    assert_eq!(conversion["opportunities"], json!([{"action": "create", "id": chance["id"]}]));

    // A second contact is added to the same account.
    let more = json!({"account_id": company["id"], "full_name": "Lê Văn Bình"});
    lan.post("/contacts", more).await.expect(201);
    assert_eq!(lan.get(&format!("/accounts/{}/counters", id(&company))).await.expect(200)["contacts"], 2);
}

#[tokio::test]
async fn r_xcrm_17_all_three_or_none() {
    let world = World::under("xcrm").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let end = text(&admin.get("/events?limit=200").await.expect(200), "next_cursor");
    let order = json!({"opportunities": [{"fields": {"name": "Tem QR"}}, {"stage": "won"}, {"fields": {"stars": 4}}, {"fields": {"product_ids": [lead["id"]]}}]});
    let faults = lan.post(&format!("{path}/convert"), order).await.faults(422);
    let expected = [
        fault("/opportunities/1/stage", "not_an_open_stage"),
        fault("/opportunities/2/fields/stars", "out_of_range"),
        fault("/opportunities/3/fields/product_ids/0", "not_found"),
    ];
    assert_eq!(faults, expected);
    for list in ["accounts", "contacts", "opportunities", "conversions"] {
        assert!(lan.all(&format!("/{list}")).await.is_empty(), "{list}");
    }
    assert_eq!(lan.get(&path).await.expect(200), lead);
    let feed = admin.get(&format!("/events?cursor={end}")).await.expect(200);
    assert_eq!(feed["data"], json!([]));
}

#[tokio::test]
async fn a_fault_in_the_corrections_stands_where_the_caller_wrote_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let convert = format!("/leads/{}/convert", id(&lead));
    let order = json!({
        "account": {"fields": {"phone": "12", "profile": {"website": "khong co"}}},
        "contact": {"fields": {"email": "x"}},
        "opportunities": [{"fields": {"expected_revenue": "1.5"}}, {"fields": {"name": " "}}],
    });
    let expected = [
        fault("/account/fields/phone", "invalid_phone"),
        fault("/account/fields/profile/website", "invalid_web_address"),
        fault("/contact/fields/email", "invalid_email"),
        fault("/opportunities/0/fields/expected_revenue", "not_whole"),
        fault("/opportunities/1/fields/name", "blank"),
    ];
    assert_eq!(lan.post(&convert, order).await.faults(422), expected);
    let order = json!({
        "account": {"fields": {"rank": "platinum", "profile": {"identity_issued_on": "2030-01-01"}}},
        "contact": {"fields": {"date_of_birth": "2030-01-01"}},
        "opportunities": [{"stage": "lost"}, {"stage": "contacting"}],
    });
    let expected = [
        fault("/opportunities/0/stage", "not_an_open_stage"),
        fault("/opportunities/1/stage", "stage_of_another_card"),
        fault("/account/fields/rank", "unknown_key"),
        fault("/account/fields/profile/identity_issued_on", "in_the_future"),
        fault("/contact/fields/date_of_birth", "in_the_future"),
    ];
    assert_eq!(lan.post(&convert, order).await.faults(422), expected);
    assert!(lan.all("/accounts").await.is_empty());
}

#[tokio::test]
async fn a_product_that_is_not_sold_is_pointed_at_where_the_caller_wrote_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let order = json!({"opportunities": [{}, {"fields": {"product_ids": [lead["id"]]}}]});
    let faults = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.faults(422);
    assert_eq!(faults, [fault("/opportunities/1/fields/product_ids/0", "not_found")]);
}

#[tokio::test]
async fn r_suno_18_the_information_is_corrected_in_the_same_call() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let order = json!({
        "account": {"fields": {"name": "Cửa hàng Hoa Sen", "email": "Shop@HoaSen.vn", "profile": {"website": "hoasen.vn"}}},
        "contact": {"fields": {"full_name": "Trần Thị Hương Giang", "job_title": null, "date_of_birth": "1988-08-08"}},
        "opportunities": [{"fields": {"name": "Phần mềm + máy in", "expected_revenue": "15000000", "stars": 2}, "stage": "consulting"}],
    });
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let account = lan.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    assert_eq!((&account["name"], &account["email"]), (&json!("Cửa hàng Hoa Sen"), &json!("shop@hoasen.vn")));
    assert_eq!((&account["phone"], &account["profile"]["website"]), (&lead["phone"], &json!("https://hoasen.vn/")));
    let contact = lan.get(&format!("/contacts/{}", text(&conversion, "contact_id"))).await.expect(200);
    assert_eq!((&contact["full_name"], &contact["job_title"]), (&json!("Trần Thị Hương Giang"), &json!(null)));
    assert_eq!(contact["date_of_birth"], "1988-08-08");
    let chance = text(&conversion["opportunities"][0], "id");
    let chance = lan.get(&format!("/opportunities/{chance}")).await.expect(200);
    assert_eq!(
        (&chance["name"], &chance["stage"], &chance["stars"]),
        (&json!("Phần mềm + máy in"), &json!("consulting"), &json!(2))
    );
    // The lead itself does not change.
    let kept = lan.get(&format!("/leads/{}", id(&lead))).await.expect(200);
    assert_eq!((&kept["name"], &kept["email"], &kept["status"]), (&lead["name"], &json!(null), &json!("converted")));
}

#[tokio::test]
async fn r_suno_23_r_suno_24_r_suno_25_the_customer_is_a_prospect_with_or_without_contact_persons() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let convert = async |draft: Value, order: Value| {
        let mut draft = draft;
        draft["owner_id"] = json!(lan.user_id);
        let lead = lan.post("/leads", draft).await.expect(201);
        lan.post(&format!("/leads/{}/verify", id(&lead)), json!({"result": "real"})).await.expect(200);
        lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201)
    };
    let contacts = async |conversion: &Value| {
        let account = format!("/accounts/{}", text(conversion, "account_id"));
        assert_eq!(lan.get(&account).await.expect(200)["type"], "prospect");
        lan.get(&format!("{account}/counters")).await.expect(200)["contacts"].as_i64().unwrap()
    };
    let company_with_director = convert(company(1), json!({})).await;
    assert_eq!((contacts(&company_with_director).await, text(&company_with_director, "contact_action")), (1, "create".into()));
    let shop_of_one = convert(person(2), json!({})).await;
    assert_eq!((contacts(&shop_of_one).await, text(&shop_of_one, "contact_action")), (0, "skip".into()));
    let skipped = convert(company(3), json!({"contact": {"action": "skip"}})).await;
    assert_eq!((contacts(&skipped).await, &skipped["contact_id"]), (0, &json!(null)));
    // A co-owner is stored although the lead named nobody.
    let co_owned = convert(person(4), json!({"contact": {"fields": {"full_name": "Nguyễn Văn Đồng"}}})).await;
    assert_eq!(contacts(&co_owned).await, 1);
}

#[tokio::test]
async fn r_suno_26_one_lead_brings_several_opportunities_or_none() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let three: Vec<_> = ["Phần mềm", "Máy in", "Website"].iter().map(|name| json!({"fields": {"name": name}})).collect();
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({"opportunities": three})).await.expect(201);
    let made = conversion["opportunities"].as_array().unwrap();
    assert_eq!(made.len(), 3);
    for (one, name) in made.iter().zip(["Phần mềm", "Máy in", "Website"]) {
        let chance = lan.get(&format!("/opportunities/{}", id(one))).await.expect(200);
        assert_eq!((&chance["name"], &chance["status"], &chance["lead_id"]), (&json!(name), &json!("open"), &lead["id"]));
    }
    let lead = qualified_lead(&lan, 2).await;
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({"opportunities": []})).await.expect(201);
    assert_eq!(conversion["opportunities"], json!([]));
    assert!(lan.all(&format!("/opportunities?account_id={}", text(&conversion, "account_id"))).await.is_empty());
    let lead = qualified_lead(&lan, 3).await;
    let many = vec![json!({}); 21];
    let faults = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({"opportunities": many})).await.faults(422);
    assert_eq!(faults, [fault("/opportunities", "too_many")]);
}

#[tokio::test]
async fn tags_source_and_owner_go_with_the_lead() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let mut draft = company(1);
    draft["owner_id"] = json!(team.lan.user_id);
    draft["source"] = json!("fair");
    let lead = team.lan.post("/leads", draft).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    for tag in ["hot", "large_scale", "hot"] {
        team.lan.post(&format!("{path}/tags"), json!({"tag": tag})).await.expect(200);
    }
    let conversion = team.manager.act(&format!("{path}/convert")).await.expect(201);
    assert_eq!(conversion["created_by"], json!(team.manager.user_id));
    let account = team.lan.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    let chance = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    let chance = team.lan.get(&chance).await.expect(200);
    let tags = |record: &Value| record["tags"].as_array().unwrap().iter().map(|tag| text(tag, "tag")).collect::<Vec<_>>();
    assert_eq!(
        (tags(&account), tags(&chance)),
        (vec!["hot".into(), "large_scale".into()], vec!["hot".into(), "large_scale".into()])
    );
    assert_eq!((&account["source"], &account["owner_id"]), (&json!("fair"), &json!(team.lan.user_id)));
    assert_eq!(chance["owner_id"], json!(team.lan.user_id), "the lead's owner keeps it, whoever converts");
}

#[tokio::test]
async fn a_lead_of_nobody_becomes_the_customer_of_whoever_converts_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lead = team.manager.post("/leads", company(1)).await.expect(201);
    team.minh.act(&format!("/leads/{}/convert", id(&lead))).await.refused(409, "owner_required");
    let conversion = team.manager.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let account = team.manager.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    assert_eq!(account["owner_id"], json!(team.manager.user_id));
    let lead = own_lead(&team.lan, 2).await;
    team.minh.act(&format!("/leads/{}/convert", id(&lead))).await.refused(404, "not_found");
    let marketing = world.user("marketing").await;
    marketing.act(&format!("/leads/{}/convert", id(&lead))).await.refused(403, "forbidden");
    team.manager.delete(&format!("/leads/{}", id(&lead)), version(&lead)).await.expect(204);
    team.lan.act(&format!("/leads/{}/convert", id(&lead))).await.refused(409, "archived");
}

#[tokio::test]
async fn one_key_converts_once_however_often_it_is_sent() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let convert = format!("/leads/{}/convert", id(&own_lead(&lan, 1).await));
    let order = json!({"opportunities": [{"fields": {"name": "Tem QR"}}]});
    let another = json!({"opportunities": [{"fields": {"name": "Tem NFC"}}]});
    let (one, other) = tokio::join!(lan.post_once(&convert, "k-1", order.clone()), lan.post_once(&convert, "k-1", order.clone()));
    assert_eq!(one.body, other.body);
    let replays = [&one, &other].iter().filter(|reply| reply.header("idempotency-replayed") == Some("true")).count();
    assert_eq!((one.status, other.status, replays), (201, 201, 1));
    assert_eq!(lan.post_once(&convert, "k-1", order.clone()).await.expect(201), one.body);
    lan.post_once(&convert, "k-1", another).await.refused(422, "idempotency_key_reused");
    lan.post_once(&convert, "k-2", order).await.refused(409, "lead_already_converted");
    assert_eq!((lan.all("/accounts").await.len(), lan.all("/opportunities").await.len()), (1, 1));

    // An error is not stored: the same key can be used again once the cause is gone.
    let late = own_lead(&lan, 2).await;
    let convert = format!("/leads/{}/convert", id(&late));
    let taken = json!({"name": "Đã có", "phone": phone(77), "tax_code": late["tax_code"]});
    let taken = lan.post("/accounts", taken).await.expect(201);
    lan.post_once(&convert, "k-3", json!({})).await.refused(409, "identity_taken");
    world.user("admin").await.delete(&format!("/accounts/{}", id(&taken)), 1).await.expect(204);
    lan.post_once(&convert, "k-3", json!({})).await.expect(201);
}

#[tokio::test]
async fn of_two_conversions_at_once_one_wins() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    for number in 1..=4 {
        let lead = own_lead(&lan, number).await;
        let convert = format!("/leads/{}/convert", id(&lead));
        let (one, other) = tokio::join!(lan.act(&convert), lan.act(&convert));
        let (won, lost) = if one.status == 201 { (one, other) } else { (other, one) };
        won.expect(201);
        lost.refused(409, "lead_already_converted");
        assert_eq!(lan.all(&format!("/conversions?lead_id={}", id(&lead))).await.len(), 1);
    }
    assert_eq!(lan.all("/accounts").await.len(), 4);
}
