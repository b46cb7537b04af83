//! The caller is authenticated first: without valid credentials an operation returns 401, whatever else is wrong with the
//! request, and reads nothing of it.

use chot_tests::fixtures::{company, id, version};
use chot_tests::{Client, World, contract, deflate, form_type, gzip};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::operation::{Operation, operations};
use crate::identity::people::{Person, api_key};

const NOBODY: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

/// A path of the operation with the same value for each parameter.
fn path(operation: &Operation, word: &str) -> String {
    let path = operation.path.trim_start_matches("/api/v1");
    let parts = path.split('/').map(|part| if part.starts_with('{') { word } else { part });
    let path = parts.collect::<Vec<_>>().join("/");
    if operation.path.starts_with("/api/v1") { path } else { format!("/{path}") }
}

/// The body in the document, or an empty one.
fn good_body(operation: &Operation) -> Value {
    let content = operation.document["requestBody"]["content"].as_object().into_iter().flatten();
    let examples = content.flat_map(|(_, content)| {
        let name = content["schema"]["$ref"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        [content["example"].clone(), contract().document["components"]["schemas"][name]["example"].clone()]
    });
    examples.into_iter().find(|example| !example.is_null()).unwrap_or_else(|| json!({}))
}

/// Requests with other errors.
fn requests(client: &Client, operation: &Operation) -> Vec<(&'static str, RequestBuilder)> {
    let to = |word: &str| client.request(operation.method.clone(), &path(operation, word)).header("if-match", "\"1\"");
    let json = |text: String| to(NOBODY).header("content-type", "application/json").body(text);
    let good = good_body(operation).to_string();
    vec![
        ("a good body", json(good.clone())),
        ("malformed JSON", json("{".into())),
        ("an unreadable type", to(NOBODY).header("content-type", "application/x-yaml").body("a: 1")),
        ("an unknown coding", json(good.clone()).header("content-encoding", "zstd")),
        ("a coding that it is not in", json(good).header("content-encoding", "gzip")),
        ("a broken form", to(NOBODY).header("content-type", "multipart/form-data; boundary=x").body("--y\r\n")),
        ("a bad word in the path", client.request(operation.method.clone(), &path(operation, "kh%C3%B4ng!"))),
        ("an unknown parameter", client.request(operation.method.clone(), &format!("{}?khong_co=1", path(operation, NOBODY)))),
        ("an unreadable key", to(NOBODY).header("idempotency-key", "có dấu".as_bytes())),
        ("a format that is not answered", to(NOBODY).header("accept", "text/html")),
    ]
}

/// A client for each kind of invalid credentials.
async fn strangers(world: &World) -> Vec<(&'static str, Client)> {
    let admin = Person::employed(world, &world.user("admin").await, "admin").await;
    let (key, program) = api_key(&admin.client, &["leads:read"]).await;
    admin.client.delete(&format!("/api-keys/{}", id(&key)), version(&key)).await.expect(204);
    let gone = admin.again(world).await.client;
    gone.act("/auth/logout").await.expect(204);
    let anonymous = world.anonymous();
    vec![
        ("no credential", anonymous.clone()),
        ("garbage", anonymous.with_credential("khong-phai-khoa")),
        ("a session that has ended", gone),
        ("a revoked key", program),
    ]
}

/// Returns the status and details if the response is wrong. It is not validated against the contract, because there are
/// thousands.
async fn fault(request: RequestBuilder) -> Option<String> {
    let answer = request.send().await.unwrap();
    let (status, challenge) = (answer.status().as_u16(), answer.headers().get("www-authenticate").cloned());
    let text = answer.text().await.unwrap();
    let code = serde_json::from_str::<Value>(&text).unwrap_or_default()["code"].clone();
    let is_refused = (status, &code) == (401, &json!("unauthenticated")) && challenge.is_some();
    (!is_refused).then(|| format!("{status} {code}"))
}

#[tokio::test]
async fn without_a_good_credential_every_operation_answers_401_whatever_else_is_wrong() {
    let world = World::under("icheck").await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (who, client) in strangers(&world).await {
        for (operation, row) in operations().into_iter().filter(|(operation, _)| !operation.is_open()) {
            for (what, request) in requests(&client, &operation) {
                sent += 1;
                if let Some(found) = fault(request).await {
                    wrong.push(format!("{} with {who} and {what}: {found}", row.operation));
                }
            }
        }
    }
    assert!(sent > 4_000, "only {sent} requests were sent");
    assert!(wrong.is_empty(), "{} of {sent}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Anybody may submit a form, but credentials must be valid if they are sent.
#[tokio::test]
async fn a_bad_credential_is_refused_before_a_submission_is_read() {
    let world = World::under("icheck").await;
    for (who, client) in strangers(&world).await.into_iter().skip(1) {
        let request = client.request(reqwest::Method::POST, "/public/lead-forms/khong_co/submissions");
        let found = fault(request.header("content-type", "application/json").body("{")).await;
        assert_eq!(found, None, "{who}");
    }
}

/// A percent-encoded path is the same path.
#[tokio::test]
async fn another_spelling_of_a_path_changes_nothing() {
    let world = World::under("icheck").await;
    let anonymous = world.anonymous();
    assert_eq!(fault(anonymous.request(reqwest::Method::GET, "/%6Ceads?khong_co=1")).await, None);
}

/// Bodies of anonymous callers are not decompressed.
#[tokio::test]
async fn operations_without_sign_in_take_no_packed_body() {
    let world = World::under("icheck").await;
    let anonymous = world.anonymous();
    for (operation, row) in operations() {
        if !operation.is_open() || operation.document["requestBody"].is_null() {
            continue;
        }
        let request = anonymous.request(operation.method.clone(), &path(&operation, "khong_co"));
        let request = request.header("content-type", "application/json").header("content-encoding", "gzip").body("x");
        let reply = anonymous.send(request).await;
        assert_eq!(reply.header("accept-encoding"), Some("identity"), "{}", row.operation);
        reply.refused(415, "unsupported_media_type");
    }
}

/// The status of the response to a request of which only the head is sent.
async fn answer_to_head(world: &World, line: &str, headers: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    let head = format!("{line} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; "HTTP/1.1 401".len()];
    stream.read_exact(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap().split_off("HTTP/1.1 ".len())
}

/// The headers announce a large body that is never sent: the response comes anyway.
#[tokio::test]
async fn a_refused_caller_is_answered_before_the_body_comes() {
    let world = World::under("icheck").await;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| !operation.document["requestBody"].is_null()) {
        let line = format!("{} /api/v1{}", operation.method, path(&operation, NOBODY));
        let expected = if operation.is_open() { "413" } else { "401" };
        for length in ["1000", "10000000"] {
            if expected == "401" || length != "1000" {
                let status = answer_to_head(&world, &line, &format!("content-length: {length}\r\n")).await;
                assert_eq!(status, expected, "{} with {length}", row.operation);
            }
        }
    }
}

/// An authenticated caller gets errors about the size before the body is read, and about the coding before the content.
#[tokio::test]
async fn then_comes_the_size_and_then_the_coding() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let known = format!("authorization: Bearer {}\r\n", admin.credential.as_ref().unwrap());
    let line = "POST /api/v1/leads?khong_co=1";
    let large = format!("{known}content-length: 10000000\r\ncontent-encoding: zstd\r\n");
    assert_eq!(answer_to_head(&world, line, &large).await, "413");
    let packed = admin.request(reqwest::Method::POST, "/leads").header("content-type", "application/json");
    let reply = admin.send(packed.header("content-encoding", "zstd").body("{")).await;
    assert_eq!(reply.header("accept-encoding"), Some("gzip, deflate"));
    reply.refused(415, "unsupported_media_type");
}

/// Compressed bodies are read normally, up to the limit of the decompressed size.
#[tokio::test]
async fn a_packed_body_is_counted_as_it_is_unpacked() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let body = company(1).to_string();
    for (coding, packed) in
        [("gzip", gzip(body.as_bytes())), ("x-gzip", gzip(body.as_bytes())), ("deflate", deflate(body.as_bytes()))]
    {
        admin.send(saying(&admin, coding, packed)).await.expect(201);
    }
    admin.send(saying(&admin, "gzip", gzip(&vec![b' '; 1 << 21]))).await.refused(413, "body_too_large");
    admin.send(saying(&admin, "gzip", b"khong phai gzip".to_vec())).await.refused(400, "malformed_body");
    admin.send(saying(&admin, "gzip, gzip", gzip(&gzip(body.as_bytes())))).await.refused(415, "unsupported_media_type");
    let form = admin.request(reqwest::Method::POST, "/attachments").header("content-type", form_type());
    let reply = admin.send(form.header("content-encoding", "gzip").body(gzip(&[b' '; 100]))).await;
    assert_eq!(reply.header("accept-encoding"), Some("identity"));
    reply.refused(415, "unsupported_media_type");
}

fn saying(client: &Client, coding: &str, packed: Vec<u8>) -> RequestBuilder {
    let request = client.request(reqwest::Method::POST, "/leads").header("content-type", "application/json");
    request.header("content-encoding", coding).body(packed)
}
