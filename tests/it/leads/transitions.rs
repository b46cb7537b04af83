use chot_tests::fixtures::{company, id, own_lead, phone, text, version};
use chot_tests::{Client, World};
use serde_json::json;

#[tokio::test]
async fn r_ichk_96_every_role_of_every_playbook_can_create_a_lead() {
    for playbook in ["suno", "groupon", "xcrm", "icheck", "easyedu"] {
        let world = World::under(playbook).await;
        let document = world.user("admin").await.get("/playbook").await.expect(200);
        for (number, role) in (1..).zip(document["playbook"]["roles"].as_array().unwrap()) {
            let user = world.user(&text(role, "key")).await;
            let lead = user.post("/leads", company(number)).await.expect(201);
            assert_eq!(lead["created_by"], json!(user.user_id), "{playbook}");
        }
    }
}

#[tokio::test]
async fn r_suno_14_a_business_developer_hands_over_to_sales() {
    let world = World::under("suno").await;
    let (developer, lan) = (world.user("business_developer").await, world.user("salesperson").await);
    let path = format!("/leads/{}", id(&own_lead(&developer, 1).await));
    let order = json!({"owner_id": lan.user_id, "reason": "Đã gặp chủ quán"});
    let given = developer.post(&format!("{path}/assign"), order).await.expect(200);
    assert_eq!(given["owner_id"], json!(lan.user_id));
    assert!(developer.all("/leads").await.is_empty());
    developer.get(&path).await.refused(404, "not_found");

    lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    assert_eq!(lan.history(&path).await, ["lead.created", "lead.assigned", "lead.contacted"]);
    let handed = lan.all(&format!("{path}/timeline?kind=lead.assigned")).await.remove(0);
    assert_eq!(
        (&handed["actor_id"], &handed["facts"]["owner_id_before"]),
        (&json!(developer.user_id), &json!(developer.user_id))
    );
    assert_eq!(handed["changes"]["reason"]["to"], "Đã gặp chủ quán");
}

#[tokio::test]
async fn r_xcrm_14_potential_and_need_are_noted_while_the_lead_is_cared_for() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    lan.patch(&path, 1, json!({"need": "Cần phần mềm cho 12 nhân viên"})).await.expect(200);
    lan.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200);
    let found = lan.all("/leads?tag=hot").await.remove(0);
    assert_eq!((id(&found), &found["need"]), (path.replace("/leads/", ""), &json!("Cần phần mềm cho 12 nhân viên")));
    assert_eq!(lan.history(&path).await, ["lead.created", "lead.updated", "lead.tagged"]);

    // The potential is lower: one tag is removed, another added.
    lan.remove(&format!("{path}/tags/hot")).await.expect(200);
    let cold = lan.post(&format!("{path}/tags"), json!({"tag": "cold"})).await.expect(200);
    assert_eq!(cold["tags"].as_array().unwrap().iter().map(|tag| text(tag, "tag")).collect::<Vec<_>>(), ["cold"]);
}

/// The number of cards in a board.
async fn cards(client: &Client, pipeline: &str) -> i64 {
    let board = client.get(&format!("/pipelines/{pipeline}/board")).await.expect(200);
    board["columns"].as_array().unwrap().iter().map(|column| column["count"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn r_edu_18_r_edu_19_returning_a_lead_is_one_step() {
    let world = World::under("easyedu").await;
    let (lan, marketing) = (world.user("salesperson").await, world.user("marketing").await);
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    assert_eq!((&lead["stage"], cards(&lan, "in_sale").await), (&json!("received"), 1));
    let back = lan.post(&format!("{path}/return"), json!({"reason": "Số không liên lạc được"})).await.expect(200);
    assert_eq!((&back["status"], &back["stage"]), (&json!("returned"), &json!("returned")));
    assert_eq!((&back["owner_id"], &back["tags"][0]["tag"]), (&json!(null), &json!("sale_returned")));

    // It is no longer on the salesperson's board, and marketing sees it with the reason.
    assert_eq!(cards(&lan, "in_sale").await, 0);
    let waiting = marketing.all("/leads?status=returned&tag=sale_returned").await;
    assert_eq!(waiting.iter().map(id).collect::<Vec<_>>(), [id(&lead)]);
    assert_eq!(waiting[0]["close_note"], "Số không liên lạc được");
    let happened = ["lead.created", "lead.tagged", "lead.returned", "lead.untagged", "lead.tagged"];
    assert_eq!(marketing.history(&path).await, happened);
    let told = marketing.all(&format!("{path}/timeline?sort=occurred_at")).await;
    assert_eq!(told[2]["changes"]["reason"]["to"], "Số không liên lạc được");
    assert_eq!((&told[3]["facts"]["tag"], &told[4]["facts"]["tag"]), (&json!("received"), &json!("sale_returned")));
    assert_eq!(told[2]["occurred_at"], told[4]["occurred_at"], "one unit has one moment");
}

#[tokio::test]
async fn a_version_that_is_not_the_newest_changes_nothing() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let changed = lan.patch(&path, version(&lead), json!({"need": "Cần tem chống giả"})).await.expect(200);
    assert_eq!(version(&changed), version(&lead) + 1);
    lan.patch(&path, version(&lead), json!({"need": "Khác"})).await.refused(412, "version_mismatch");
    let request = lan.request(reqwest::Method::PATCH, &path).json(&json!({"need": "Khác"}));
    lan.send(request).await.refused(428, "version_required");
    assert_eq!(lan.get(&path).await.expect(200)["need"], "Cần tem chống giả");
    let tag = lan.get(&path).await.header("etag").unwrap().to_owned();
    let known = lan.request(reqwest::Method::GET, &path).header("if-none-match", tag);
    assert_eq!(lan.send(known).await.status, 304);
}

#[tokio::test]
async fn a_lead_is_found_by_words_without_diacritics_and_by_its_numbers() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    for (number, name) in (1..).zip(["Nguyễn Đình Chiểu", "Công ty Đặng Ước", "Trường Mầm non Ánh Dương"]) {
        lan.post("/leads", json!({"name": name, "phone": phone(number)})).await.expect(201);
    }
    let found = async |query: &str| {
        let leads = lan.all(&format!("/leads?{query}")).await;
        leads.iter().map(|lead| text(lead, "name")).collect::<Vec<_>>()
    };
    assert_eq!(found("q=nguyen+dinh").await, ["Nguyễn Đình Chiểu"]);
    assert_eq!(found("q=%C4%91%E1%BA%B7ng").await, ["Công ty Đặng Ước"]);
    assert_eq!(found("q=an+du").await, ["Trường Mầm non Ánh Dương"]);
    assert_eq!(found("q=0000002").await, ["Công ty Đặng Ước"]);
    assert_eq!(found("phone=0910000003").await, ["Trường Mầm non Ánh Dương"]);
    assert!(found("q=%25").await.is_empty(), "a wildcard is not one of ours");
    assert_eq!(found("sort=name").await, ["Công ty Đặng Ước", "Nguyễn Đình Chiểu", "Trường Mầm non Ánh Dương"]);
}

#[tokio::test]
async fn pages_hold_every_lead_once() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    for number in 0..25 {
        lan.post("/leads", json!({"name": format!("Khách {number:02}"), "phone": phone(number)})).await.expect(201);
    }
    for sort in ["-created_at", "created_at", "-updated_at", "name"] {
        let leads = lan.all(&format!("/leads?limit=7&sort={sort}")).await;
        let mut ids: Vec<_> = leads.iter().map(id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((leads.len(), ids.len()), (25, 25), "{sort}");
    }
    let page = lan.get("/leads?limit=7").await;
    assert!(page.header("link").unwrap().contains("rel=\"next\""));
    let cursor = text(&page.body["page"], "next_cursor");
    lan.get(&format!("/leads?limit=7&sort=name&cursor={cursor}")).await.refused(400, "invalid_cursor");
    let other = world.user("manager").await;
    other.get(&format!("/leads?limit=7&cursor={cursor}")).await.refused(400, "invalid_cursor");
    lan.get("/leads?cursor=abc").await.refused(400, "invalid_cursor");
}
