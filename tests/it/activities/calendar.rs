//! Calendars of users and teams, and what is due today.

use chot_tests::World;
use chot_tests::fixtures::{id, team};
use chrono::TimeDelta;
use serde_json::json;

use super::{call, fault, planned, with};

#[tokio::test]
async fn r_edu_42_a_calendar_shows_what_is_planned_and_done_on_the_days_of_the_organisation() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    // 23:30 on the 23rd in Hà Nội, and 00:30 on the 24th.
    let evening = planned(&lan, call("2026-11-23T16:30:00Z")).await;
    let midnight = planned(&lan, call("2026-11-23T17:30:00Z")).await;
    let fair = with(call("2026-11-23T18:00:00Z"), json!({"kind": "meeting", "ends_at": "2026-11-26T10:00:00Z"}));
    let fair = planned(&lan, fair).await;
    let note = planned(&lan, json!({"kind": "note", "subject": "Ghi chú", "done_at": "2026-11-20T03:00:00Z"})).await;
    let off = planned(&lan, call("2026-11-24T03:00:00Z")).await;
    lan.act(&format!("/activities/{}/cancel", id(&off))).await.expect(200);
    let shown = async |query: &str| lan.all(&format!("/calendar?{query}")).await.iter().map(id).collect::<Vec<_>>();
    assert_eq!(shown("from=2026-11-23&to=2026-11-23").await, [id(&evening)]);
    assert_eq!(shown("from=2026-11-24&to=2026-11-24").await, [&midnight, &fair].map(id));
    // Activities that started earlier and are still running are included.
    assert_eq!(shown("from=2026-11-26&to=2026-11-26").await, [id(&fair)]);
    assert_eq!(shown("from=2026-11-27&to=2026-11-27").await, [""; 0]);
    assert_eq!(shown("from=2026-11-20&to=2026-12-20&limit=1").await, [&note, &evening, &midnight, &fair].map(id));
    // Without days: seven days from today.
    assert_eq!(shown("").await, [&evening, &midnight, &fair].map(id));
    assert_eq!(lan.get("/calendar?from=2026-11-24&to=2026-11-23").await.faults(400), [fault("/to", "before_the_start")]);
    assert_eq!(lan.get("/calendar?from=2026-11-01&to=2027-01-02").await.faults(400), [fault("/to", "too_late")]);
    assert_eq!(lan.get("/calendar?to=2027-01-02").await.faults(400), [fault("/from", "required")]);
    lan.get("/calendar?from=2026-11-01&to=2027-01-01").await.expect(200);
    assert_eq!(lan.get("/calendar?from=0001-01-01").await.faults(400), [fault("/from", "out_of_range")]);
}

#[tokio::test]
async fn r_edu_42_what_is_due_today_is_what_is_late_and_what_comes_until_midnight() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let late = planned(&lan, call("2026-11-23T03:00:00Z")).await;
    let tomorrow = planned(&lan, call("2026-11-23T17:00:00Z")).await;
    let today = planned(&lan, call("2026-11-23T16:59:00Z")).await;
    let done = planned(&lan, call("2026-11-23T03:00:00Z")).await;
    lan.post(&format!("/activities/{}/complete", id(&done)), json!({"outcome": "successful"})).await.expect(200);
    world.pass(TimeDelta::hours(2)).await;
    let due = async || lan.all("/calendar/due-today").await.iter().map(id).collect::<Vec<_>>();
    assert_eq!(due().await, [&late, &today].map(id));
    world.pass(TimeDelta::hours(13)).await;
    assert_eq!(due().await, [&late, &today, &tomorrow].map(id));
}

#[tokio::test]
async fn a_manager_reads_the_calendar_of_the_team_and_nobody_reads_beyond_their_sight() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    for client in [&team.lan, &team.minh, &team.manager] {
        planned(client, call("2026-11-23T03:00:00Z")).await;
    }
    let north = team.manager.get(&format!("/users/{}", team.lan.user_id)).await.expect(200)["team_id"].clone();
    let north = north.as_str().unwrap();
    for path in ["/calendar", "/calendar/due-today"] {
        let shown = async |who: &chot_tests::Client, query: String| who.all(&format!("{path}?{query}")).await.len();
        assert_eq!(shown(&team.manager, String::new()).await, 1);
        assert_eq!(shown(&team.manager, format!("team_id={north}")).await, 2);
        assert_eq!(shown(&team.manager, format!("owner_id={}", team.lan.user_id)).await, 1);
        assert_eq!(shown(&team.lan, format!("team_id={north}")).await, 1);
        assert_eq!(shown(&team.lan, format!("owner_id={}", team.minh.user_id)).await, 0);
    }
}
