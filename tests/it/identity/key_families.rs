//! What was created with a key, or is protected by a password, ends together with it.

use chot_tests::fixtures::{id, text};
use chot_tests::{Client, World, fault};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::Database;
use serde_json::{Value, json};

use super::people::{Person, api_key, change, write};

const NEW_PASSWORD: &str = "song-dai-troi-rong-2027";
const SCOPES: [&str; 3] = ["leads:read", "api_keys:write", "activities:read"];

/// A key created with the client's credential, and its client.
async fn child(client: &Client, members: Value) -> (Value, Client) {
    let mut draft = json!({"name": "Con", "scopes": SCOPES});
    draft.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let made = client.post("/api-keys", draft).await.expect(201);
    let caller = client.with_credential(&text(&made, "key"));
    (made["api_key"].clone(), caller)
}

/// The path of the calendar feed that the client has created.
async fn feed(client: &Client) -> String {
    text(&client.act("/me/calendar-feed").await.expect(200), "path").replace("/api/v1", "")
}

async fn reads(client: &Client, path: &str) -> u16 {
    let request = client.request(reqwest::Method::GET, path).header("accept", "text/calendar");
    client.send(request).await.status
}

#[tokio::test]
async fn a_key_made_with_a_key_ends_no_later_than_that_one() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let end = (Utc::now() + TimeDelta::hours(2)).to_rfc3339();
    let (parent, program) = child(&lan, json!({"expires_at": end})).await;
    let at = |key: &Value| key["expires_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();

    let (unsaid, _) = child(&program, json!({})).await;
    assert_eq!(at(&unsaid), at(&parent));
    let (earlier, _) = child(&program, json!({"expires_at": (Utc::now() + TimeDelta::hours(1)).to_rfc3339()})).await;
    assert!(at(&earlier) < at(&parent));
    let later = json!({"name": "Con", "scopes": ["leads:read"], "expires_at": (Utc::now() + TimeDelta::hours(3)).to_rfc3339()});
    assert_eq!(program.post("/api-keys", later.clone()).await.faults(422), [fault("/expires_at", "beyond_your_rights")]);
    // A signed-in user is not limited by a key's expiry.
    lan.post("/api-keys", later).await.expect(201);
    let (endless, _) = child(&lan, json!({})).await;
    assert_eq!(endless["expires_at"], json!(null));
}

#[tokio::test]
async fn what_was_made_with_a_key_ends_with_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (parent, program) = child(&lan, json!({})).await;
    let (_, second) = child(&program, json!({})).await;
    let (grandchild, third) = child(&second, json!({})).await;
    let (_, other) = api_key(&lan, &SCOPES).await;
    let calendar = feed(&second).await;
    for caller in [&program, &second, &third, &other] {
        caller.get("/leads").await.expect(200);
    }
    assert_eq!(reads(&world.anonymous(), &calendar).await, 200);

    lan.delete(&format!("/api-keys/{}", id(&parent)), 1).await.expect(204);
    for caller in [&program, &second, &third] {
        caller.get("/leads").await.refused(401, "unauthenticated");
    }
    assert_eq!(reads(&world.anonymous(), &calendar).await, 404);
    other.get("/leads").await.expect(200);
    let ended = lan.get(&format!("/api-keys/{}", id(&grandchild))).await.expect(200);
    assert_ne!(ended["revoked_at"], json!(null));
    let feed = world.user("admin").await.get("/events?limit=200").await.expect(200);
    let events = feed["data"].as_array().unwrap();
    assert_eq!(events.iter().filter(|event| event["kind"] == "api_key.revoked").count(), 3);
}

#[tokio::test]
async fn a_calendar_feed_that_was_made_with_a_key_ends_when_the_key_does() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (key, program) = child(&lan, json!({"expires_at": (Utc::now() + TimeDelta::hours(1)).to_rfc3339()})).await;
    let calendar = feed(&program).await;
    assert_eq!(reads(&world.anonymous(), &calendar).await, 200);
    let database = Database::connect(world.database_url()).await.unwrap();
    let over = Utc::now() - TimeDelta::minutes(1);
    let key: uuid::Uuid = id(&key).parse().unwrap();
    write(&database, "UPDATE api_keys SET expires_at = $1 WHERE id = $2", [over.into(), key.into()]).await;
    assert_eq!(reads(&world.anonymous(), &calendar).await, 404);
    let own = feed(&lan).await;
    assert_eq!(reads(&world.anonymous(), &own).await, 200);
}

#[tokio::test]
async fn a_password_that_an_administrator_gives_ends_keys_and_the_calendar_feed() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let minh = Person::employed(&world, &admin, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read"]).await;
    let (_, of_minh) = api_key(&minh.client, &["leads:read"]).await;
    let (calendar, of_minh_too) = (feed(&lan.client).await, feed(&minh.client).await);

    change(&admin, &lan.client, json!({"full_name": "Nguyễn Lan"})).await;
    program.get("/leads").await.expect(200);
    assert_eq!(reads(&world.anonymous(), &calendar).await, 200);

    let changed = change(&admin, &lan.client, json!({"password": NEW_PASSWORD})).await;
    assert_eq!(changed["keep_keys"], json!(null));
    program.get("/leads").await.refused(401, "unauthenticated");
    assert_eq!(reads(&world.anonymous(), &calendar).await, 404);
    of_minh.get("/leads").await.expect(200);
    assert_eq!(reads(&world.anonymous(), &of_minh_too).await, 200);
}

#[tokio::test]
async fn an_administrator_can_say_that_keys_outlive_a_new_password() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read"]).await;
    let calendar = feed(&lan.client).await;
    change(&admin, &lan.client, json!({"password": NEW_PASSWORD, "keep_keys": true})).await;
    lan.client.get("/me").await.refused(401, "unauthenticated");
    program.get("/leads").await.expect(200);
    assert_eq!(reads(&world.anonymous(), &calendar).await, 200);
    // The choice applies to one change of the password and is not stored.
    change(&admin, &lan.client, json!({"password": "bien-xanh-cat-trang-2027"})).await;
    program.get("/leads").await.refused(401, "unauthenticated");
}
