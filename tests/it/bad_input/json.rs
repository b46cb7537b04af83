//! Bodies that are not JSON, or ambiguous JSON.

use chot_tests::World;
use chot_tests::fixtures::{id, own_lead};
use reqwest::Method;
use serde_json::json;

use super::{Witness, fault, raw, right};

#[tokio::test]
async fn what_is_not_json_is_refused_with_the_place_of_the_fault() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let bodies: [&[u8]; 14] = [
        b"",
        b" ",
        b"{",
        b"{\"name\"",
        b"{name: 1}",
        b"{\"name\": 'x'}",
        b"{\"name\": \"x\",}",
        b"{\"name\": NaN}",
        b"{\"name\": 01}",
        b"{} {}",
        b"<lead/>",
        b"name=x",
        b"\xef\xbb\xbf{}",
        b"{\"name\": \"a\nb\"}",
    ];
    for body in bodies {
        let told = raw(&lan, "/leads", body).await.refused(400, "malformed_body");
        assert!(told["line"].is_u64() && told["column"].is_u64(), "{told}");
        assert_eq!(told["errors"], json!([]));
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn broken_text_is_refused() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let bodies: [&[u8]; 8] = [
        b"{\"name\": \"Ho\xffa\"}",
        b"{\"name\": \"\xc3\"}",
        b"{\"name\": \"\xc0\x80\"}",
        b"{\"name\": \"\xed\xa0\x80\"}",
        br#"{"name": "\ud800"}"#,
        br#"{"name": "\udc00\ud800"}"#,
        br#"{"name": "\ud83d x"}"#,
        br#"{"\ud800": 1}"#,
    ];
    for body in bodies {
        raw(&lan, "/leads", body).await.refused(400, "malformed_body");
        raw(&lan, &format!("{lead}/mark-contacted"), body).await.refused(400, "malformed_body");
        let patch =
            lan.request(Method::PATCH, &lead).header("if-match", "\"1\"").header("content-type", "application/merge-patch+json");
        lan.send(patch.body(body)).await.refused(400, "malformed_body");
    }
    let escaped = raw(&lan, "/leads", r#"{"name": "\u0000"}"#).await.faults(422);
    assert!(escaped.contains(&fault("/name", "nul_character")), "{escaped:?}");
    witness.nothing_written().await;
}

#[tokio::test]
async fn a_member_named_twice_is_refused_at_any_depth() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let bodies = [
        r#"{"name": "A", "phone": "0912345678", "name": "B"}"#,
        r#"{"name": "A", "n\u0061me": "A"}"#,
        r#"{"name": "A", "profile": {"website": "a.vn", "website": "a.vn"}}"#,
        r#"{"name": "A", "contact_points": [{"channel": "other", "value": "x", "value": "y"}]}"#,
        r#"{"zz": {"a": 1, "a": 2}}"#,
    ];
    for body in bodies {
        raw(&lan, "/leads", body).await.refused(400, "malformed_body");
        raw(&lan, &format!("{lead}/convert"), body).await.refused(400, "malformed_body");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn deep_nesting_is_refused_and_breaks_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for levels in [200, 100_000] {
        let arrays = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let objects = format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        let unclosed = "[".repeat(levels);
        for body in [arrays, objects, unclosed] {
            raw(&lan, "/leads", body.clone()).await.refused(400, "malformed_body");
            raw(&lan, "/leads", format!("{{\"name\": {body}}}")).await.refused(400, "malformed_body");
            raw(&world.anonymous(), "/auth/login", body).await.refused(400, "malformed_body");
        }
    }
    let fifty = format!("{{\"name\": {}{}}}", "[".repeat(50), "]".repeat(50));
    let faults = raw(&lan, "/leads", fifty).await.faults(422);
    assert_eq!(faults, [fault("/name", "wrong_type"), fault("/phone", "no_way_to_reach"), fault("/tax_code", "required")]);
    witness.nothing_written().await;
    lan.post("/leads", right()).await.expect(201);
}

#[tokio::test]
async fn a_body_of_another_media_type_is_not_read() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "application/jsonp", "x", ""] {
        let request = lan.request(Method::POST, "/leads").header("content-type", media_type).body(right().to_string());
        lan.send(request).await.refused(415, "unsupported_media_type");
        let request = lan.request(Method::PATCH, &lead).header("if-match", "\"1\"").header("content-type", media_type);
        lan.send(request.body(r#"{"need": "x"}"#)).await.refused(415, "unsupported_media_type");
    }
    let untyped = lan.request(Method::POST, "/leads").body(right().to_string());
    lan.send(untyped).await.refused(415, "unsupported_media_type");
    witness.nothing_written().await;
    let spelled = lan.request(Method::POST, "/leads").header("content-type", "Application/JSON; charset=utf-8");
    lan.send(spelled.body(right().to_string())).await.expect(201);
}
