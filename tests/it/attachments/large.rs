//! Limits: a file is counted while it comes, and what is too much is not kept.

use chot_tests::given::{account, id};
use chot_tests::{Client, Form, Options, Reply, World, form_type};
use reqwest::Method;
use serde_json::json;

use super::settled;

const LIMIT: usize = 300_000;

async fn world() -> World {
    World::with("icheck", Options { attachment_bytes: Some(LIMIT as u64), ..Options::default() }).await
}

async fn send(lan: &Client, form: Form, is_announced: bool) -> Reply {
    let body = form.body();
    let request = lan.request(Method::POST, "/attachments").header("content-type", form_type());
    if is_announced {
        return lan.send(request.body(body)).await;
    }
    let pieces: Vec<_> = body.chunks(1 << 14).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
    lan.send(request.body(reqwest::Body::wrap_stream(futures_util::stream::iter(pieces)))).await
}

#[tokio::test]
async fn a_file_may_be_as_large_as_the_limit_and_no_larger() {
    let world = world().await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    for is_announced in [true, false] {
        let form = |size: usize| Form::of(&json!({"account_id": customer["id"]})).file("a.txt", &vec![b'a'; size]);
        let file = send(&lan, form(LIMIT), is_announced).await.expect(201);
        assert_eq!(file["size"], LIMIT);
        assert_eq!(lan.get(&format!("/attachments/{}/content", id(&file))).await.bytes.len(), LIMIT);
        send(&lan, form(LIMIT + 1), is_announced).await.refused(413, "body_too_large");
        send(&lan, form(LIMIT + (1 << 20)), is_announced).await.refused(413, "body_too_large");
        let text = Form::of(&json!({"account_id": customer["id"], "description": "a".repeat(70_000)}));
        send(&lan, text, is_announced).await.refused(413, "body_too_large");
    }
    assert_eq!(settled(&world.folder).await.len(), 2);
}

#[tokio::test]
async fn other_bodies_are_limited_as_before() {
    let world = world().await;
    let lan = world.user("salesperson").await;
    let long = json!({"name": "a".repeat(1 << 20)});
    lan.post("/leads", long).await.refused(413, "body_too_large");
}
