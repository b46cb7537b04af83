use chot_tests::fixtures::{id, own_lead, version};
use chot_tests::{Client, World};
use serde_json::{Value, json};

async fn team(admin: &Client, name: &str, parent: Option<&Value>) -> Value {
    admin.post("/teams", json!({"name": name, "parent_id": parent.map(id)})).await.expect(201)
}

fn path(team: &Value) -> String {
    format!("/teams/{}", id(team))
}

#[tokio::test]
async fn a_manager_sees_what_the_teams_below_work_on_and_no_more() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let north = team(&admin, "Miền Bắc", None).await;
    let hanoi = team(&admin, "Hà Nội", Some(&north)).await;
    let dong_da = team(&admin, "Đống Đa", Some(&hanoi)).await;
    let south = team(&admin, "Miền Nam", None).await;
    let lan = world.member("salesperson", Some(&id(&dong_da))).await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let of_north = world.member("manager", Some(&id(&north))).await;
    let of_hanoi = world.member("manager", Some(&id(&hanoi))).await;
    let of_south = world.member("manager", Some(&id(&south))).await;
    let of_nobody = world.user("manager").await;
    let own = format!("/leads/{}", id(&own_lead(&of_north, 2).await));

    of_north.get(&lead).await.expect(200);
    of_hanoi.get(&lead).await.expect(200);
    of_hanoi.get(&own).await.refused(404, "not_found");
    for other in [&of_south, &of_nobody] {
        other.get(&lead).await.refused(404, "not_found");
        assert!(other.all("/leads").await.is_empty());
    }

    let moved = admin.patch(&path(&dong_da), version(&dong_da), json!({"parent_id": id(&south)})).await.expect(200);
    assert_eq!(moved["parent_id"], south["id"]);
    of_north.get(&lead).await.refused(404, "not_found");
    of_hanoi.get(&lead).await.refused(404, "not_found");
    of_south.get(&lead).await.expect(200);
    assert_eq!(of_south.all("/leads").await.len(), 1);
}

#[tokio::test]
async fn a_team_does_not_stand_below_itself() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let north = team(&admin, "Miền Bắc", None).await;
    let hanoi = team(&admin, "Hà Nội", Some(&north)).await;
    let dong_da = team(&admin, "Đống Đa", Some(&hanoi)).await;
    for below in [&north, &hanoi, &dong_da] {
        let faults = admin.patch(&path(&north), 1, json!({"parent_id": id(below)})).await.faults(422);
        assert_eq!(faults, [("/parent_id".into(), "below_itself".into())]);
    }
    assert_eq!(admin.get(&path(&north)).await.expect(200), north);

    let top = admin.patch(&path(&hanoi), 1, json!({"parent_id": null})).await.expect(200);
    assert_eq!((&top["parent_id"], version(&top)), (&json!(null), 2));
    let turned = admin.patch(&path(&north), 1, json!({"parent_id": id(&dong_da)})).await.expect(200);
    assert_eq!(turned["parent_id"], dong_da["id"]);
}

#[tokio::test]
async fn no_two_teams_share_a_name_and_a_team_that_is_not_there_is_above_none() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let north = team(&admin, "Miền Bắc", None).await;
    admin.post("/teams", json!({"name": "mien  bac"})).await.refused(409, "already_exists");
    let south = team(&admin, "Miền Nam", None).await;
    admin.patch(&path(&south), 1, json!({"name": "MIỀN BẮC"})).await.refused(409, "already_exists");
    let nowhere = json!({"name": "Miền Trung", "parent_id": uuid::Uuid::now_v7()});
    assert_eq!(admin.post("/teams", nowhere).await.faults(422), [("/parent_id".into(), "not_found".into())]);
    assert_eq!(admin.post("/teams", json!({"name": " "})).await.faults(422), [("/name".into(), "blank".into())]);
    admin.patch(&path(&north), 7, json!({"name": "Bắc"})).await.refused(412, "version_mismatch");
    let names: Vec<_> = admin.all("/teams").await.iter().map(|team| team["name"].clone()).collect();
    assert_eq!(names, ["Miền Bắc", "Miền Nam"]);
}

#[tokio::test]
async fn teams_are_the_administrators_and_seen_by_all() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let north = team(&admin, "Miền Bắc", None).await;
    let hanoi = team(&admin, "Hà Nội", Some(&north)).await;
    let below = format!("/teams?parent_id={}", id(&north));
    for role in ["manager", "salesperson", "sales_leader", "marketing"] {
        let user = world.member(role, Some(&id(&north))).await;
        user.post("/teams", json!({"name": "Của tôi"})).await.refused(403, "forbidden");
        user.patch(&path(&hanoi), 1, json!({"parent_id": null})).await.refused(403, "forbidden");
        assert_eq!(user.get(&path(&hanoi)).await.expect(200), hanoi);
        assert_eq!(user.all(&below).await, std::slice::from_ref(&hanoi));
    }
    admin.get(&format!("/teams/{}", uuid::Uuid::now_v7())).await.refused(404, "not_found");
}
