//! The event feed: all events in order, each once.

use std::collections::HashSet;

use chot_tests::fixtures::{account, company, id, own_lead, qualified_lead, text};
use chot_tests::{Client, World};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::robustness::at_once::database;

/// The events since a cursor, and the next cursor.
async fn since(client: &Client, cursor: &str, limit: u32) -> (Vec<Value>, String, bool) {
    let from = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
    let piece = client.get(&format!("/events?limit={limit}{from}")).await.expect(200);
    (piece["data"].as_array().unwrap().clone(), text(&piece, "next_cursor"), piece["has_more"] == true)
}

/// All events from a cursor on, page by page.
async fn rest(client: &Client, mut cursor: String, limit: u32) -> (Vec<Value>, String) {
    let mut all = Vec::new();
    loop {
        let (piece, next, has_more) = since(client, &cursor, limit).await;
        all.extend(piece);
        cursor = next;
        if !has_more {
            return (all, cursor);
        }
    }
}

#[tokio::test]
async fn every_event_comes_once_and_in_order() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let lead = qualified_lead(&lan, 1).await;
    lan.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let (all, end) = rest(&admin, String::new(), 200).await;
    let kinds: Vec<_> = all.iter().map(|event| text(event, "kind")).collect();
    let story = [
        "lead.created",
        "lead.contacted",
        "lead.qualified",
        "account.created",
        "contact.created",
        "opportunity.opened",
        "lead.converted",
    ];
    assert_eq!(kinds[kinds.len() - 7..], story);
    for limit in [1, 2, 3, 7] {
        assert_eq!(rest(&admin, String::new(), limit).await, (all.clone(), end.clone()), "in pieces of {limit}");
    }
    let ids: HashSet<_> = all.iter().map(id).collect();
    assert_eq!(ids.len(), all.len());
    assert!(all.is_sorted_by_key(|event| text(event, "occurred_at").parse::<chrono::DateTime<chrono::Utc>>().unwrap()));

    // Nothing new: the same cursor again, for the next request.
    assert_eq!(since(&admin, &end, 50).await, (Vec::new(), end.clone(), false));
    own_lead(&lan, 2).await;
    let (new, _, _) = since(&admin, &end, 50).await;
    assert_eq!(new.iter().map(|event| text(event, "kind")).collect::<Vec<_>>(), ["lead.created"]);
    assert_eq!(rest(&admin, String::new(), 200).await.0[..all.len()], all, "what was told stays as it was told");
}

#[tokio::test]
async fn a_reader_who_keeps_up_while_others_write_misses_nothing_and_reads_nothing_twice() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let writers = [world.user("salesperson").await, world.user("salesperson").await, world.user("marketing").await];
    let (_, begin) = rest(&admin, String::new(), 200).await;
    let write = async |client: &Client, from: u32| {
        for number in from..from + 12 {
            client.post("/leads", company(number)).await.expect(201);
        }
    };
    let read = async || {
        let (mut seen, mut cursor) = (Vec::new(), begin.clone());
        for _ in 0..10_000 {
            let (piece, next, _) = since(&admin, &cursor, 5).await;
            seen.extend(piece);
            cursor = next;
            if seen.len() >= 36 {
                break;
            }
        }
        (seen, cursor)
    };
    let (_, _, _, (seen, cursor), (_, other)) =
        tokio::join!(write(&writers[0], 0), write(&writers[1], 100), write(&writers[2], 200), read(), read());
    assert_eq!(cursor, other);
    let subjects: HashSet<_> = seen.iter().map(|event| text(event, "subject_id")).collect();
    assert_eq!((seen.len(), subjects.len()), (36, 36));
    let leads: HashSet<_> = admin.all("/leads").await.iter().map(id).collect();
    assert_eq!(subjects, leads);
    assert_eq!(since(&admin, &cursor, 5).await.0, Vec::<Value>::new());
    assert_eq!(rest(&admin, begin, 7).await.0, seen, "whoever reads again reads the same");
}

#[tokio::test]
async fn what_was_refused_is_not_told() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let ours = account(&lan, 1).await;
    let (_, end) = rest(&admin, String::new(), 200).await;
    let path = format!("/accounts/{}", id(&ours));
    lan.post("/accounts", json!({"name": "Trùng", "tax_code": ours["tax_code"]})).await.refused(409, "identity_taken");
    lan.patch(&path, 9, json!({"description": "x"})).await.refused(412, "version_mismatch");
    lan.post(&format!("{path}/tags"), json!({"tag": "no_such"})).await.refused(422, "validation_failed");
    lan.act(&format!("{path}/claim")).await.refused(409, "not_in_pool");
    lan.delete(&path, 1).await.refused(403, "forbidden");
    assert!(rest(&admin, end, 200).await.0.is_empty());
}

#[tokio::test]
async fn the_feed_is_for_those_who_reach_everything() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    manager.get("/events").await.expect(200);
    for role in ["salesperson", "marketing", "business_developer", "support", "customer_care"] {
        world.user(role).await.get("/events").await.refused(403, "forbidden");
    }
    let world = World::under("icheck").await;
    world.user("admin").await.get("/events").await.expect(200);
    for role in ["manager", "sales_leader", "salesperson", "data_employee", "customer_care", "marketing"] {
        world.user(role).await.get("/events").await.refused(403, "forbidden");
    }
    world.anonymous().get("/events").await.refused(401, "unauthenticated");
    let admin = world.user("admin").await;
    let key = admin.post("/api-keys", json!({"name": "Đồng bộ", "scopes": ["events:read"]})).await.expect(201);
    world.anonymous().with_credential(&text(&key, "key")).get("/events").await.expect(200);
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    for cursor in ["-1", "0", "+0", "1", "000000000000000000000", "abc", "1.5", "%20", ""] {
        let reply = admin.get(&format!("/events?cursor={cursor}")).await;
        assert_eq!(reply.status, 400, "{cursor}: {}", reply.body);
    }
    for wrong in ["limit=0", "limit=201", "limit=x", "kind=lead.created", "cursor=1&cursor=2"] {
        admin.get(&format!("/events?{wrong}")).await.refused(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_cursor_is_gone_when_the_history_does_not_contain_its_event_any_more() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let (_, before) = rest(&admin, String::new(), 200).await;
    own_lead(&lan, 1).await;
    let (_, after) = rest(&admin, before.clone(), 200).await;
    // A backup of before is restored, and another lead gets the same positions.
    let database = database(&world).await;
    for restored in [
        "DELETE FROM event_values WHERE event_id IN (SELECT id FROM events WHERE kind LIKE 'lead.%')",
        "DELETE FROM events WHERE kind LIKE 'lead.%'",
        "UPDATE feed SET last_position = (SELECT MAX(position) FROM events)",
    ] {
        database.execute_unprepared(restored).await.unwrap();
    }
    admin.get(&format!("/events?cursor={after}")).await.refused(410, "cursor_gone");
    own_lead(&lan, 2).await;
    admin.get(&format!("/events?cursor={after}")).await.refused(410, "cursor_gone");
    assert_eq!(rest(&admin, before, 200).await.0[0]["kind"], "lead.created");
}

#[tokio::test]
async fn a_cursor_of_another_deployment_is_refused() {
    let (ours, theirs) = (World::under("icheck").await, World::under("suno").await);
    let (_, cursor) = rest(&theirs.user("admin").await, String::new(), 200).await;
    ours.user("admin").await.get(&format!("/events?cursor={cursor}")).await.refused(400, "invalid_cursor");
}

#[tokio::test]
async fn the_feed_can_be_limited_to_types_and_records_and_begin_at_a_time() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let first = own_lead(&lan, 1).await;
    world.pass(chrono::TimeDelta::hours(1)).await;
    let second = own_lead(&lan, 2).await;
    let customer = account(&lan, 3).await;
    lan.post(&format!("/leads/{}/tags", id(&second)), json!({"tag": "hot"})).await.expect(200);
    let kinds = async |query: String| -> Vec<String> {
        let found = admin.get(&format!("/events?limit=200&{query}")).await.expect(200);
        found["data"].as_array().unwrap().iter().map(|event| text(event, "kind")).collect()
    };
    assert_eq!(kinds("kind_in=lead.created,lead.tagged".into()).await, ["lead.created", "lead.created", "lead.tagged"]);
    assert_eq!(kinds(format!("subject_id={}", id(&first))).await[0], "lead.created");
    assert_eq!(kinds(format!("subject_id={}", id(&second))).await, ["lead.created", "lead.tagged"]);
    assert_eq!(kinds(format!("account_id={}", id(&customer))).await[0], "account.created");
    let later = kinds(format!("since={}", text(&second, "created_at"))).await;
    assert_eq!((later[0].as_str(), later.contains(&"account.created".into())), ("lead.created", true), "{later:?}");
    let end = admin.get("/events?only_new=true").await.expect(200);
    assert_eq!(end["data"], json!([]));
    let third = own_lead(&lan, 4).await;
    let new = since(&admin, &text(&end, "next_cursor"), 200).await.0;
    assert_eq!((new.len(), &new[0]["subject_id"]), (1, &third["id"]));
    // What the filter leaves out is not read again.
    let filtered = admin.get("/events?kind_in=lead.junked").await.expect(200);
    assert_eq!(filtered["data"], json!([]));
    assert_eq!(since(&admin, &text(&filtered, "next_cursor"), 200).await.0, Vec::<Value>::new());
    for wrong in ["cursor=x&only_new=true", "cursor=x&since=2026-11-23T00:00:00Z"] {
        let faults = admin.get(&format!("/events?{wrong}")).await.refused(400, "invalid_parameter");
        assert_eq!(faults["errors"][0]["code"], "not_together", "{faults}");
    }
}
