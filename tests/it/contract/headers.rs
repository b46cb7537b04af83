//! The headers of every response: the request identifier, the security headers, and which origins may read it.

use chot_tests::{Client, Options, World};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};

use super::operation::operations;
use super::stage::Stage;

#[tokio::test]
async fn a_request_keeps_its_identifier_if_it_is_a_sane_one() {
    let world = World::under("icheck").await;
    let user = world.user("salesperson").await;
    let asked = async |path: &str, given: &[u8]| {
        let given = reqwest::header::HeaderValue::from_bytes(given).unwrap();
        user.send(user.request(Method::GET, path).header("x-request-id", given)).await
    };
    let longest = "a".repeat(100);
    for sane in ["yeu-cau-0001", "a.b_c-1", &longest] {
        for path in ["/me", "/khong-co"] {
            assert_eq!(asked(path, sane.as_bytes()).await.header("x-request-id"), Some(sane), "{path}");
        }
        assert_eq!(asked("/khong-co", sane.as_bytes()).await.body["request_id"], sane, "the problem names it");
    }
    let too_long = "a".repeat(101);
    for odd in ["", "a b", "a/b", "a\"b", "có-dấu", "<script>", "a,b", &too_long] {
        for path in ["/me", "/khong-co"] {
            let reply = asked(path, odd.as_bytes()).await;
            let made = reply.header("x-request-id").unwrap();
            assert!(uuid::Uuid::parse_str(made).is_ok(), "{odd:?} became {made:?}");
        }
    }
    let (first, second) = (user.get("/me").await, user.get("/me").await);
    assert_ne!(first.header("x-request-id").unwrap(), second.header("x-request-id").unwrap());
}

fn is_safe(headers: &HeaderMap, what: &str) {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(header("referrer-policy"), Some("no-referrer"), "{what}");
    assert_eq!(header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"), "{what}");
    let kept = if headers.contains_key("etag") { "private, no-cache" } else { "no-store" };
    assert_eq!(header("cache-control"), Some(kept), "{what}");
    assert!(header("x-request-id").is_some_and(|id| !id.is_empty()), "{what}");
    for telling in ["server", "x-powered-by"] {
        assert_eq!(header(telling), None, "{what} tells what it runs on");
    }
}

#[tokio::test]
async fn every_answer_is_safe_to_receive() {
    let stage = Stage::new().await;
    for (operation, row) in operations() {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let good = stage.admin().send(operation.request(stage.admin(), row, &ground)).await;
        is_safe(&good.headers, row.operation);
        good.ok();
        let (nobody, ground) = (stage.world.anonymous(), stage.prepare(row.on, stage.nobody()).await);
        let refused = nobody.send(operation.bare(&nobody, &ground)).await;
        is_safe(&refused.headers, row.operation);
        let is_refused = refused.status == 401;
        assert_eq!(is_refused, refused.header("www-authenticate").is_some(), "{}: 401 says how to authenticate", row.operation);
    }
}

#[tokio::test]
async fn every_kind_of_refusal_is_safe_to_receive() {
    let world = World::under("icheck").await;
    let user = world.user("salesperson").await;
    let refusals: [(u16, RequestBuilder); 9] = [
        (400, user.request(Method::GET, "/leads?khong_co=1")),
        (400, user.request(Method::POST, "/leads").header("content-type", "application/json").body("{")),
        (401, user.with_credential("khong-phai-khoa").request(Method::GET, "/leads")),
        (403, user.request(Method::GET, "/events")),
        (404, user.request(Method::GET, "//khong-co")),
        (405, user.request(Method::PUT, "/leads")),
        (413, user.request(Method::POST, "/leads").header("content-type", "application/json").body("a".repeat((1 << 20) + 1))),
        (415, user.request(Method::POST, "/leads").header("content-type", "text/plain").body("a")),
        (422, user.request(Method::POST, "/leads").json(&serde_json::json!({}))),
    ];
    for (status, request) in refusals {
        let reply = user.send(request).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        is_safe(&reply.headers, &status.to_string());
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{status}");
        assert_eq!(reply.body["status"], status, "the problem names its status");
        assert_eq!(reply.body["request_id"].as_str(), reply.header("x-request-id"), "{status}");
    }
}

#[tokio::test]
async fn pages_outside_of_the_contract_are_safe_to_receive() {
    let world = World::under("icheck").await;
    for path in ["//openapi.json", "//metrics", "//problems/not_found", "//problems/khong_co"] {
        let answer = world.anonymous().request(Method::GET, path).send().await.unwrap();
        is_safe(answer.headers(), path);
    }
}

const OURS: &str = "https://app.example.vn";
const THEIRS: &str = "https://ke-xau.example.com";

async fn asks_first(client: &Client, origin: &str, method: &str, headers: &str) -> Response {
    let request = client.request(Method::OPTIONS, "/leads").header("origin", origin);
    let request = request.header("access-control-request-method", method).header("access-control-request-headers", headers);
    request.send().await.unwrap()
}

fn words(headers: &HeaderMap, name: &str) -> Vec<String> {
    let all = headers.get_all(name).iter().flat_map(|value| value.to_str().unwrap().split(','));
    all.map(|word| word.trim().to_ascii_lowercase()).collect()
}

fn origin_of(headers: &HeaderMap) -> Option<&str> {
    headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap())
}

async fn world_for_a_page() -> World {
    World::with("icheck", Options { allowed_origins: vec![OURS.to_owned()], ..Options::default() }).await
}

#[tokio::test]
async fn a_page_of_a_named_origin_may_call_and_read() {
    let world = world_for_a_page().await;
    let user = world.user("salesperson").await;
    let sent = "authorization, content-type, if-match, if-none-match, idempotency-key, accept-language, x-request-id";
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        let answer = asks_first(&world.anonymous(), OURS, method, sent).await;
        assert!(answer.status().is_success(), "{method}: {}", answer.status());
        assert_eq!(origin_of(answer.headers()), Some(OURS));
        assert!(words(answer.headers(), "access-control-allow-methods").contains(&method.to_ascii_lowercase()));
        let allowed = words(answer.headers(), "access-control-allow-headers");
        assert!(sent.split(", ").all(|header| allowed.contains(&header.to_owned())), "{allowed:?}");
        assert_eq!(answer.headers().get("access-control-allow-credentials"), None, "no cookies are wanted");
        assert!(words(answer.headers(), "vary").contains(&"origin".to_owned()));
    }
    for path in ["/me", "/khong-co"] {
        let reply = user.send(user.request(Method::GET, path).header("origin", OURS)).await;
        assert_eq!(origin_of(&reply.headers), Some(OURS), "{path}");
        assert!(words(&reply.headers, "vary").contains(&"origin".to_owned()), "{path}");
        let exposed = words(&reply.headers, "access-control-expose-headers");
        for header in ["etag", "location", "link", "retry-after", "idempotency-replayed", "x-request-id", "ratelimit"] {
            assert!(exposed.contains(&header.to_owned()), "{path} does not expose {header}: {exposed:?}");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_not() {
    for world in [world_for_a_page().await, World::under("icheck").await] {
        let user = world.user("salesperson").await;
        for origin in [THEIRS, "null", "http://app.example.vn", "https://app.example.vn.ke-xau.example.com"] {
            let answer = asks_first(&world.anonymous(), origin, "GET", "authorization").await;
            assert_eq!(origin_of(answer.headers()), None, "{origin}");
            let reply = user.send(user.request(Method::GET, "/me").header("origin", origin)).await;
            assert_eq!(origin_of(&reply.headers), None, "{origin}");
        }
    }
}

#[tokio::test]
async fn a_header_or_method_that_is_not_ours_is_not_allowed_to_anybody() {
    let world = world_for_a_page().await;
    let answer = asks_first(&world.anonymous(), OURS, "TRACE", "content-type").await;
    assert!(!words(answer.headers(), "access-control-allow-methods").contains(&"trace".to_owned()));
    let answer = asks_first(&world.anonymous(), OURS, "GET", "x-khong-co").await;
    assert!(!words(answer.headers(), "access-control-allow-headers").contains(&"x-khong-co".to_owned()));
}
