//! Downloads: the unchanged content, whole or in part, and always as a file to be saved.

use chot_tests::fixtures::{account, id};
use chot_tests::{Client, Form, PDF, Response, World};
use reqwest::Method;
use serde_json::{Value, json};

async fn uploaded(lan: &Client, name: &str, content: &[u8]) -> (Value, String) {
    let customer = account(lan, 1).await;
    let file = lan.upload("/attachments", Form::of(&json!({"account_id": customer["id"]})).file(name, content)).await.expect(201);
    let path = format!("/attachments/{}/content", id(&file));
    (file, path)
}

async fn asked(client: &Client, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = client.request(method, path);
    client.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_and_is_never_shown_by_a_browser() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (file, path) = uploaded(&lan, "Báo giá 100%.txt", "Giá: 12.000.000 đ\n".repeat(50_000).as_bytes()).await;
    let reply = asked(&lan, Method::GET, &path, &[("accept-encoding", "gzip")]).await;
    assert_eq!((reply.status, reply.text.as_str()), (200, "Giá: 12.000.000 đ\n".repeat(50_000).as_str()));
    assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(reply.header("content-length"), Some(file["size"].to_string().as_str()));
    assert_eq!(
        reply.header("content-disposition"),
        Some("attachment; filename=\"Bao_gia_100_.txt\"; filename*=UTF-8''B%C3%A1o%20gi%C3%A1%20100%25.txt")
    );
    assert_eq!(reply.header("etag"), Some(format!("\"{}\"", file["sha256"].as_str().unwrap()).as_str()));
    let safe = ["x-content-type-options", "cache-control", "content-security-policy", "accept-ranges"];
    let told = safe.map(|name| reply.header(name).unwrap());
    assert_eq!(told, ["nosniff", "private, no-cache", "default-src 'none'; frame-ancestors 'none'", "bytes"]);

    let head = asked(&lan, Method::HEAD, &path, &[]).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    for name in ["content-length", "content-type", "content-disposition", "etag", "accept-ranges"] {
        assert_eq!(head.header(name), reply.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (file, path) = uploaded(&lan, "hop-dong.pdf", PDF).await;
    let size = PDF.len();
    let part = async |range: &str| asked(&lan, Method::GET, &path, &[("range", range)]).await;
    for (range, first, last) in [
        ("bytes=0-9", 0, 9),
        ("bytes=10-10", 10, 10),
        ("bytes=10-", 10, size - 1),
        ("bytes=-5", size - 5, size - 1),
        ("bytes=10-99999", 10, size - 1),
        ("bytes=-99999", 0, size - 1),
    ] {
        let reply = part(range).await;
        assert_eq!((reply.status, reply.bytes.as_slice()), (206, &PDF[first..=last]), "{range}");
        assert_eq!(reply.header("content-range"), Some(format!("bytes {first}-{last}/{size}").as_str()), "{range}");
        assert_eq!(reply.header("content-length"), Some((last - first + 1).to_string().as_str()), "{range}");
        assert_eq!(reply.header("content-type"), Some("application/pdf"));
    }
    for range in [format!("bytes={size}-"), "bytes=-0".into(), "bytes=99999-100000".into()] {
        let reply = part(&range).await;
        assert_eq!(reply.header("content-range"), Some(format!("bytes */{size}").as_str()), "{range}");
        reply.refused(416, "range_not_satisfiable");
    }
    for ignored in ["bytes=5-1", "bytes=a-b", "bytes=", "lines=0-1", "bytes=0-1,4-5", "bytes"] {
        let reply = part(ignored).await;
        assert_eq!((reply.status, reply.bytes.as_slice(), reply.header("content-range")), (200, PDF, None), "{ignored}");
    }
    let tag = format!("\"{}\"", file["sha256"].as_str().unwrap());
    for (known, status) in [(tag.as_str(), 206), ("\"0\"", 200), ("Mon, 23 Nov 2026 02:00:00 GMT", 200)] {
        let reply = asked(&lan, Method::GET, &path, &[("range", "bytes=0-3"), ("if-range", known)]).await;
        assert_eq!(reply.status, status, "{known}");
    }
    let reply = asked(&lan, Method::GET, &path, &[("if-none-match", &tag), ("range", "bytes=0-3")]).await;
    assert_eq!((reply.status, reply.bytes.len(), reply.header("etag")), (304, 0, Some(tag.as_str())));
}

#[tokio::test]
async fn a_file_is_answered_to_who_accepts_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (_, path) = uploaded(&lan, "hop-dong.pdf", PDF).await;
    for accept in [
        "*/*",
        "application/pdf",
        "application/*",
        "text/html, application/pdf;q=0.5",
        "application/json",
        "application/octet-stream",
    ] {
        assert_eq!(asked(&lan, Method::GET, &path, &[("accept", accept)]).await.status, 200, "{accept}");
    }
    for accept in ["image/png", "application/pdf;q=0", "text/html"] {
        asked(&lan, Method::GET, &path, &[("accept", accept)]).await.refused(406, "not_acceptable");
    }
    let found = lan.get(&format!("{path}?tai_ve=1")).await;
    assert_eq!(found.body["errors"][0]["pointer"], "/tai_ve");
    found.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn a_page_of_ours_may_read_what_it_needs_of_a_download() {
    let options = chot_tests::Options { allowed_origins: vec!["https://crm.congty.vn".into()], ..Default::default() };
    let world = World::with("icheck", options).await;
    let lan = world.user("salesperson").await;
    let (_, path) = uploaded(&lan, "hop-dong.pdf", PDF).await;
    let reply = asked(&lan, Method::GET, &path, &[("origin", "https://crm.congty.vn")]).await;
    let exposed = reply.header("access-control-expose-headers").unwrap().to_ascii_lowercase();
    for name in ["content-disposition", "content-range", "accept-ranges"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}
