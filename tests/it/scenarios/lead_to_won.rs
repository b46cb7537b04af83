//! The main job, from end to end: a web form, a manager who distributes, a salesperson who works and converts, opportunities won and
//! lost, a colleague who sees only the card, a history that tells it all, a conversion undone.

use chot_tests::given::{id, some_tax_code, text, version};
use chot_tests::{Client, World};
use serde_json::{Value, json};

struct Team {
    manager: Client,
    lan: Client,
    colleague: Client,
}

async fn team(world: &World) -> Team {
    let north = world.team("Kinh doanh Hà Nội", None).await;
    let south = world.team("Kinh doanh TP. Hồ Chí Minh", None).await;
    Team {
        manager: world.member("manager", Some(&north)).await,
        lan: world.member("salesperson", Some(&north)).await,
        colleague: world.member("salesperson", Some(&south)).await,
    }
}

async fn form(world: &World) -> String {
    let marketing = world.user("marketing").await;
    let form = json!({
        "name": "Trang đích tháng 11",
        "source": "landing_page",
        "field_map": {"ho_ten": "name", "sdt": "phone", "nguoi_lien_he": "contact_person", "noi_dung": "need", "mst": "tax_code"},
    });
    text(&marketing.post("/lead-forms", form).await.expect(201), "form_key")
}

/// A script pushes a web-form lead, twice with one key; a manager finds it in the pool and gives it to Lan.
async fn captured_and_distributed(world: &World, team: &Team, number: u32) -> String {
    let form_key = form(world).await;
    let path = format!("/public/lead-forms/{form_key}/submissions");
    let fields = json!({"ho_ten": format!("Công ty Nông sản Hoa Sen {number}"), "sdt": format!("09120000{number:02}"), "nguoi_lien_he": "Chị Hương", "noi_dung": "Cần tem truy xuất", "mst": some_tax_code(number)});
    let script = world.anonymous();
    let receipt = script.post_once(&path, "form-0001", fields.clone()).await.expect(202);
    assert_eq!((receipt["received"].as_bool(), &receipt["lead_id"]), (Some(true), &json!(null)));
    let again = script.post_once(&path, "form-0001", fields).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));

    let pool = team.manager.all("/leads?in_pool=true").await;
    assert_eq!(pool.len(), 1);
    let lead = format!("/leads/{}", id(&pool[0]));
    let assigned = team.manager.post(&format!("{lead}/assign"), json!({"owner_id": team.lan.user_id})).await.expect(200);
    assert_eq!(assigned["status"], "assigned");
    team.colleague.get(&lead).await.refused(404, "not_found");
    lead
}

/// Lan calls, finds the lead to be real, looks at what the conversion would do, and converts.
async fn worked_and_converted(team: &Team, lead: &str) -> Value {
    team.lan.post(&format!("{lead}/mark-contacted"), json!({"note": "Khách hẹn gửi báo giá"})).await.expect(200);
    team.lan.post(&format!("{lead}/verify"), json!({"result": "real"})).await.expect(200);
    team.lan.post(&format!("{lead}/tags"), json!({"tag": "hot"})).await.expect(200);
    let order = json!({"opportunities": [
        {"fields": {"name": "Truy xuất nguồn gốc", "expected_revenue": "150000000", "stars": 3}},
        {"fields": {"name": "Tem chống hàng giả", "expected_revenue": "40000000"}},
    ]});
    let mut asked = order.clone();
    asked["dry_run"] = json!(true);
    let preview = team.lan.post(&format!("{lead}/convert"), asked).await.expect(200);
    assert_eq!(preview["opportunities"].as_array().unwrap().len(), 2);
    assert_eq!(preview["contact"]["fields"]["full_name"], "Chị Hương");
    assert!(team.lan.all("/accounts").await.is_empty(), "asking writes nothing");

    let conversion = team.lan.post(&format!("{lead}/convert"), order.clone()).await.expect(201);
    team.lan.post(&format!("{lead}/convert"), order).await.refused(409, "lead_already_converted");
    let converted = team.lan.get(lead).await.expect(200);
    assert_eq!((&converted["status"], &converted["account_id"]), (&json!("converted"), &conversion["account_id"]));
    conversion
}

/// One opportunity moves over the board and is won; the other is lost, with what the customer said.
async fn one_won_one_lost(team: &Team, conversion: &Value) {
    let opportunity = |index: usize| format!("/opportunities/{}", text(&conversion["opportunities"][index], "id"));
    let pipelines = team.lan.get("/pipelines").await.expect(200);
    let stages: Vec<Value> =
        pipelines["data"].as_array().unwrap().iter().flat_map(|p| p["stages"].as_array().unwrap().clone()).collect();
    let next = stages.iter().filter(|stage| stage["status"] == "open").nth(1).unwrap();
    team.lan.post(&format!("{}/move", opportunity(0)), json!({"stage": next["key"]})).await.expect(200);
    let won_stage = stages.iter().find(|stage| stage["status"] == "won").unwrap();
    team.lan.post(&format!("{}/move", opportunity(0)), json!({"stage": won_stage["key"]})).await.refused(409, "stage_needs_verb");
    let won = team.lan.post(&format!("{}/win", opportunity(0)), json!({"note": "Chốt gói 20 mã"})).await.expect(200);
    assert_eq!((&won["status"], &won["stage"]), (&json!("won"), &won_stage["key"]));

    let loss = json!({"reason": "price", "customer_feedback": "Giá cao hơn bên đang dùng", "next_approach_on": "2027-03-01"});
    let lost = team.lan.post(&format!("{}/lose", opportunity(1)), loss).await.expect(200);
    assert_eq!((&lost["status"], &lost["next_approach_on"]), (&json!("lost"), &json!("2027-03-01")));
    team.lan.post(&format!("{}/reopen", opportunity(1)), json!({"reason": "x"})).await.refused(403, "forbidden");

    let visits = team.lan.get(&format!("{}/stages", opportunity(0))).await.expect(200);
    assert_eq!(visits["data"].as_array().unwrap().len(), 3);
}

/// Everything stands in the history: of the account, with the lead that it came from, and in the feed.
async fn history_tells_it_all(world: &World, team: &Team, account: &str) {
    let history = team.lan.history(account).await;
    let told = [
        "lead.created",
        "lead.assigned",
        "lead.contacted",
        "lead.qualified",
        "lead.tagged",
        "account.created",
        "contact.created",
    ];
    for kind in told.into_iter().chain([
        "opportunity.opened",
        "lead.converted",
        "opportunity.moved",
        "opportunity.won",
        "opportunity.lost",
    ]) {
        assert!(history.contains(&kind.to_owned()), "{kind} is not in {history:#?}");
    }
    let admin = world.user("admin").await;
    let feed = admin.get("/events?limit=200").await.expect(200);
    let kinds: Vec<_> = feed["data"].as_array().unwrap().iter().map(|event| text(event, "kind")).collect();
    assert!(kinds.contains(&"opportunity.won".to_owned()));
    let rest = admin.get(&format!("/events?cursor={}", text(&feed, "next_cursor"))).await.expect(200);
    assert!(rest["data"].as_array().unwrap().iter().all(|event| event["kind"] != "opportunity.won"), "no event comes twice");
}

#[tokio::test]
async fn under_icheck_a_web_form_becomes_a_won_opportunity_and_a_colleague_sees_only_the_card() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lead = captured_and_distributed(&world, &team, 1).await;
    let conversion = worked_and_converted(&team, &lead).await;
    one_won_one_lost(&team, &conversion).await;

    let account = format!("/accounts/{}", text(&conversion, "account_id"));
    let full = team.lan.get(&account).await.expect(200);
    assert_eq!((&full["view"], &full["type"], &full["source"]), (&json!("full"), &json!("prospect"), &json!("landing_page")));
    assert_eq!(full["tags"][0]["tag"], "hot");
    let card = team.colleague.get(&account).await;
    assert_eq!(card.header("etag"), None);
    let card = card.expect(200);
    let members: Vec<_> = card.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["citizen_id", "id", "kind", "name", "owner_id", "owner_name", "tax_code", "view"]);
    team.colleague.get(&format!("{account}/timeline")).await.refused(404, "not_found");
    team.colleague.patch(&account, 1, json!({"name": "Của tôi"})).await.refused(403, "forbidden");
    let found = team.colleague.all(&format!("/account-cards?tax_code={}", text(&full, "tax_code"))).await;
    assert_eq!(id(&found[0]), id(&full));
    assert!(team.colleague.all("/accounts").await.is_empty(), "a card is found by its number, not listed");
    history_tells_it_all(&world, &team, &account).await;
}

#[tokio::test]
async fn under_suno_only_what_is_real_is_converted_and_winning_makes_a_customer() {
    let world = World::under("suno").await;
    let team = team(&world).await;
    let lead = captured_and_distributed(&world, &team, 2).await;
    team.lan.act(&format!("{lead}/convert")).await.refused(409, "lead_not_verified");
    let conversion = worked_and_converted(&team, &lead).await;
    one_won_one_lost(&team, &conversion).await;

    let account = format!("/accounts/{}", text(&conversion, "account_id"));
    let full = team.lan.get(&account).await.expect(200);
    assert_eq!((&full["type"], &full["stage"]), (&json!("customer"), &json!("deployment")));
    team.colleague.get(&account).await.refused(404, "not_found");
    history_tells_it_all(&world, &team, &account).await;
}

#[tokio::test]
async fn a_conversion_is_undone_until_somebody_has_worked_on_what_it_made() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lead = captured_and_distributed(&world, &team, 3).await;
    let conversion = worked_and_converted(&team, &lead).await;
    let path = format!("/conversions/{}", id(&conversion));
    let account = format!("/accounts/{}", text(&conversion, "account_id"));

    let seen = team.lan.get(&account).await.expect(200);
    team.lan.patch(&account, version(&seen), json!({"description": "Khách quen"})).await.expect(200);
    let blocked = team.lan.act(&format!("{path}/revert")).await.refused(409, "conversion_blocked");
    assert_eq!(blocked["blocked_by"][0]["kind"], "account.updated");

    let other = captured_again(&world, &team).await;
    let conversion = team.lan.act(&format!("{other}/convert")).await.expect(201);
    let path = format!("/conversions/{}", id(&conversion));
    let reverted = team.lan.act(&format!("{path}/revert")).await.expect(200);
    assert_eq!(reverted["status"], "reverted");
    team.lan.act(&format!("{path}/revert")).await.refused(409, "conversion_reverted");
    let lead = team.lan.get(&other).await.expect(200);
    assert_eq!((&lead["status"], &lead["account_id"]), (&json!("assigned"), &json!(null)));
    let account = team.lan.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    assert_ne!(account["archived_at"], json!(null));
    team.lan.act(&format!("{other}/convert")).await.expect(201);
}

async fn captured_again(world: &World, team: &Team) -> String {
    captured_and_distributed(world, team, 4).await
}
