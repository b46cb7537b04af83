use chot_tests::fixtures::{id, own_lead, phone, some_tax_code};
use chot_tests::{Options, Response, World};
use reqwest::Method;
use serde_json::json;

use super::people::{PASSWORD, Person, api_key, sign_in};
use crate::leads::forms::form;
use crate::robustness::at_once::{at_once, few_at_once};

async fn strict_world() -> World {
    World::with("icheck", Options { rate_limits: true, ..Options::default() }).await
}

/// A world behind a proxy on this machine.
async fn world_behind_a_proxy() -> World {
    let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    World::with("icheck", Options { rate_limits: true, trusted_proxies, ..Options::default() }).await
}

async fn sign_in_from(world: &World, address: &str, email: &str, password: &str) -> Response {
    let client = world.anonymous();
    let request = client.request(Method::POST, "/auth/login").header("x-forwarded-for", address);
    client.send(request.json(&json!({"email": email, "password": password}))).await
}

fn assert_has_to_wait(reply: Response) {
    let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    reply.refused(429, "too_many_requests");
}

/// The attempts come at the same moment, so that the limit is not refilled in between.
#[tokio::test]
async fn after_ten_wrong_passwords_for_one_address_the_next_has_to_wait() {
    let world = strict_world().await;
    let admin = world.user("admin").await;
    let minh = Person::employed(&world, &admin, "salesperson").await;
    let lan = json!({"email": "lan@congty.example.vn", "full_name": "Lan", "role": "salesperson", "password": PASSWORD});
    admin.post("/users", lan).await.expect(201);
    let attempts = (0..20).map(|number| {
        // Capital letters do not make another address.
        let email = if number % 2 == 0 { "lan@congty.example.vn" } else { "LAN@congty.example.vn" };
        let (client, wrong) = (world.anonymous(), json!({"email": email, "password": "mot-mat-khau-khac-2026"}));
        async move { client.post("/auth/login", wrong).await }
    });
    let (tried, stopped): (Vec<_>, Vec<_>) = at_once(attempts).await.into_iter().partition(|reply| reply.status == 401);
    assert_eq!((tried.len(), stopped.len()), (10, 10));
    for reply in &stopped {
        assert!(reply.header("ratelimit").unwrap().contains("\"sign-in\";r=0;t=60"), "{:?}", reply.header("ratelimit"));
    }
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

fn remaining(reply: &Response) -> u32 {
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

/// Sixty users have separate limits. Sixty keys of one user share one limit.
#[tokio::test]
async fn allowances_are_each_callers_own() {
    let world = strict_world().await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let (_, program) = api_key(&lan.client, &["leads:read"]).await;
    let (_, other) = api_key(&lan.client, &["leads:read"]).await;
    let calls = (0..200).map(|_| {
        let client = lan.client.clone();
        async move { client.get("/leads").await }
    });
    let least = few_at_once(calls).await.iter().map(remaining).min().unwrap();
    for key in [&program, &other] {
        assert!(remaining(&key.get("/leads").await) < 1_198, "keys share the allowance of their user");
    }
    assert!(least < remaining(&world.user("manager").await.get("/leads").await));
}

#[tokio::test]
async fn without_limits_nothing_is_said_of_them() {
    let world = World::under("icheck").await;
    let reply = world.user("salesperson").await.get("/me").await;
    assert_eq!((reply.header("ratelimit"), reply.header("ratelimit-policy")), (None, None));
}

const WRONG: &str = "mot-mat-khau-khac-2026";

#[tokio::test]
async fn who_guesses_from_one_address_shuts_nobody_out_elsewhere() {
    let world = world_behind_a_proxy().await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(sign_in_from(&world, "198.51.100.7", &lan.email, WRONG).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (401, 429));
    sign_in_from(&world, "203.0.113.9", &lan.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn who_guesses_from_many_addresses_does_not_shut_the_user_out_where_the_user_has_signed_in_before() {
    let world = world_behind_a_proxy().await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    sign_in_from(&world, "203.0.113.9", &lan.email, PASSWORD).await.expect(200);
    // Some of the attempts come from the user.
    let attempts = (0..150).map(|number| {
        let is_own = number % 20 == 19;
        let address = if is_own { "203.0.113.9".to_owned() } else { format!("198.51.{}.{}", number / 8, number % 8) };
        let (client, password) = (world.anonymous(), if is_own { PASSWORD } else { WRONG });
        let body = json!({"email": lan.email, "password": password});
        async move {
            let request = client.request(Method::POST, "/auth/login").header("x-forwarded-for", address);
            (is_own, client.send(request.json(&body)).await.status)
        }
    });
    let (own, guessed): (Vec<_>, Vec<_>) = few_at_once(attempts).await.into_iter().partition(|(is_own, _)| *is_own);
    assert!(guessed.contains(&(false, 429)), "{guessed:?}");
    assert!(own.iter().all(|answer| *answer == (true, 200)), "{own:?}");
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_chooses_an_address() {
    let world = strict_world().await;
    let attempts = (0..12).map(|number| {
        let client = world.anonymous();
        async move {
            let request = client.request(Method::POST, "/auth/login").header("x-forwarded-for", format!("198.51.100.{number}"));
            client.send(request.json(&json!({"email": "lan@congty.example.vn", "password": WRONG}))).await.status
        }
    });
    assert!(at_once(attempts.collect::<Vec<_>>()).await.contains(&429));
}

#[tokio::test]
async fn an_address_may_use_a_share_of_a_forms_quota_and_no_more() {
    let world = world_behind_a_proxy().await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"quota_per_hour": 48})).await;
    let submit = async |address: &str, number: u32| {
        let client = world.anonymous();
        let request = client.request(Method::POST, &path).header("x-forwarded-for", address);
        client.send(request.json(&json!({"ho_ten": "Khách", "sdt": phone(number)}))).await
    };
    for number in 0..12 {
        submit("198.51.100.7", number).await.expect(202);
    }
    let stopped = submit("198.51.100.7", 12).await;
    assert!(stopped.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    stopped.refused(429, "too_many_requests");
    submit("203.0.113.9", 13).await.expect(202);
    // A program with a credential sends requests of many people.
    for number in 20..30 {
        let request = admin.request(Method::POST, &path).header("x-forwarded-for", "198.51.100.7");
        admin.send(request.json(&json!({"ho_ten": "Khách", "sdt": phone(number)}))).await.expect(202);
    }
}

#[tokio::test]
async fn look_ups_by_identity_have_an_allowance_of_their_own() {
    let world = strict_world().await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let lead = own_lead(&lan.client, 1).await;
    let duplicates = format!("/leads/{}/duplicates", id(&lead));
    let number = some_tax_code(900);
    let paths = [
        format!("/account-cards?tax_code={number}"),
        format!("/accounts?tax_code={number}"),
        format!("/leads?tax_code={number}"),
        duplicates.clone(),
    ];
    for path in &paths {
        let reply = lan.client.get(path).await;
        let policy = reply.header("ratelimit-policy").unwrap();
        assert!(policy.contains("\"caller\";q=1200;w=60") && policy.contains("\"lookup\";q=60;w=60"), "{path}: {policy}");
        reply.expect(200);
    }
    let calls = (0..80).map(|place: usize| {
        let (client, path) = (lan.client.clone(), paths[place % paths.len()].clone());
        async move { client.get(&path).await }
    });
    let replies = few_at_once(calls).await;
    let (answered, stopped): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
    assert!(answered.len() < 70 && !stopped.is_empty(), "{} were answered", answered.len());
    stopped.into_iter().for_each(assert_has_to_wait);
    lan.client.get("/leads").await.expect(200);
}
