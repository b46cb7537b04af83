//! Completing, rescheduling, cancelling, assigning and archiving.

use chot_tests::World;
use chot_tests::fixtures::{account, id, team};
use serde_json::json;

use super::{call, demo, fault, planned, with};

#[tokio::test]
async fn a_planned_activity_is_completed_with_its_outcome_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let meeting = planned(&lan, with(call("2026-11-23T03:00:00Z"), json!({"account_id": customer["id"]}))).await;
    let path = format!("/activities/{}", id(&meeting));
    let complete = format!("{path}/complete");
    assert_eq!(lan.post(&complete, json!({})).await.faults(422), [fault("/outcome", "required")]);
    let early = json!({"outcome": "successful", "done_at": "2026-11-24T03:00:00Z"});
    assert_eq!(lan.post(&complete, early).await.faults(422), [fault("/done_at", "in_the_future")]);
    let done = lan.post(&complete, json!({"outcome": "no_answer", "summary": "Không nghe máy"})).await.expect(200);
    assert_eq!(
        (&done["status"], &done["outcome"], &done["summary"]),
        (&json!("done"), &json!("no_answer"), &json!("Không nghe máy"))
    );
    let refusal = lan.post(&complete, json!({"outcome": "successful"})).await.refused(409, "wrong_status");
    assert_eq!(refusal["current_status"], "done");
    lan.act(&format!("{path}/cancel")).await.refused(409, "wrong_status");
    lan.post(&format!("{path}/reschedule"), json!({"starts_at": "2026-12-01T02:00:00Z"})).await.refused(409, "wrong_status");
    let events = lan.all(&format!("/accounts/{}/timeline?kind=activity.completed", id(&customer))).await;
    assert_eq!((events.len(), &events[0]["facts"]["outcome"]), (1, &json!("no_answer")));
    assert_eq!(events[0]["changes"]["summary"]["to"], "Không nghe máy");
}

#[tokio::test]
async fn r_edu_45_what_is_moved_keeps_its_length_and_is_never_moved_into_the_past() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let meeting = planned(&lan, demo()).await;
    let reschedule = format!("/activities/{}/reschedule", id(&meeting));
    let past = json!({"starts_at": "2026-11-23T01:00:00Z"});
    assert_eq!(lan.post(&reschedule, past).await.faults(422), [fault("/starts_at", "in_the_past")]);
    let backwards = json!({"starts_at": "2026-11-25T02:00:00Z", "ends_at": "2026-11-25T01:00:00Z"});
    assert_eq!(lan.post(&reschedule, backwards).await.faults(422), [fault("/ends_at", "before_the_start")]);
    assert_eq!(lan.post(&reschedule, json!({})).await.faults(422), [fault("/starts_at", "required")]);
    assert_eq!(lan.post(&reschedule, json!({"starts_at": null})).await.faults(422), [fault("/starts_at", "required")]);
    let moved = lan.post(&reschedule, json!({"starts_at": "2026-11-25T07:00:00Z", "reason": "Khách bận"})).await.expect(200);
    assert_eq!((&moved["starts_at"], &moved["ends_at"]), (&json!("2026-11-25T07:00:00Z"), &json!("2026-11-25T07:45:00Z")));
    let admin = world.user("admin").await;
    let feed = admin.all("/events").await;
    let event = feed.iter().find(|event| event["kind"] == "activity.rescheduled").unwrap();
    assert_eq!((&event["facts"]["starts_at_before"], &event["facts"]["starts_at"]), (&meeting["starts_at"], &moved["starts_at"]));
}

#[tokio::test]
async fn r_edu_52_a_demo_that_lasts_longer_than_45_minutes_is_flagged() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let fits = planned(&lan, demo()).await;
    assert_eq!(fits["is_too_long"], false);
    let long = planned(&lan, with(demo(), json!({"ends_at": "2026-11-24T03:00:00Z"}))).await;
    assert_eq!(long["is_too_long"], true);
    world.pass(chrono::TimeDelta::days(1)).await;
    let took = json!({"outcome": "successful", "done_at": "2026-11-24T02:00:00Z"});
    let path = format!("/activities/{}", id(&fits));
    assert_eq!(lan.post(&format!("{path}/complete"), took).await.expect(200)["is_too_long"], false);
    let elsewhere = World::under("icheck").await;
    let minh = elsewhere.user("salesperson").await;
    let meeting = with(demo(), json!({"category": null, "ends_at": "2026-11-24T09:00:00Z"}));
    assert_eq!(planned(&minh, meeting).await["is_too_long"], false);
}

#[tokio::test]
async fn what_is_called_off_keeps_the_reason() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let meeting = planned(&lan, call("2026-11-23T03:00:00Z")).await;
    let cancel = format!("/activities/{}/cancel", id(&meeting));
    let off = lan.post(&cancel, json!({"reason": "Khách đổi ý"})).await.expect(200);
    assert_eq!((&off["status"], &off["cancel_reason"]), (&json!("cancelled"), &json!("Khách đổi ý")));
    lan.act(&cancel).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn an_activity_is_given_to_somebody_who_does_such_things() {
    let world = World::under("easyedu").await;
    let team = team(&world).await;
    let accountant = world.user("accountant").await;
    let for_others = |owner: &str| with(call("2026-11-23T03:00:00Z"), json!({"owner_id": owner}));
    assert_eq!(
        team.manager.post("/activities", for_others(&accountant.user_id)).await.faults(422),
        [fault("/owner_id", "cannot_own")]
    );
    let given = planned(&team.manager, for_others(&team.lan.user_id)).await;
    let path = format!("/activities/{}", id(&given));
    // It is in Lan's calendar, and about no record that Minh sees.
    team.minh.get(&path).await.refused(404, "not_found");
    team.lan.get(&path).await.expect(200);
    let on = json!({"owner_id": team.minh.user_id, "reason": "Minh có mặt"});
    let on = team.manager.post(&format!("{path}/assign"), on).await.expect(200);
    assert_eq!(on["owner_id"], json!(team.minh.user_id));
    team.lan.get(&path).await.refused(404, "not_found");
    let admin = world.user("admin").await;
    let wrong = json!({"owner_id": accountant.user_id});
    assert_eq!(admin.post(&format!("{path}/assign"), wrong).await.faults(422), [fault("/owner_id", "cannot_own")]);
    team.minh.post(&format!("{path}/complete"), json!({"outcome": "successful"})).await.expect(200);
    admin.post(&format!("{path}/assign"), json!({"owner_id": team.lan.user_id})).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn an_activity_goes_to_the_archive_and_comes_back() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let meeting = planned(&lan, call("2026-11-23T03:00:00Z")).await;
    let path = format!("/activities/{}", id(&meeting));
    lan.delete(&path, 1).await.expect(204);
    lan.delete(&path, 2).await.refused(404, "not_found");
    assert!(lan.all("/activities").await.is_empty());
    assert_eq!(lan.all("/activities?is_archived=true").await.len(), 1);
    assert!(lan.all("/calendar").await.is_empty());
    lan.post(&format!("{path}/complete"), json!({"outcome": "successful"})).await.refused(409, "archived");
    let back = lan.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(back["archived_at"], json!(null));
    lan.act(&format!("{path}/restore")).await.refused(409, "wrong_status");
}
