use chot_application::worker;
use chot_domain::identity::Actor;
use chot_persistence::idempotency;
use chot_tests::{Kind, World, kind};
use chrono::{TimeDelta, Utc};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use super::people::{PASSWORD, Person, api_key, change, refresh, sign_in, write};
use crate::robustness::at_once::{counted, database, somebody_waits};

const NEW_PASSWORD: &str = "song-dai-troi-rong-2027";

#[tokio::test]
async fn who_signs_out_is_out_with_the_next_request() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let on_the_phone = lan.again(&world).await;
    lan.client.get("/me").await.expect(200);
    lan.client.act("/auth/logout").await.expect(204);
    lan.client.get("/me").await.refused(401, "unauthenticated");
    lan.client.act("/auth/logout").await.refused(401, "unauthenticated");
    refresh(&world, &lan.refresh_token).await.refused(401, "invalid_refresh_token");
    on_the_phone.client.get("/me").await.expect(200);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let (stolen, colleague) = (lan.again(&world).await, world.user("salesperson").await);
    stolen.client.get("/me").await.expect(200);

    let wrong = json!({"current_password": "mot-mat-khau-khac-2026", "new_password": NEW_PASSWORD});
    let faults = lan.client.post("/auth/password", wrong).await.faults(422);
    assert_eq!(faults, [("/current_password".into(), "wrong_password".into())]);
    stolen.client.get("/me").await.expect(200);

    let order = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    lan.client.post("/auth/password", order).await.expect(204);
    stolen.client.get("/me").await.refused(401, "unauthenticated");
    refresh(&world, &stolen.refresh_token).await.refused(401, "invalid_refresh_token");
    lan.client.get("/me").await.expect(200);
    refresh(&world, &lan.refresh_token).await.expect(200);
    colleague.get("/me").await.expect(200);
    sign_in(&world, &lan.email, PASSWORD).await.refused(401, "invalid_credentials");
    sign_in(&world, &lan.email, NEW_PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_password_that_an_administrator_gives_ends_all_sessions() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    lan.client.get("/me").await.expect(200);
    change(&admin, &lan.client, json!({"password": NEW_PASSWORD})).await;
    lan.client.get("/me").await.refused(401, "unauthenticated");
    refresh(&world, &lan.refresh_token).await.refused(401, "invalid_refresh_token");
    sign_in(&world, &lan.email, PASSWORD).await.refused(401, "invalid_credentials");
    sign_in(&world, &lan.email, NEW_PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_api_key_has_no_session_to_end_and_no_password_to_change() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read", "api_keys:write"]).await;
    program.act("/auth/logout").await.refused(403, "forbidden");
    let order = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    program.post("/auth/password", order).await.refused(403, "forbidden");
    sign_in(&world, &lan.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn who_leaves_is_out_at_once_with_all_tokens_and_keys() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read"]).await;
    lan.client.get("/leads").await.expect(200);
    program.get("/leads").await.expect(200);

    change(&admin, &lan.client, json!({"is_active": false})).await;
    lan.client.get("/leads").await.refused(401, "unauthenticated");
    program.get("/leads").await.refused(401, "unauthenticated");
    refresh(&world, &lan.refresh_token).await.refused(401, "invalid_refresh_token");
    sign_in(&world, &lan.email, PASSWORD).await.refused(401, "invalid_credentials");

    change(&admin, &lan.client, json!({"is_active": true})).await;
    lan.client.get("/leads").await.refused(401, "unauthenticated");
    sign_in(&world, &lan.email, PASSWORD).await.expect(200);
}

/// A running request that has already read its caller must not restore a cached caller that was cleared meanwhile. On PostgreSQL
/// it is blocked at the teams, which are read last.
#[tokio::test]
async fn who_leaves_while_a_request_is_under_way_is_out_all_the_same() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let team = world.team("Miền Bắc", None).await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    change(&admin, &lan.client, json!({"team_id": team})).await;

    let database = database(&world).await;
    let hold = database.begin().await.unwrap();
    if kind() == Kind::Postgres {
        hold.execute_unprepared("LOCK TABLE teams IN ACCESS EXCLUSIVE MODE").await.unwrap();
    }
    let client = lan.client.clone();
    let under_way = tokio::spawn(async move { client.get("/me").await });
    while !somebody_waits(&database).await {}
    change(&admin, &lan.client, json!({"team_id": null, "is_active": false})).await;
    hold.rollback().await.unwrap();
    assert!(matches!(under_way.await.unwrap().status, 200 | 401), "it came before, or after");
    lan.client.get("/me").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_new_role_takes_effect_at_once() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read", "accounts:read"]).await;
    lan.client.get("/lead-forms").await.refused(403, "forbidden");
    lan.client.get("/accounts").await.expect(200);
    program.get("/accounts").await.expect(200);

    change(&admin, &lan.client, json!({"role": "marketing"})).await;
    lan.client.get("/lead-forms").await.expect(200);
    lan.client.get("/accounts").await.refused(403, "forbidden");
    program.get("/accounts").await.refused(403, "forbidden");
    program.get("/leads").await.expect(200);
    program.get("/lead-forms").await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_session_that_is_long_over_is_forgotten_with_its_tokens() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let database = database(&world).await;
    let sessions = async || counted(&database, "SELECT count(*) FROM sessions").await;
    let tokens = async || counted(&database, "SELECT count(*) FROM refresh_tokens").await;
    lan.again(&world).await;
    let before = (sessions().await, tokens().await);
    lan.client.act("/auth/logout").await.expect(204);
    worker::forget(&world.engine).await.unwrap();
    assert_eq!((sessions().await, tokens().await), before, "a token that comes back is still known as spent");
    let long_ago = Utc::now() - TimeDelta::days(31);
    write(&database, "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NOT NULL", [long_ago.into()]).await;
    worker::forget(&world.engine).await.unwrap();
    assert_eq!((sessions().await, tokens().await), (before.0 - 1, before.1 - 1));
}

/// Each batch is a separate unit, so that a long backlog does not exceed the time limit of a statement.
#[tokio::test]
async fn what_is_old_is_deleted_in_batches_until_nothing_is_left() {
    const OLD: i64 = 1_200;
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let database = database(&world).await;
    let long_ago = Utc::now() - TimeDelta::days(40);
    for number in 0..OLD {
        let key = "INSERT INTO idempotency_keys (caller, request, idempotency_key, body_hash, permissions, headers, body, created_at) \
                   VALUES ('user', 'POST /', $1, '', '[]', '[]', '', $2)";
        write(&database, key, [format!("khoa-{number}").into(), long_ago.into()]).await;
    }
    let keys = async || counted(&database, "SELECT count(*) FROM idempotency_keys").await;
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let deleted = system.write(async |tx| Ok(idempotency::delete_old(tx, 500).await?)).await.unwrap();
    assert_eq!((deleted, keys().await), (500, OLD - 500));
    admin.post_once("/teams", "moi", json!({"name": "Miền Nam"})).await.expect(201);
    worker::forget(&world.engine).await.unwrap();
    assert_eq!(keys().await, 1, "what is not old stays");
}
