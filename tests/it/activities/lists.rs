//! Lists of activities.

use chot_tests::World;
use chot_tests::fixtures::{id, own_lead, team};
use chrono::TimeDelta;
use serde_json::json;

use super::{call, fault, planned, with};

#[tokio::test]
async fn activities_are_filtered_sorted_and_paged() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let late = planned(&lan, with(call("2026-11-23T03:00:00Z"), json!({"lead_id": lead["id"], "category": "call_again"}))).await;
    let running = with(call("2026-11-23T03:30:00Z"), json!({"kind": "meeting", "ends_at": "2026-11-23T09:00:00Z"}));
    let running = planned(&lan, running).await;
    let note = planned(&lan, json!({"kind": "note", "subject": "Ghi chú"})).await;
    let ahead = planned(&lan, call("2026-12-01T03:00:00Z")).await;
    world.pass(TimeDelta::hours(4)).await;
    let found = async |query: &str| lan.all(&format!("/activities?{query}")).await.iter().map(id).collect::<Vec<_>>();
    assert_eq!(found("").await, [&ahead, &note, &running, &late].map(id));
    assert_eq!(found("limit=1&sort=starts_at").await, [&note, &late, &running, &ahead].map(id));
    assert_eq!(found("sort=-starts_at&kind=call").await, [&ahead, &late].map(id));
    assert_eq!(found(&format!("lead_id={}", id(&lead))).await, [id(&late)]);
    assert_eq!(found("category=call_again").await, [id(&late)]);
    assert_eq!(found("status=done").await, [id(&note)]);
    assert_eq!(found("is_overdue=true").await, [id(&late)]);
    assert_eq!(found("is_overdue=false").await, [&ahead, &note, &running].map(id));
    assert_eq!(found("starts_at_gte=2026-11-23T03:30:00Z&starts_at_lt=2026-12-01T03:00:00Z").await, [id(&running)]);
    assert_eq!(found("has_recording=true").await, [""; 0]);
    // The lead was recalled, and its call has no owner while the lead is in the pool.
    assert_eq!(found(&format!("owner_id={}", lan.user_id)).await, [&ahead, &note, &running].map(id));
    let faults = lan.get("/activities?kind=fax&sort=name&status=x").await.faults(400);
    let mut faults: Vec<_> = faults.into_iter().map(|(pointer, _)| pointer).collect();
    faults.sort();
    assert_eq!(faults, ["/kind", "/sort", "/status"]);
}

#[tokio::test]
async fn each_sees_what_is_within_reach() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    for client in [&team.lan, &team.minh, &team.manager] {
        planned(client, call("2026-11-23T03:00:00Z")).await;
    }
    assert_eq!(team.lan.all("/activities").await.len(), 1);
    assert_eq!(team.manager.all("/activities").await.len(), 2);
    assert_eq!(world.user("admin").await.all("/activities").await.len(), 3);
    assert!(team.lan.all(&format!("/activities?owner_id={}", team.minh.user_id)).await.is_empty());
    let narrow = json!({"name": "Chỉ tạo", "scopes": ["leads:create"]});
    let key = team.lan.post("/api-keys", narrow).await.expect(201);
    let program = team.lan.with_credential(key["key"].as_str().unwrap());
    program.get("/activities").await.refused(403, "forbidden");
    program.post("/activities", call("2026-11-23T03:00:00Z")).await.refused(403, "forbidden");
    assert_eq!(team.lan.get("/calendar/due-today?from=2026-11-23").await.faults(400), [fault("/from", "unknown_member")]);
}
