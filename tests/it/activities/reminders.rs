//! The reminder of a demo follows the demo (R-EDU-44, R-EDU-45).

use chot_tests::fixtures::{id, version};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{demo, planned, with};

/// The planned reminders: time, meeting link, owner.
async fn reminders(admin: &Client) -> Vec<Value> {
    let all = admin.all("/activities?status=planned&category=demo_reminder&sort=starts_at").await;
    all.iter().map(|one| json!([one["starts_at"], one["meeting_link"], one["owner_id"]])).collect()
}

const ROOM: &str = "https://online.emso.vn/sao-mai";
const BEFORE: &str = "2026-11-24T01:00:00Z";

async fn changed(client: &Client, demo: &Value, members: Value) {
    let path = format!("/activities/{}", id(demo));
    let seen = client.get(&path).await.expect(200);
    client.patch(&path, version(&seen), members).await.expect(200);
}

struct Office {
    world: World,
    admin: Client,
    lan: Client,
    demo: Value,
}

async fn office() -> Office {
    let world = World::under("easyedu").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let demo = planned(&lan, with(demo(), json!({"meeting_link": ROOM}))).await;
    assert_eq!(reminders(&admin).await, [json!([BEFORE, ROOM, lan.user_id])]);
    Office { world, admin, lan, demo }
}

#[tokio::test]
async fn the_reminder_of_a_demo_names_the_room_to_which_the_demo_was_moved() {
    let Office { world: _world, admin, lan, demo } = office().await;
    let other = "https://online.emso.vn/hoa-sen";
    changed(&lan, &demo, json!({"meeting_link": other})).await;
    assert_eq!(reminders(&admin).await, [json!([BEFORE, other, lan.user_id])]);
    changed(&lan, &demo, json!({"meeting_link": null})).await;
    assert_eq!(reminders(&admin).await, [json!([BEFORE, null, lan.user_id])]);
}

#[tokio::test]
async fn the_reminder_of_a_demo_is_for_whoever_gives_the_demo() {
    let Office { world, admin, lan, demo } = office().await;
    let minh = world.user("salesperson").await;
    let order = json!({"owner_id": minh.user_id});
    admin.post(&format!("/activities/{}/assign", id(&demo)), order).await.expect(200);
    assert_eq!(reminders(&admin).await, [json!([BEFORE, ROOM, minh.user_id])]);
    world.pass(TimeDelta::hours(23)).await;
    let told = async |who: &Client| who.all("/notifications?kind=activity_due").await.len();
    assert_eq!((told(&lan).await, told(&minh).await), (0, 1));
}

#[tokio::test]
async fn a_demo_in_the_archive_is_not_reminded_of_until_it_is_restored() {
    let Office { world, admin, lan, demo } = office().await;
    let path = format!("/activities/{}", id(&demo));
    lan.delete(&path, version(&demo)).await.expect(204);
    assert_eq!(reminders(&admin).await, [Value::Null; 0]);
    for list in ["/calendar", "/calendar/due-today", "/activities?status=planned"] {
        assert!(lan.all(list).await.is_empty(), "{list}");
    }
    world.pass(TimeDelta::hours(2)).await;
    lan.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(reminders(&admin).await, [json!([BEFORE, ROOM, lan.user_id])]);
    let seen = lan.get(&path).await.expect(200);
    lan.delete(&path, version(&seen)).await.expect(204);
    world.pass(TimeDelta::hours(24)).await;
    assert!(lan.all("/notifications?kind=activity_due").await.is_empty());
}

#[tokio::test]
async fn what_is_no_demo_any_more_is_not_reminded_of_and_what_becomes_one_is() {
    let Office { world, admin, lan, demo } = office().await;
    changed(&lan, &demo, json!({"category": "appointment"})).await;
    assert_eq!(reminders(&admin).await, [Value::Null; 0]);
    changed(&lan, &demo, json!({"category": "demo"})).await;
    assert_eq!(reminders(&admin).await, [json!([BEFORE, ROOM, lan.user_id])]);
    changed(&lan, &demo, json!({"category": null})).await;
    assert_eq!(reminders(&admin).await, [Value::Null; 0]);
    changed(&lan, &demo, json!({"category": "demo"})).await;
    world.pass(TimeDelta::hours(23)).await;
    assert_eq!(lan.all("/notifications?kind=activity_due").await.len(), 1, "of one demo one is told once");
}

#[tokio::test]
async fn a_meeting_that_is_made_a_demo_is_reminded_of() {
    let world = World::under("easyedu").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let meeting = planned(&lan, with(demo(), json!({"category": "appointment"}))).await;
    assert_eq!(reminders(&admin).await, [Value::Null; 0]);
    changed(&lan, &meeting, json!({"category": "demo"})).await;
    assert_eq!(reminders(&admin).await, [json!([BEFORE, null, lan.user_id])]);
}
