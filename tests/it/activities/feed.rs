//! The calendar feed for other programs, read with an independent parser.

use chot_tests::World;
use chot_tests::fixtures::{account, id, text, version};
use ical::parser::ical::component::{IcalCalendar, IcalEvent};
use serde_json::json;

use super::{call, planned, with};

fn parsed(text: &str) -> IcalCalendar {
    assert!(text.lines().count() < 2 || text.contains("\r\n"), "lines end as RFC 5545 has it");
    ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap()
}

fn property(event: &IcalEvent, name: &str) -> Option<String> {
    event.properties.iter().find(|property| property.name == name).and_then(|property| property.value.clone())
}

#[tokio::test]
async fn a_calendar_program_reads_what_is_planned_by_a_secret_address() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    lan.get("/me/calendar-feed").await.refused(404, "not_found");
    let customer = account(&lan, 1).await;
    let meeting = json!({
        "kind": "meeting", "subject": "Gặp chị Hương; ký, giao tem", "account_id": customer["id"], "location": "12 Lê Lợi",
        "description": "0912345678", "starts_at": "2026-11-24T02:00:00Z", "ends_at": "2026-11-24T03:00:00Z",
        "attendees": [{"name": "Trần Thị Hương", "email": "huong@saomai.vn"}],
    });
    let meeting = planned(&lan, meeting).await;
    planned(&lan, json!({"kind": "note", "subject": "Ghi chú"})).await;
    planned(&lan, call("2028-01-01T02:00:00Z")).await;
    let off = planned(&lan, call("2026-11-25T02:00:00Z")).await;
    lan.act(&format!("/activities/{}/cancel", id(&off))).await.expect(200);
    planned(&world.user("salesperson").await, call("2026-11-24T02:00:00Z")).await;

    let made = lan.act("/me/calendar-feed").await.expect(200);
    let path = text(&made, "path").replace("/api/v1", "");
    assert_eq!(lan.get("/me/calendar-feed").await.expect(200), made["feed"]);
    let request = world.anonymous().request(reqwest::Method::GET, &path).header("accept", "text/calendar");
    let reply = world.anonymous().send(request).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    let calendar = parsed(&reply.text);
    assert_eq!(calendar.events.len(), 1, "{}", reply.text);
    let event = &calendar.events[0];
    assert_eq!(property(event, "UID"), Some(format!("{}@chot", id(&meeting))));
    assert_eq!(property(event, "SUMMARY").as_deref(), Some(r"Gặp chị Hương\; ký\, giao tem"));
    assert_eq!(property(event, "DTSTART").as_deref(), Some("20261124T020000Z"));
    assert_eq!(property(event, "DTEND").as_deref(), Some("20261124T030000Z"));
    assert!(property(event, "DTSTAMP").is_some());
    assert!(calendar.properties.iter().any(|property| property.name == "PRODID"));
    assert!(calendar.properties.iter().any(|one| one.name == "VERSION" && one.value.as_deref() == Some("2.0")));
    for secret in ["huong@", "0912345678", "Lê Lợi", "Sao Mai"] {
        assert!(!reply.text.contains(secret), "{}", reply.text);
    }

    // A rescheduled activity is the same entry with another time.
    let moved = json!({"starts_at": "2026-11-26T02:00:00Z"});
    lan.post(&format!("/activities/{}/reschedule", id(&meeting)), moved).await.expect(200);
    let again = parsed(&world.anonymous().get(&path).await.text);
    assert_eq!(property(&again.events[0], "UID"), property(event, "UID"));
    assert_eq!(property(&again.events[0], "DTSTART").as_deref(), Some("20261126T020000Z"));
    assert_eq!(property(&again.events[0], "SEQUENCE").as_deref(), Some("2"));
}

#[tokio::test]
async fn an_address_is_shown_once_and_ends_with_the_next_one() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let first = lan.post_once("/me/calendar-feed", "feed-1", json!({})).await.expect(200);
    let again = lan.post_once("/me/calendar-feed", "feed-1", json!({})).await.expect(200);
    assert_eq!((&again["path"], &again["feed"]), (&json!(null), &first["feed"]));
    let second = lan.act("/me/calendar-feed").await.expect(200);
    assert_eq!(version(&second["feed"]), 2);
    let path = |made: &serde_json::Value| text(made, "path").replace("/api/v1", "");
    let anonymous = world.anonymous();
    anonymous.get(&path(&first)).await.refused(404, "not_found");
    assert_eq!(anonymous.get(&path(&second)).await.status, 200);
    lan.delete("/me/calendar-feed", 1).await.refused(412, "version_mismatch");
    lan.delete("/me/calendar-feed", 2).await.expect(204);
    anonymous.get(&path(&second)).await.refused(404, "not_found");
    lan.delete("/me/calendar-feed", 2).await.refused(404, "not_found");
    lan.get("/me/calendar-feed").await.refused(404, "not_found");
}

#[tokio::test]
async fn who_has_left_or_may_not_read_activities_has_no_calendar() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    planned(&lan, with(call("2026-11-24T02:00:00Z"), json!({}))).await;
    let path = text(&lan.act("/me/calendar-feed").await.expect(200), "path").replace("/api/v1", "");
    assert_eq!(world.anonymous().get(&path).await.status, 200);
    let user = format!("/users/{}", lan.user_id);
    admin.patch(&user, 1, json!({"is_active": false})).await.expect(200);
    world.anonymous().get(&path).await.refused(404, "not_found");
    world.anonymous().get("/public/calendars/khong-co.ics").await.refused(404, "not_found");
}
