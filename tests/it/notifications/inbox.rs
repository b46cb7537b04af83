//! A user's own inbox, and nobody else's.

use chot_tests::fixtures::{company, id, team, text, version};
use chot_tests::{Client, World, fault};
use reqwest::Method;
use serde_json::{Value, json};

use super::only;

/// Lan is notified of this number of leads.
async fn told(world: &World, lan: &Client, count: u32) -> Vec<Value> {
    let admin = world.user("admin").await;
    for number in 0..count {
        let mut draft = company(number);
        draft["owner_id"] = json!(lan.user_id);
        admin.post("/leads", draft).await.expect(201);
    }
    lan.all("/notifications?sort=created_at").await
}

async fn unread(client: &Client) -> Value {
    client.get("/notifications/unread-count").await.expect(200)["unread"].clone()
}

#[tokio::test]
async fn notifications_are_listed_newest_first_in_pages_and_by_what_is_asked() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let told = told(&world, &lan, 5).await;
    let ids = |list: &[Value]| list.iter().map(id).collect::<Vec<_>>();
    let mut newest_first = ids(&told);
    newest_first.reverse();
    assert_eq!(ids(&lan.all("/notifications?limit=2").await), newest_first);
    assert_eq!(unread(&lan).await, 5);

    let path = format!("/notifications/{}", id(&told[1]));
    lan.act(&format!("{path}/mark-read")).await.expect(200);
    assert_eq!((unread(&lan).await, ids(&lan.all("/notifications?is_read=true").await)), (json!(4), vec![id(&told[1])]));
    assert_eq!(lan.all("/notifications?is_read=false").await.len(), 4);
    assert_eq!(lan.all("/notifications?kind=lead_assigned").await.len(), 5);
    assert!(lan.all("/notifications?kind=evidence_warned").await.is_empty());
    let counted = lan.get("/notifications?include_total=true&is_read=false").await.expect(200);
    assert_eq!(counted["page"]["total"], 4);
    let faults = lan.get("/notifications?kind=x&is_read=maybe&limit=0&from=1").await.faults(400);
    for expected in [fault("/kind", "not_one_of"), fault("/is_read", "wrong_type"), fault("/from", "unknown_member")] {
        assert!(faults.contains(&expected), "{faults:?}");
    }
}

#[tokio::test]
async fn a_notification_is_read_once_and_in_the_version_that_was_seen() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let one = told(&world, &lan, 1).await.remove(0);
    let path = format!("/notifications/{}", id(&one));
    assert_eq!((version(&one), lan.get(&path).await.expect(200)), (1, one.clone()));
    let request = lan.request(Method::POST, &format!("{path}/mark-read")).header("if-match", "\"7\"");
    lan.send(request).await.refused(412, "version_mismatch");
    let read = lan.act(&format!("{path}/mark-read")).await.expect(200);
    assert!(read["read_at"].is_string() && version(&read) == 2);
    assert_eq!(lan.act(&format!("{path}/mark-read")).await.expect(200), read, "once is enough");
}

#[tokio::test]
async fn all_that_came_before_a_moment_is_marked_as_read() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let told = told(&world, &lan, 4).await;
    let order = json!({"before": told[2]["created_at"]});
    assert_eq!(lan.post("/notifications/mark-all-read", order.clone()).await.expect(200), json!({"marked": 2}));
    assert_eq!(lan.post("/notifications/mark-all-read", order).await.expect(200), json!({"marked": 0}));
    let unread_now: Vec<Value> = lan.all("/notifications?is_read=false&sort=created_at").await;
    assert_eq!(unread_now.iter().map(id).collect::<Vec<_>>(), [id(&told[2]), id(&told[3])]);
    assert_eq!(lan.act("/notifications/mark-all-read").await.expect(200), json!({"marked": 2}));
    assert_eq!(unread(&lan).await, 0);
    let faults = lan.post("/notifications/mark-all-read", json!({"before": "hôm qua", "x": 1})).await.faults(422);
    assert!(faults.contains(&fault("/x", "unknown_member")) && faults.len() == 2, "{faults:?}");
}

#[tokio::test]
async fn nobody_reads_the_inbox_of_another_not_even_the_administrator() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let admin = world.user("admin").await;
    told(&world, &team.lan, 1).await;
    let path = format!("/notifications/{}", id(&only(&team.lan).await));
    for other in [&team.manager, &team.minh, &admin] {
        other.get(&path).await.refused(404, "not_found");
        other.act(&format!("{path}/mark-read")).await.refused(404, "not_found");
        assert!(other.all("/notifications").await.is_empty());
        assert_eq!(other.act("/notifications/mark-all-read").await.expect(200), json!({"marked": 0}));
        let faults = other.get(&format!("/notifications?user_id={}", team.lan.user_id)).await.faults(400);
        assert_eq!(faults, [fault("/user_id", "unknown_member")]);
    }
    assert_eq!(unread(&team.lan).await, 1);
    for path in ["/notifications", "/notifications/unread-count", "/me/notification-preferences", &path] {
        world.anonymous().get(path).await.refused(401, "unauthenticated");
    }
    team.lan.get("/notifications/khong-phai-ma").await.refused(400, "invalid_parameter");
    team.lan.get("/notifications/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10").await.refused(404, "not_found");
}

#[tokio::test]
async fn the_inbox_speaks_the_language_of_the_request_or_else_of_the_reader() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    told(&world, &lan, 1).await;
    let title = async |language: Option<&str>| {
        let request = lan.request(Method::GET, "/notifications");
        let request = language.into_iter().fold(request, |request, language| request.header("accept-language", language));
        text(&lan.send(request).await.expect(200)["data"][0], "title")
    };
    assert!(title(None).await.starts_with("Bạn được giao"), "Vietnamese, if nothing else was said");
    assert!(title(Some("en-GB, vi;q=0.5")).await.starts_with("The lead"));
    lan.patch("/me/notification-preferences", 1, json!({"language": "en"})).await.expect(200);
    assert!(title(None).await.starts_with("The lead"));
    assert!(title(Some("fr")).await.starts_with("The lead"), "of languages that are not spoken here nothing follows");
    assert!(title(Some("vi-VN")).await.starts_with("Bạn được giao"));
}

#[tokio::test]
async fn a_program_reads_the_inbox_of_its_user() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let key =
        admin.post("/api-keys", json!({"name": "Ứng dụng", "scopes": ["leads:create", "notifications:read"]})).await.expect(201);
    let program = admin.with_credential(&text(&key, "key"));
    let lead = admin.post("/leads", company(1)).await.expect(201);
    let manager = world.user("admin").await;
    manager.post(&format!("/leads/{}/assign", id(&lead)), json!({"owner_id": admin.user_id})).await.expect(200);
    assert_eq!(only(&program).await, only(&admin).await);
}
