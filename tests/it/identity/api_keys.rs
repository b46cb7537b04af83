use std::collections::BTreeSet;

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, text, version};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::people::{api_key, write};
use crate::robustness::at_once::{counted, database};

#[tokio::test]
async fn an_api_key_is_shown_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let draft = json!({"name": "Trang đích", "scopes": ["leads:read"]});
    let made = lan.post_once("/api-keys", "mot-lan", draft.clone()).await.expect(201);
    let (key, path) = (text(&made, "key"), format!("/api-keys/{}", id(&made["api_key"])));
    let (prefix, secret) = key.split_at("chot_live_".len() + 8);
    assert_eq!((made["api_key"]["prefix"].as_str(), secret.len()), (Some(prefix), 1 + 43), "256 bits");

    let again = lan.post_once("/api-keys", "mot-lan", draft).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), json!({"api_key": made["api_key"], "key": null}));
    for path in [path.as_str(), "/api-keys"] {
        assert!(!lan.get(path).await.text.contains(secret), "{path}");
    }
    assert_eq!(lan.get(&path).await.expect(200), made["api_key"]);
    lan.with_credential(&key).get("/leads").await.expect(200);
}

#[tokio::test]
async fn a_key_that_is_made_without_scopes_may_do_what_its_maker_may() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let made = lan.post("/api-keys", json!({"name": "Trang đích"})).await.expect(201);
    let own = lan.get("/me").await.expect(200)["permissions"].clone();
    assert_eq!(made["api_key"]["scopes"], own);
    // A key created with a limited key gets no more scopes than that key.
    let (_, narrow) = api_key(&lan, &["leads:read", "api_keys:write"]).await;
    let child = narrow.post("/api-keys", json!({"name": "Báo cáo", "scopes": null})).await.expect(201);
    assert_eq!(child["api_key"]["scopes"], json!(["leads:read", "api_keys:write"]));
}

#[tokio::test]
async fn an_api_key_acts_for_its_user_and_history_tells_that_it_was_the_key() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (key, program) = api_key(&lan, &["leads:create", "leads:read"]).await;
    assert_eq!(id(&program.get("/me").await.expect(200)), lan.user_id);
    let lead = program.post("/leads", company(1)).await.expect(201);
    assert_eq!(lead["created_by"], json!(lan.user_id));
    let history = lan.all(&format!("/leads/{}/timeline", id(&lead))).await;
    assert_eq!((&history[0]["actor_kind"], &history[0]["actor_id"]), (&json!("api_key"), &key["id"]));
}

#[tokio::test]
async fn scopes_narrow_what_the_user_may_do() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let (_, program) = api_key(&lan, &["leads:read"]).await;
    program.get(&path).await.expect(200);
    program.post("/leads", company(2)).await.refused(403, "forbidden");
    program.patch(&path, 1, json!({"need": "Cần tem"})).await.refused(403, "forbidden");
    program.act(&format!("{path}/mark-contacted")).await.refused(403, "forbidden");
    for list in ["/accounts", "/opportunities", "/users", "/api-keys", "/products"] {
        program.get(list).await.refused(403, "forbidden");
    }
    let others = own_lead(&world.user("salesperson").await, 3).await;
    program.get(&format!("/leads/{}", id(&others))).await.refused(404, "not_found");
}

#[tokio::test]
async fn callers_are_told_what_they_may_do() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let roles = lan.get("/roles").await.expect(200);
    let role = roles["data"].as_array().unwrap().iter().find(|role| role["key"] == "salesperson").unwrap();
    let words = |permissions: &Value| -> BTreeSet<String> {
        permissions.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let me = lan.get("/me").await.expect(200);
    assert_eq!(
        (words(&me["permissions"]), &me["scope"], &me["api_key"]),
        (words(&role["permissions"]), &role["scope"], &Value::Null)
    );
    // A key can read itself without the permission to read keys.
    let (key, program) = api_key(&lan, &["leads:create"]).await;
    let me = program.get("/me").await.expect(200);
    assert_eq!((id(&me), &me["permissions"], &me["api_key"]), (lan.user_id, &json!(["leads:create"]), &key));
    assert_eq!(me["api_key"]["scopes"], json!(["leads:create"]));
}

#[tokio::test]
async fn a_key_can_be_given_no_right_that_its_maker_lacks() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let with = |scopes: Value| json!({"name": "Trang đích", "scopes": scopes});
    let beyond = |index: usize| (format!("/scopes/{index}"), "beyond_your_rights".to_owned());
    assert_eq!(lan.post("/api-keys", with(json!(["events:read"]))).await.faults(422), [beyond(0)]);
    let (_, program) = api_key(&lan, &["leads:read", "api_keys:write"]).await;
    assert_eq!(program.post("/api-keys", with(json!(["leads:create"]))).await.faults(422), [beyond(0)]);
    let (_, program_of_the_program) = api_key(&program, &["leads:read"]).await;
    program_of_the_program.get("/leads").await.expect(200);
    program_of_the_program.post("/api-keys", with(json!(["leads:read"]))).await.refused(403, "forbidden");

    assert_eq!(lan.post("/api-keys", with(json!([]))).await.faults(422), [("/scopes".into(), "too_few".into())]);
    assert_eq!(
        lan.post("/api-keys", with(json!(["leads:read", "leads:fly"]))).await.faults(422),
        [("/scopes/1".into(), "not_one_of".into())]
    );
    assert_eq!(counted(&database(&world).await, "SELECT count(*) FROM api_keys").await, 2);
}

#[tokio::test]
async fn the_scope_at_fault_is_named_by_its_place_in_the_request() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let draft = json!({"name": "Trang đích", "scopes": ["users:write", "leads:read", "events:read", "leads:claim"]});
    let mut faults = lan.post("/api-keys", draft).await.faults(422);
    faults.sort();
    assert_eq!(faults, ["/scopes/0", "/scopes/2"].map(|pointer| (pointer.to_owned(), "beyond_your_rights".to_owned())));
}

#[tokio::test]
async fn a_key_ends_on_its_day() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let until = |at: &str| json!({"name": "Hội chợ", "scopes": ["leads:read"], "expires_at": at});
    let faults = lan.post("/api-keys", until("2020-01-01T00:00:00Z")).await.faults(422);
    assert_eq!(faults, [("/expires_at".into(), "in_the_past".into())]);

    let made = lan.post("/api-keys", until("2099-12-31T00:00:00Z")).await.expect(201);
    assert_eq!(made["api_key"]["expires_at"], "2099-12-31T00:00:00Z");
    let (over, lasting) = (lan.post("/api-keys", until("2099-12-31T00:00:00Z")).await.expect(201), text(&made, "key"));
    let a_minute_ago = Utc::now() - TimeDelta::minutes(1);
    let expired = "UPDATE api_keys SET expires_at = $1 WHERE prefix = $2";
    write(&database(&world).await, expired, [a_minute_ago.into(), text(&over["api_key"], "prefix").into()]).await;
    lan.with_credential(&text(&over, "key")).get("/leads").await.refused(401, "unauthenticated");
    lan.with_credential(&lasting).get("/leads").await.expect(200);
}

#[tokio::test]
async fn a_revoked_key_is_dead_with_the_next_request_and_stays_in_the_list() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ((key, program), (_, other)) = (api_key(&lan, &["leads:read"]).await, api_key(&lan, &["leads:read"]).await);
    let path = format!("/api-keys/{}", id(&key));
    program.get("/leads").await.expect(200);
    lan.delete(&path, version(&key) + 1).await.refused(412, "version_mismatch");
    program.get("/leads").await.expect(200);
    lan.delete(&path, version(&key)).await.expect(204);
    program.get("/leads").await.refused(401, "unauthenticated");
    lan.delete(&path, version(&key) + 1).await.refused(404, "not_found");
    other.get("/leads").await.expect(200);
    let revoked = lan.get(&path).await.expect(200);
    assert_ne!(revoked["revoked_at"], json!(null));
    assert_eq!(lan.all("/api-keys").await.len(), 2);
    let admin = world.user("admin").await;
    let feed = admin.get("/events?limit=200").await.expect(200);
    let told = feed["data"].as_array().unwrap().iter().filter(|event| event["kind"] == "api_key.revoked");
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn keys_of_others_are_invisible_even_to_the_administrator() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (key, program) = api_key(&lan, &["leads:read"]).await;
    let path = format!("/api-keys/{}", id(&key));
    for other in [world.user("salesperson").await, world.user("admin").await] {
        other.get(&path).await.refused(404, "not_found");
        other.delete(&path, version(&key)).await.refused(404, "not_found");
        assert!(other.all("/api-keys").await.is_empty());
    }
    program.get("/leads").await.expect(200);
}

#[tokio::test]
async fn half_a_key_opens_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (key, program) = api_key(&lan, &["leads:read"]).await;
    let (_, other) = api_key(&lan, &["leads:read"]).await;
    let (prefix, whole) = (text(&key, "prefix"), program.credential.clone().unwrap());
    let others_secret = other.credential.unwrap().split_off(prefix.len());
    let capitals = whole.replace(&prefix, &prefix.to_uppercase());
    for tried in [
        prefix.clone(),
        format!("{prefix}_"),
        format!("{prefix}{others_secret}"),
        whole[..whole.len() - 1].to_owned(),
        format!("{whole}x"),
        capitals,
    ] {
        lan.with_credential(&tried).get("/leads").await.refused(401, "unauthenticated");
    }
    program.get("/leads").await.expect(200);
}
