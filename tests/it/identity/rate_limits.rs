use chot_tests::{Options, Reply, World};
use serde_json::json;

use super::people::{PASSWORD, Person, api_key, sign_in};
use crate::robustness::at_once::at_once;

async fn strict_world() -> World {
    World::with("icheck", Options { rate_limits: true, ..Options::default() }).await
}

fn assert_has_to_wait(reply: Reply) {
    let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    reply.refused(429, "too_many_requests");
}

/// The attempts come at the same moment, so that no allowance comes back between them.
#[tokio::test]
async fn after_ten_wrong_passwords_for_one_address_the_next_has_to_wait() {
    let world = strict_world().await;
    let admin = world.user("admin").await;
    let minh = Person::employed(&world, &admin, "salesperson").await;
    let lan = json!({"email": "lan@congty.example.vn", "full_name": "Lan", "role": "salesperson", "password": PASSWORD});
    admin.post("/users", lan).await.expect(201);
    let attempts = (0..20).map(|number| {
        // Capitals make no other address.
        let email = if number % 2 == 0 { "lan@congty.example.vn" } else { "LAN@congty.example.vn" };
        let (client, wrong) = (world.anonymous(), json!({"email": email, "password": "mot-mat-khau-khac-2026"}));
        async move { client.post("/auth/login", wrong).await }
    });
    let (tried, stopped): (Vec<_>, Vec<_>) = at_once(attempts).await.into_iter().partition(|reply| reply.status == 401);
    assert_eq!((tried.len(), stopped.len()), (10, 10));
    stopped.into_iter().for_each(assert_has_to_wait);
    sign_in(&world, &minh.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn who_tries_many_tokens_from_one_place_has_to_wait() {
    let world = strict_world().await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let attempts = (0..120).map(|number| {
        let client = world.anonymous();
        async move { client.post("/auth/refresh", json!({"refresh_token": format!("thu-{number}")})).await }
    });
    let (tried, stopped): (Vec<_>, Vec<_>) = at_once(attempts).await.into_iter().partition(|reply| reply.status == 401);
    assert!(!tried.is_empty() && !stopped.is_empty(), "{} were tried, {} stopped", tried.len(), stopped.len());
    stopped.into_iter().for_each(assert_has_to_wait);
    lan.client.get("/me").await.expect(200);
}

fn remaining(reply: &Reply) -> u32 {
    assert_eq!(reply.header("ratelimit-policy"), Some("\"caller\";q=1200;w=60"), "{}", reply.status);
    let limit = reply.header("ratelimit").unwrap();
    let left = limit.strip_prefix("\"caller\";r=").and_then(|rest| rest.strip_suffix(";t=60"));
    left.unwrap_or_else(|| panic!("{limit}")).parse().unwrap()
}

#[tokio::test]
async fn answers_to_known_callers_tell_what_is_left_of_their_allowance() {
    let world = strict_world().await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read"]).await;
    for reply in [
        lan.client.get("/me").await,
        lan.client.get("/leads").await,
        lan.client.get("/leads/01890000-0000-7000-8000-000000000000").await,
        lan.client.post("/users", json!({"email": "x@congty.example.vn", "full_name": "x", "role": "admin"})).await,
        lan.client.post("/leads", json!({})).await,
        program.get("/leads").await,
        program.get("/accounts").await,
    ] {
        assert!(remaining(&reply) < 1_200, "{}", reply.status);
    }
    let reply = world.anonymous().get("/me").await;
    assert_eq!((reply.status, reply.header("ratelimit")), (401, None));
}

/// Sixty people behind one allowance would starve each other: everybody has their own, and a program has another than its user.
#[tokio::test]
async fn allowances_are_each_callers_own() {
    let world = strict_world().await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read"]).await;
    let calls = (0..200).map(|_| {
        let client = lan.client.clone();
        async move { client.get("/leads").await }
    });
    let least = at_once(calls).await.iter().map(remaining).min().unwrap();
    assert!(least < remaining(&program.get("/leads").await));
    assert!(least < remaining(&world.user("manager").await.get("/leads").await));
}

#[tokio::test]
async fn without_limits_nothing_is_said_of_them() {
    let world = World::under("icheck").await;
    let reply = world.user("salesperson").await.get("/me").await;
    assert_eq!((reply.header("ratelimit"), reply.header("ratelimit-policy")), (None, None));
}
