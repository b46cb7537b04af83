//! Refresh tokens: each can be used once, and theft is detected.

use chot_application::identity::digest;
use chot_tests::World;
use chot_tests::fixtures::text;
use chrono::{TimeDelta, Utc};
use sea_orm::DatabaseConnection;
use serde_json::json;

use super::people::{Person, bearer, refresh, write};
use crate::robustness::at_once::{at_once, counted, database, only_winner};

#[tokio::test]
async fn a_session_goes_on_with_new_tokens() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let mut refresh_token = lan.refresh_token.clone();
    for _ in 0..3 {
        let tokens = refresh(&world, &refresh_token).await.expect(200);
        let me = bearer(&world, &tokens).get("/me").await.expect(200);
        assert_eq!(text(&me, "id"), lan.client.user_id);
        assert_ne!(text(&tokens, "refresh_token"), refresh_token);
        refresh_token = text(&tokens, "refresh_token");
    }
    lan.client.get("/me").await.expect(200);
}

#[tokio::test]
async fn of_two_calls_that_spend_one_token_at_once_the_slower_is_told_to_use_the_answer_of_the_other() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let spend = || {
        let (client, token) = (world.anonymous(), lan.refresh_token.clone());
        async move { client.post("/auth/refresh", json!({"refresh_token": token})).await }
    };
    let tokens = only_winner(at_once([spend(), spend()]).await, 200, 409, "refresh_in_progress");
    bearer(&world, &tokens).get("/me").await.expect(200);
    refresh(&world, &text(&tokens, "refresh_token")).await.expect(200);
}

async fn spent_long_ago(database: &DatabaseConnection, refresh_token: &str) {
    let a_minute_ago = Utc::now() - TimeDelta::minutes(1);
    let spent = "UPDATE refresh_tokens SET spent_at = $1 WHERE token_hash = $2";
    write(database, spent, [a_minute_ago.into(), digest(refresh_token).into()]).await;
}

#[tokio::test]
async fn who_uses_a_token_long_after_it_was_spent_ends_the_session() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let on_the_phone = lan.again(&world).await;
    let tokens = refresh(&world, &lan.refresh_token).await.expect(200);
    let database = database(&world).await;
    spent_long_ago(&database, &lan.refresh_token).await;
    refresh(&world, &lan.refresh_token).await.refused(401, "invalid_refresh_token");

    lan.client.get("/me").await.refused(401, "unauthenticated");
    bearer(&world, &tokens).get("/me").await.refused(401, "unauthenticated");
    refresh(&world, &text(&tokens, "refresh_token")).await.refused(401, "invalid_refresh_token");
    assert_eq!(counted(&database, "SELECT count(*) FROM events WHERE kind = 'user.refresh_token_reused'").await, 1);
    on_the_phone.client.get("/me").await.expect(200);
    refresh(&world, &on_the_phone.refresh_token).await.expect(200);
}

/// The thief may use the stolen tokens at the same moment.
#[tokio::test]
async fn a_session_that_was_stolen_is_over_at_once_for_those_who_are_at_work_with_it() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let thief = bearer(&world, &refresh(&world, &lan.refresh_token).await.expect(200));
    for client in [&lan.client, &thief] {
        client.get("/me").await.expect(200);
    }
    spent_long_ago(&database(&world).await, &lan.refresh_token).await;
    refresh(&world, &lan.refresh_token).await.refused(401, "invalid_refresh_token");
    for client in [&lan.client, &thief] {
        client.get("/me").await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn what_is_no_refresh_token_of_an_open_session_is_refused_alike() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let over = lan.again(&world).await;
    let yesterday = Utc::now() - TimeDelta::days(1);
    let session = "UPDATE sessions SET expires_at = $1 WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $2)";
    write(&database(&world).await, session, [yesterday.into(), digest(&over.refresh_token).into()]).await;

    let (access_token, _) = lan.client.credential.as_deref().unwrap().split_at(200);
    for token in
        ["x", "hG0pKTiOQ0K1cFf5n4cC1rQm9E9cE3Xn2sUuWcVb7aY", &digest(&lan.refresh_token), access_token, &over.refresh_token]
    {
        refresh(&world, token).await.refused(401, "invalid_refresh_token");
    }
    over.client.get("/me").await.refused(401, "unauthenticated");
    refresh(&world, &lan.refresh_token).await.expect(200);
}
