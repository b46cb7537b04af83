//! The main process from end to end: a web form, a manager who assigns, a salesperson who works on the lead, a conversion that is
//! reverted, a second conversion, opportunities won and lost, a colleague who sees only what the playbook allows, and the
//! timelines of all records.

use chot_tests::fixtures::{Team, id, some_tax_code, team, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

/// The users and the lead of the story.
struct Story {
    world: World,
    manager: Client,
    lan: Client,
    colleague: Client,
    lead: String,
}

/// The records of the conversion.
struct Sale {
    conversion: String,
    account: String,
    won: String,
    lost: String,
}

impl Sale {
    fn of(conversion: &Value) -> Self {
        let opportunity = |index: usize| format!("/opportunities/{}", text(&conversion["opportunities"][index], "id"));
        Self {
            conversion: format!("/conversions/{}", id(conversion)),
            account: format!("/accounts/{}", text(conversion, "account_id")),
            won: opportunity(0),
            lost: opportunity(1),
        }
    }
}

impl Story {
    /// A script submits a web form, twice with one key; a manager finds the lead in the pool and assigns it to Lan.
    async fn begins_with_a_web_form_under(playbook: &str) -> Self {
        let world = World::under(playbook).await;
        let Team { manager, lan, minh: colleague } = team(&world).await;

        let path = format!("/public/lead-forms/{}/submissions", form(&world).await);
        let fields = json!({"ho_ten": "Công ty Nông sản Hoa Sen", "sdt": "0912000001", "nguoi_lien_he": "Chị Hương", "noi_dung": "Cần tem truy xuất", "mst": some_tax_code(1)});
        let script = world.anonymous();
        let receipt = script.post_once(&path, "form-0001", fields.clone()).await.expect(202);
        assert_eq!((&receipt["received"], &receipt["lead_id"]), (&json!(true), &json!(null)), "a stranger learns no more");
        let again = script.post_once(&path, "form-0001", fields).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));

        let pool = manager.all("/leads?in_pool=true").await;
        assert_eq!(pool.len(), 1);
        let lead = format!("/leads/{}", id(&pool[0]));
        let assigned = manager.post(&format!("{lead}/assign"), json!({"owner_id": lan.user_id})).await.expect(200);
        assert_eq!(assigned["status"], "assigned");
        colleague.get(&lead).await.refused(404, "not_found");
        Self { world, manager, lan, colleague, lead }
    }

    /// Lan calls, verifies the lead as real, and adds the tag `hot`.
    async fn lan_works_the_lead(&self) {
        let (lan, lead) = (&self.lan, &self.lead);
        lan.post(&format!("{lead}/mark-contacted"), json!({"note": "Khách hẹn gửi báo giá"})).await.expect(200);
        let real = lan.post(&format!("{lead}/verify"), json!({"result": "real"})).await.expect(200);
        assert_eq!(real["status"], "qualified");
        lan.post(&format!("{lead}/tags"), json!({"tag": "hot"})).await.expect(200);
    }

    /// Lan converts too early and reverts it; the lead is as before.
    async fn a_conversion_made_in_haste_is_undone(&self) {
        let (lan, lead) = (&self.lan, &self.lead);
        let before = lan.get(lead).await.expect(200);
        let hasty = lan.act(&format!("{lead}/convert")).await.expect(201);
        let revert = format!("/conversions/{}/revert", id(&hasty));
        assert_eq!(lan.act(&revert).await.expect(200)["status"], "reverted");
        lan.act(&revert).await.refused(409, "conversion_reverted");

        let mut after = lan.get(lead).await.expect(200);
        for member in ["version", "updated_at"] {
            after[member] = before[member].clone();
        }
        assert_eq!(after, before);
        let made = lan.get(&format!("/accounts/{}", text(&hasty, "account_id"))).await.expect(200);
        assert_ne!(made["archived_at"], json!(null), "nothing is lost");
        assert!(lan.all("/accounts").await.is_empty() && lan.all("/opportunities").await.is_empty());
    }

    /// Lan previews the conversion, which stores nothing, and converts.
    async fn lan_converts_it_into_two_chances(&self) -> Sale {
        let (lan, lead) = (&self.lan, &self.lead);
        let order = json!({"opportunities": [
            {"fields": {"name": "Truy xuất nguồn gốc", "expected_revenue": "150000000", "stars": 3}},
            {"fields": {"name": "Tem chống hàng giả", "expected_revenue": "40000000"}},
        ]});
        let preview = lan.post(&format!("{lead}/convert/preview"), order.clone()).await.expect(200);
        assert_eq!(preview["opportunities"].as_array().unwrap().len(), 2);
        assert_eq!(preview["contact"]["fields"]["full_name"], "Chị Hương");
        assert!(lan.all("/accounts").await.is_empty(), "asking writes nothing");

        let conversion = lan.post(&format!("{lead}/convert"), order.clone()).await.expect(201);
        lan.post(&format!("{lead}/convert"), order).await.refused(409, "lead_already_converted");
        let converted = lan.get(lead).await.expect(200);
        assert_eq!((&converted["status"], &converted["account_id"]), (&json!("converted"), &conversion["account_id"]));
        Sale::of(&conversion)
    }

    /// One opportunity moves across the board and is won; the other is lost, with the customer's feedback. Only a manager reopens
    /// it.
    async fn one_is_won_and_one_is_lost(&self, sale: &Sale) {
        let (lan, Sale { won, lost, .. }) = (&self.lan, sale);
        let pipelines = lan.all("/pipelines").await;
        let stages: Vec<&Value> = pipelines.iter().flat_map(|pipeline| pipeline["stages"].as_array().unwrap()).collect();
        let next = stages.iter().filter(|stage| stage["status"] == "open").nth(1).unwrap();
        let winning = stages.iter().find(|stage| stage["status"] == "won").unwrap();
        lan.post(&format!("{won}/move"), json!({"stage": next["key"]})).await.expect(200);
        lan.post(&format!("{won}/move"), json!({"stage": winning["key"]})).await.refused(409, "stage_needs_action");
        let closed = lan.post(&format!("{won}/win"), json!({"note": "Chốt gói 20 mã"})).await.expect(200);
        assert_eq!((&closed["status"], &closed["stage"]), (&json!("won"), &winning["key"]));
        assert_eq!(lan.all(&format!("{won}/stages")).await.len(), 3);

        let loss = json!({"reason": "price", "customer_feedback": "Giá cao hơn bên đang dùng", "next_approach_on": "2027-03-01"});
        let closed = lan.post(&format!("{lost}/lose"), loss).await.expect(200);
        assert_eq!((&closed["status"], &closed["next_approach_on"]), (&json!("lost"), &json!("2027-03-01")));
        lan.post(&format!("{lost}/reopen"), json!({"reason": "Khách gọi lại"})).await.refused(403, "forbidden");
        assert_eq!(self.manager.get(lost).await.expect(200)["status"], "lost", "the manager sees it, and could");
    }

    /// After later changes the conversion cannot be reverted; the error contains the later events.
    async fn it_is_too_late_to_undo(&self, sale: &Sale) {
        let refused = self.lan.act(&format!("{}/revert", sale.conversion)).await.refused(409, "conversion_blocked");
        let blocking = refused["blocked_by"].as_array().unwrap();
        assert!(blocking.iter().any(|event| event["kind"] == "opportunity.won"), "{refused:#}");
        assert_eq!(self.lan.get(&sale.conversion).await.expect(200)["status"], "active");
    }

    /// The lead shows all its events; the account and the opportunities show them too, with the later ones.
    async fn three_timelines_tell_it_all(&self, sale: &Sale) {
        let of_lead = [
            "lead.created",
            "lead.submitted",
            "lead.assigned",
            "lead.contacted",
            "lead.qualified",
            "lead.tagged",
            "lead.converted",
            "lead.conversion_reverted",
            "lead.converted",
        ];
        assert_eq!(self.lan.history(&self.lead).await, of_lead);

        let youth = &of_lead[..6];
        let account = ["account.created", "contact.created", "opportunity.opened", "opportunity.opened", "lead.converted"];
        let closing = ["opportunity.moved", "opportunity.won", "opportunity.lost"];
        assert_in_order(&self.lan.history(&sale.account).await, &[youth, &account, &closing].concat());
        let own = ["opportunity.opened", "lead.converted"];
        let won = self.lan.history(&sale.won).await;
        assert_in_order(&won, &[youth, &own, &["opportunity.moved", "opportunity.won"]].concat());
        let lost = self.lan.history(&sale.lost).await;
        assert_in_order(&lost, &[youth, &own, &["opportunity.lost"]].concat());
        assert!(!won.contains(&"opportunity.lost".to_owned()) && !lost.contains(&"opportunity.won".to_owned()));
    }

    /// The feed of the whole organisation contains each event once.
    async fn the_feed_tells_each_event_once(&self) {
        let admin = self.world.user("admin").await;
        let feed = admin.get("/events?limit=200").await.expect(200);
        let won =
            |feed: &Value| feed["data"].as_array().unwrap().iter().filter(|event| event["kind"] == "opportunity.won").count();
        let rest = admin.get(&format!("/events?cursor={}", text(&feed, "next_cursor"))).await.expect(200);
        assert_eq!((won(&feed), won(&rest)), (1, 0));
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

/// Fails if the events are not in the timeline in this order, with any others in between.
fn assert_in_order(history: &[String], told: &[&str]) {
    let mut events = history.iter();
    for kind in told {
        assert!(events.any(|event| event == kind), "{kind} is not in its place in {history:#?}");
    }
}

#[tokio::test]
async fn under_icheck_a_web_form_becomes_a_won_opportunity_and_a_colleague_sees_only_the_card() {
    let story = Story::begins_with_a_web_form_under("icheck").await;
    story.lan_works_the_lead().await;
    story.a_conversion_made_in_haste_is_undone().await;
    let sale = story.lan_converts_it_into_two_chances().await;
    story.one_is_won_and_one_is_lost(&sale).await;

    // Here winning alone makes nobody a customer: the payment does. Lan sees the whole account, a colleague only its owner.
    let (account, colleague) = (&sale.account, &story.colleague);
    let full = story.lan.get(account).await.expect(200);
    assert_eq!((&full["view"], &full["type"], &full["source"]), (&json!("full"), &json!("prospect"), &json!("landing_page")));
    assert_eq!(full["tags"][0]["tag"], "hot");
    let card = colleague.get(account).await;
    assert_eq!(card.header("etag"), None);
    let card = card.expect(200);
    let members: Vec<_> = card.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["citizen_id", "id", "kind", "name", "owner_id", "owner_name", "tax_code", "view"]);
    colleague.get(&format!("{account}/timeline")).await.refused(404, "not_found");
    colleague.patch(account, 1, json!({"name": "Của tôi"})).await.refused(403, "forbidden");
    let found = colleague.all(&format!("/account-cards?tax_code={}", text(&full, "tax_code"))).await;
    assert_eq!(id(&found[0]), id(&full));
    assert!(colleague.all("/accounts").await.is_empty(), "a card is found by its number, not listed");

    story.it_is_too_late_to_undo(&sale).await;
    story.three_timelines_tell_it_all(&sale).await;
    story.the_feed_tells_each_event_once().await;
}

#[tokio::test]
async fn under_suno_only_what_is_real_is_converted_and_winning_makes_a_customer() {
    let story = Story::begins_with_a_web_form_under("suno").await;
    story.lan.act(&format!("{}/convert", story.lead)).await.refused(409, "lead_not_verified");
    story.lan_works_the_lead().await;
    story.a_conversion_made_in_haste_is_undone().await;
    let sale = story.lan_converts_it_into_two_chances().await;
    let prospect = story.lan.get(&sale.account).await.expect(200);
    assert_eq!((&prospect["type"], &prospect["stage"]), (&json!("prospect"), &json!(null)));
    story.one_is_won_and_one_is_lost(&sale).await;

    // The prospect is a customer now, in the stage where the deployment starts. A colleague sees nothing of it.
    let customer = story.lan.get(&sale.account).await.expect(200);
    assert_eq!((&customer["type"], &customer["stage"]), (&json!("customer"), &json!("deployment")));
    story.colleague.get(&sale.account).await.refused(404, "not_found");
    story.colleague.patch(&sale.account, 1, json!({"name": "Của tôi"})).await.refused(404, "not_found");
    assert!(story.colleague.all("/opportunities").await.is_empty());

    story.it_is_too_late_to_undo(&sale).await;
    story.three_timelines_tell_it_all(&sale).await;
    assert_in_order(&story.lan.history(&sale.account).await, &["opportunity.won", "account.type_changed"]);
    story.the_feed_tells_each_event_once().await;
}
