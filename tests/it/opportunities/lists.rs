//! Lists of opportunities with filters.

use chot_tests::World;
use chot_tests::fixtures::{account, id, phone};
use serde_json::{Value, json};

use super::{lost, names, opened, team};

#[tokio::test]
async fn r_ichk_51_those_with_the_right_see_everything_and_others_nothing() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = opened(&team.lan, &ours, "Tem QR", json!({"description": "Hỏi giá gấp", "expected_revenue": "1000000"})).await;
    let full = team.lan.get(&path).await.expect(200);
    let care = world.user("customer_care").await;
    for viewer in [&team.manager, &care] {
        assert_eq!(viewer.get(&path).await.expect(200), full);
        assert_eq!(viewer.all("/opportunities").await, std::slice::from_ref(&full));
        assert_eq!(viewer.history(&path).await, ["opportunity.opened"]);
    }
    team.minh.get(&path).await.refused(404, "not_found");
    assert!(team.minh.all("/opportunities").await.is_empty());
    team.minh.patch(&path, 1, json!({"stars": 1})).await.refused(404, "not_found");
    care.patch(&path, 1, json!({"stars": 1})).await.refused(403, "forbidden");
    let marketing = world.user("marketing").await;
    marketing.get("/opportunities").await.refused(403, "forbidden");
    marketing.get(&path).await.refused(403, "forbidden");
}

#[tokio::test]
async fn r_ichk_61_r_ichk_62_r_ichk_63_r_ichk_64_the_three_states_are_exclusive_and_exhaustive() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    for name in ["Mở 1", "Mở 2", "Thắng", "Thua"] {
        let path = opened(&lan, &ours, name, json!({})).await;
        match name {
            "Thắng" => drop(lan.act(&format!("{path}/win")).await.expect(200)),
            "Thua" => drop(lost(&lan, &path).await),
            _ => {}
        }
    }
    let of = async |status: &str| names(&lan.all(&format!("/opportunities?status={status}&sort=name")).await);
    let (open, won, lost) = (of("open").await, of("won").await, of("lost").await);
    assert_eq!(
        (open.as_slice(), won.as_slice(), lost.as_slice()),
        (["Mở 1".to_owned(), "Mở 2".into()].as_slice(), ["Thắng".to_owned()].as_slice(), ["Thua".to_owned()].as_slice())
    );
    let mut all = [open, won, lost].concat();
    all.sort();
    let mut listed = names(&lan.all("/opportunities").await);
    listed.sort();
    assert_eq!(all, listed);
    let faults = lan.get("/opportunities?status=active").await.faults(400);
    assert_eq!(faults, [("/status".into(), "not_one_of".into())]);
}

#[tokio::test]
async fn r_ichk_59_r_ichk_60_the_list_is_filtered_by_what_is_set() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (first, second) = (account(&team.lan, 1).await, account(&team.manager, 2).await);
    let chances: [(&Value, &str, Value); 4] = [
        (&first, "Tem chống giả", json!({"stars": 3, "stage": "quoted"})),
        (&first, "Truy xuất", json!({"stars": 1, "classification": "secondary"})),
        (&second, "Pháp lý", json!({"phone": phone(77), "stars": 2})),
        (&second, "Đóng gói", json!({})),
    ];
    for (account, name, more) in chances {
        let client = if account == &first { &team.lan } else { &team.manager };
        let path = opened(client, account, name, more).await;
        if name == "Pháp lý" {
            client.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200);
        }
    }
    let filters = [
        (format!("account_id={}", id(&first)), vec!["Tem chống giả", "Truy xuất"]),
        (format!("owner_id={}", team.manager.user_id), vec!["Đóng gói", "Pháp lý"]),
        ("stage=quoted".into(), vec!["Tem chống giả"]),
        ("classification=secondary".into(), vec!["Truy xuất"]),
        ("evidence_status=not_required".into(), vec!["Truy xuất"]),
        ("stars_gte=2".into(), vec!["Pháp lý", "Tem chống giả"]),
        ("tag=hot".into(), vec!["Pháp lý"]),
        ("q=chong+gia".into(), vec!["Tem chống giả"]),
        ("q=0000077".into(), vec!["Pháp lý"]),
        ("stars_gte=1&classification=primary".into(), vec!["Pháp lý", "Tem chống giả"]),
        ("created_at_lt=2026-11-23T02:00:00Z".into(), vec![]),
        ("created_at_gte=2026-11-23T02:00:00Z&status=open".into(), vec!["Đóng gói", "Pháp lý", "Tem chống giả", "Truy xuất"]),
    ];
    for (filter, expected) in filters {
        let found = team.manager.all(&format!("/opportunities?sort=name&limit=3&{filter}")).await;
        assert_eq!(names(&found), expected, "{filter}");
    }
    let oldest = names(&team.manager.all("/opportunities?sort=created_at").await);
    assert_eq!(oldest, ["Tem chống giả", "Truy xuất", "Pháp lý", "Đóng gói"]);
    let newest = names(&team.manager.all("/opportunities").await);
    assert_eq!(newest, oldest.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(team.manager.get("/opportunities?limit=1&include_total=true").await.expect(200)["page"]["total"], 4);
    for wrong in ["stars_gte=4", "stage=Won", "nonsense=1", "account_id=1", "limit=0", "sort=stars"] {
        team.manager.get(&format!("/opportunities?{wrong}")).await.refused(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn r_ichk_50_a_list_of_the_open_ones_follows_the_customer() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    opened(&team.lan, &ours, "Tem QR", json!({})).await;
    let account = format!("/accounts/{}", id(&ours));
    team.manager.post(&format!("{account}/assign"), json!({"owner_id": team.minh.user_id})).await.expect(200);
    assert_eq!(names(&team.minh.all(&format!("/opportunities?owner_id={}", team.minh.user_id)).await), ["Tem QR"]);
    assert!(team.lan.all("/opportunities").await.is_empty());
}

#[tokio::test]
async fn the_list_is_sorted_by_what_closes_first_and_by_what_brings_most() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    for (name, more) in [
        ("Tem", json!({"expected_close_on": "2027-01-31", "expected_revenue": "9000000"})),
        ("Sổ tay", json!({})),
        ("Máy in", json!({"expected_close_on": "2026-12-01", "expected_revenue": "90000000"})),
        ("Bảo trì", json!({"expected_close_on": "2027-01-31", "expected_revenue": "0"})),
    ] {
        opened(&lan, &ours, name, more).await;
    }
    for limit in [1, 50] {
        let by = async |sort: &str| names(&lan.all(&format!("/opportunities?limit={limit}&sort={sort}")).await);
        assert_eq!(by("expected_close_on").await, ["Máy in", "Tem", "Bảo trì", "Sổ tay"], "{limit}");
        assert_eq!(by("-expected_revenue").await, ["Máy in", "Tem", "Bảo trì", "Sổ tay"], "{limit}");
    }
    let last = lan.all("/opportunities?sort=expected_close_on").await.pop().unwrap();
    let path = format!("/opportunities/{}", id(&last));
    lan.patch(&path, 1, json!({"expected_close_on": "2026-11-30", "expected_revenue": "99000000"})).await.expect(200);
    for sort in ["expected_close_on", "-expected_revenue"] {
        assert_eq!(names(&lan.all(&format!("/opportunities?sort={sort}")).await)[0], "Sổ tay", "{sort}");
    }
}

#[tokio::test]
async fn one_question_asks_for_several_statuses() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    for name in ["Mở", "Thắng", "Thua"] {
        let path = opened(&lan, &ours, name, json!({})).await;
        match name {
            "Thắng" => drop(lan.act(&format!("{path}/win")).await.expect(200)),
            "Thua" => drop(lost(&lan, &path).await),
            _ => {}
        }
    }
    let found = names(&lan.all("/opportunities?status_in=open,won&sort=name").await);
    assert_eq!(found, ["Mở", "Thắng"]);
    let own = format!("/opportunities?owner_id_in={}&status_in=won", lan.user_id);
    assert_eq!(names(&lan.all(&own).await), ["Thắng"]);
}
