//! The clock of a sandbox.

pub mod contract;

use chot_tests::fixtures::{company, id, own_lead};
use chot_tests::{MailServer, Manner, Options, World, fault};
use chrono::TimeDelta;
use serde_json::json;

async fn sandbox() -> World {
    World::with("suno", Options { sandbox: true, ..Options::default() }).await
}

#[tokio::test]
async fn outside_of_a_sandbox_there_is_no_clock_to_be_moved() {
    let world = World::under("suno").await;
    let admin = world.user("admin").await;
    admin.get("/sandbox/clock").await.refused(404, "sandbox_off");
    admin.post("/sandbox/clock", json!({"advance_seconds": 60})).await.refused(404, "sandbox_off");
}

#[tokio::test]
async fn time_passes_and_everything_on_the_way_happens_at_its_time_and_in_order() {
    let world = sandbox().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let days = ["2026-11-25T02:00:00Z", "2026-11-24T02:00:00Z", "2027-01-15T02:00:00Z"];
    let mut leads = Vec::new();
    for (number, day) in (0..).zip(days) {
        let path = format!("/leads/{}", id(&own_lead(&lan, number).await));
        lan.post(&format!("{path}/recycle"), json!({"follow_up_at": day})).await.expect(200);
        leads.push(path);
    }
    let moved = admin.post("/sandbox/clock", json!({"to": "2026-12-01T00:00:00Z"})).await.expect(200);
    assert!(moved["now"].as_str().unwrap().starts_with("2026-12-01T00:00:00"), "{moved:#}");
    assert_eq!(moved["timers"], json!([{"kind": "lead_follow_up", "count": 2}]));
    assert_eq!(moved["events"], json!([{"kind": "lead.follow_up_due", "count": 2}]));
    for (lead, day) in leads.iter().zip(&days[..2]) {
        let last = lan.get(&format!("{lead}/timeline?limit=1")).await.expect(200);
        assert!(last["data"][0]["occurred_at"].as_str().unwrap().starts_with(&day[..19]), "{last:#}");
    }
    assert_eq!(lan.all("/leads?is_follow_up_due=true").await.len(), 2);

    // All processes of the server use the same time, and refuse what is in the past.
    let now = admin.get("/sandbox/clock").await.expect(200);
    assert!(now["now"].as_str().unwrap().starts_with("2026-12-01T00:00:0"), "{now:#}");
    let past = lan.post(&format!("{}/recycle", leads[0]), json!({"follow_up_at": "2026-11-30T00:00:00Z"})).await;
    assert_eq!(past.faults(422), [fault("/follow_up_at", "in_the_past")]);
    let moved = admin.post("/sandbox/clock", json!({"advance_seconds": 60 * 86_400})).await.expect(200);
    assert_eq!(moved["timers"][0]["count"], 1);
}

/// Whether the server refuses each e-mail, or fails itself and is paused after each attempt.
#[tokio::test]
async fn what_has_to_leave_the_house_is_tried_at_each_of_its_times_on_the_way() {
    for manner in [Manner::RefusesForNow, Manner::HangsUp] {
        let server = MailServer::start();
        server.now(manner);
        let options = Options { sandbox: true, smtp_url: Some(server.url.clone()), ..Options::default() };
        let world = World::with("suno", options).await;
        let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
        let mut lead = company(1);
        lead["owner_id"] = json!(lan.user_id);
        admin.post("/leads", lead).await.expect(201);
        admin.post("/sandbox/clock", json!({"advance_seconds": 600})).await.expect(200);
        let waiting = admin.all("/deliveries").await.remove(0);
        assert_eq!(waiting["state"], "pending");
        assert!((3..12).contains(&waiting["attempts"].as_i64().unwrap()), "{manner:?}: {waiting:#}");

        admin.post("/sandbox/clock", json!({"advance_seconds": 86_400})).await.expect(200);
        let given_up = admin.all("/deliveries").await.remove(0);
        assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("failed"), &json!(12)), "{manner:?}");
        let at = given_up["finished_at"].as_str().unwrap();
        assert!(at < "2026-11-23T12", "{manner:?}: it was given up at its time, not when the clock had come to rest: {at}");
    }
}

#[tokio::test]
async fn a_clock_that_is_moved_back_or_in_two_ways_or_too_far_is_refused() {
    let world = sandbox().await;
    let admin = world.user("admin").await;
    let refused = async |body, at: &str, code: &str| {
        assert_eq!(admin.post("/sandbox/clock", body).await.faults(422), [fault(at, code)]);
    };
    admin.act("/sandbox/clock").await.refused(415, "unsupported_media_type");
    refused(json!({"to": "2026-11-22T00:00:00Z"}), "/to", "clock_backwards").await;
    refused(json!({"to": "2036-11-22T00:00:00Z"}), "/to", "out_of_range").await;
    refused(json!({"advance_seconds": 0}), "/advance_seconds", "out_of_range").await;
    refused(json!({"advance_seconds": -60}), "/advance_seconds", "out_of_range").await;
    refused(json!({}), "/advance_seconds", "required").await;
    refused(json!({"advance_seconds": 5, "to": "2026-12-01T00:00:00Z"}), "/to", "not_together").await;
    world.user("manager").await.post("/sandbox/clock", json!({"advance_seconds": 60})).await.refused(403, "forbidden");
    let now = admin.get("/sandbox/clock").await.expect(200);
    assert!(now["now"].as_str().unwrap().starts_with("2026-11-23T02:00"), "nothing has moved: {now:#}");
}

#[tokio::test]
async fn a_move_that_is_sent_again_with_its_key_moves_once() {
    let world = sandbox().await;
    let admin = world.user("admin").await;
    let moved = admin.post_once("/sandbox/clock", "mot-gio", json!({"advance_seconds": 3600})).await.expect(200);
    let again = admin.post_once("/sandbox/clock", "mot-gio", json!({"advance_seconds": 3600})).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), moved);
    let now = admin.get("/sandbox/clock").await.expect(200);
    assert!(now["now"].as_str().unwrap().starts_with("2026-11-23T03:00"), "{now:#}");
    let other = admin.post_once("/sandbox/clock", "mot-gio", json!({"advance_seconds": 60})).await;
    other.refused(422, "idempotency_key_reused");
    assert_eq!(world.pass(TimeDelta::zero()).await, 0);
}
