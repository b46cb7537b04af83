//! The notification preferences of a user.

use chot_tests::{World, fault};
use serde_json::{Value, json};

const PATH: &str = "/me/notification-preferences";

#[tokio::test]
async fn preferences_are_there_before_anything_was_said_and_change_one_by_one() {
    let world = World::under("icheck").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let first = lan.get(PATH).await;
    assert!(first.header("etag").unwrap().starts_with("\"1-"));
    let first = first.expect(200);
    assert_eq!((&first["language"], &first["is_email_available"]), (&json!("vi"), &json!(false)));
    assert_eq!((&first["email"]["lead_assigned"], &first["email"]["activity_due"]), (&json!(true), &json!(false)));

    let changed = lan.patch(PATH, 1, json!({"email": {"lead_assigned": false}})).await.expect(200);
    let mut expected = first.clone();
    (expected["version"], expected["email"]["lead_assigned"]) = (json!(2), json!(false));
    assert_eq!((&changed, &lan.get(PATH).await.expect(200)), (&expected, &expected));
    let changed = lan.patch(PATH, 2, json!({"language": "en", "email": {"activity_due": true}})).await.expect(200);
    assert_eq!((&changed["language"], &changed["email"]["lead_assigned"]), (&json!("en"), &json!(false)));
    assert_eq!(lan.patch(PATH, 3, json!({"language": "en"})).await.expect(200), changed, "nothing changed");
    assert_eq!(minh.get(PATH).await.expect(200), first, "of one's own only");
    let feed = world.user("admin").await.get("/events?limit=200").await.expect(200);
    let told = feed["data"].as_array().unwrap().iter().filter(|event| event["kind"] == "user.notification_preferences_updated");
    assert_eq!(told.count(), 2);
}

#[tokio::test]
async fn every_fault_of_a_change_is_told_and_nothing_is_written() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let first = lan.get(PATH).await.expect(200);
    lan.patch(PATH, 7, json!({"language": "en"})).await.refused(412, "version_mismatch");
    let wrong = json!({"language": "fr", "email": {"lead_assigned": "yes", "khong_co": true}, "is_email_available": true});
    let faults = lan.patch(PATH, 1, wrong).await.faults(422);
    let expected = [
        fault("/language", "not_one_of"),
        fault("/email/lead_assigned", "wrong_type"),
        fault("/email/khong_co", "unknown_member"),
        fault("/is_email_available", "unknown_member"),
    ];
    for one in expected {
        assert!(faults.contains(&one), "{one:?} is missing in {faults:?}");
    }
    let faults = async |body: Value| lan.patch(PATH, 1, body).await.faults(422);
    assert_eq!(faults(json!({})).await, [fault("", "empty_patch")]);
    assert_eq!(faults(json!({"language": null})).await, [fault("/language", "required")]);
    assert_eq!(faults(json!({"email": null})).await, [fault("/email", "required")]);
    assert_eq!(lan.get(PATH).await.expect(200), first);
}

#[tokio::test]
async fn of_two_first_changes_at_once_one_is_told_that_it_came_too_late() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let change = |member: &str| lan.patch(PATH, 1, json!({"email": {member: true}}));
    let (one, two) = tokio::join!(change("activity_due"), change("lead_follow_up_due"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}
