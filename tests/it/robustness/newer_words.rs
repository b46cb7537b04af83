//! During an upgrade, processes of two versions share a database. The older one leaves alone what it does not know, and reads the
//! values of the newer one as `other`.

use chot_tests::World;
use chot_tests::fixtures::{own_lead, text};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::at_once::database;

#[tokio::test]
async fn values_of_a_newer_version_are_read_as_other_and_left_alone() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let parked = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", text(&parked, "id"));
    let tomorrow = json!({"follow_up_at": "2026-11-24T02:00:00Z"});
    lan.post(&format!("{path}/recycle"), tomorrow).await.expect(200);
    let newer = own_lead(&lan, 2).await;
    lan.post(&format!("/leads/{}/recycle", text(&newer, "id")), json!({"follow_up_at": "2026-11-24T01:00:00Z"}))
        .await
        .expect(200);
    let changed = format!(
        "UPDATE timers SET kind = 'birthday' WHERE subject_id = (SELECT id FROM leads WHERE name = '{}') AND state = 'pending'",
        text(&newer, "name")
    );
    let database = database(&world).await;
    let changed = database.execute_unprepared(&changed).await.unwrap().rows_affected();
    assert_eq!(changed, 1);
    database.execute_unprepared("UPDATE events SET kind = 'lead.congratulated' WHERE kind = 'lead.created'").await.unwrap();

    world.pass(TimeDelta::days(2)).await;
    assert_eq!(lan.get(&path).await.expect(200)["is_follow_up_due"], true, "what is due behind the unknown timer still runs");
    let timers = admin.all("/timers?state=pending").await;
    assert!(timers.iter().any(|timer| timer["kind"] == "other"), "{timers:#?}");
    let first = &admin.all("/events").await;
    assert!(first.iter().any(|event| event["kind"] == "other"), "{first:#?}");
    admin.get("/timers?kind=other").await.refused(400, "invalid_parameter");
}
