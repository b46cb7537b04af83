use chot_tests::World;
use chot_tests::given::{company, id, own_lead, phone, text, version};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn r_ichk_96_every_role_can_create_a_lead() {
    let world = World::under("icheck").await;
    let playbook = world.user("admin").await.get("/playbook").await.expect(200);
    for (number, role) in (1..).zip(playbook["playbook"]["roles"].as_array().unwrap()) {
        let user = world.user(&text(role, "key")).await;
        let lead = user.post("/leads", company(number)).await.expect(201);
        assert_eq!(lead["created_by"], json!(user.user_id));
    }
}

#[tokio::test]
async fn r_suno_21_r_suno_22_a_recycled_lead_comes_back_on_its_day() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let faults = lan.act(&format!("{path}/recycle")).await.faults(422);
    assert_eq!(faults, [("/follow_up_at".into(), "required".into())]);
    let faults = lan.post(&format!("{path}/recycle"), json!({"follow_up_at": "2026-11-20T02:00:00Z"})).await.faults(422);
    assert_eq!(faults, [("/follow_up_at".into(), "in_the_past".into())]);
    let parked = lan.post(&format!("{path}/recycle"), json!({"follow_up_at": "2026-11-25T02:00:00Z"})).await.expect(200);
    assert_eq!(parked["status"], "recycled");

    world.pass(TimeDelta::days(1)).await;
    assert!(lan.all("/leads?is_follow_up_due=true").await.is_empty());
    assert_eq!(world.pass(TimeDelta::days(1)).await, 1);
    let due = lan.all("/leads?is_follow_up_due=true").await;
    assert_eq!(due.len(), 1);
    assert_eq!(id(&due[0]), id(&lead));
    assert_eq!(world.pass(TimeDelta::days(1)).await, 0, "a timer runs once");

    let again = lan.act(&format!("{path}/resume")).await.expect(200);
    assert_eq!((again["status"].as_str(), again["is_follow_up_due"].as_bool()), (Some("contacting"), Some(false)));
    assert!(lan.history(&path).await.contains(&"lead.follow_up_due".to_owned()));
}

#[tokio::test]
async fn r_edu_18_r_edu_19_returning_a_lead_is_one_step() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    assert_eq!(lead["stage"], "received");
    let back = lan.post(&format!("{path}/return"), json!({"reason": "Số không liên lạc được"})).await.expect(200);
    assert_eq!((back["status"].as_str(), back["stage"].as_str()), (Some("returned"), Some("returned")));
    assert_eq!(back["owner_id"], json!(null));
    assert_eq!(back["tags"][0]["tag"], "sale_returned");
    let marketing = world.user("marketing").await;
    let waiting = marketing.all("/leads?status=returned").await;
    assert_eq!(waiting.len(), 1);
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
    let known = lan.request(reqwest::Method::GET, &path).header("if-none-match", "\"2\"");
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
