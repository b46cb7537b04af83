//! The pages besides the API: Swagger UI, the document, the metrics.

use chot_tests::{Client, Options, World};
use reqwest::Method;
use serde_json::json;

/// The sources that a policy allows for one kind of content.
fn allowed<'a>(policy: &'a str, directive: &str) -> Option<&'a str> {
    policy
        .split(';')
        .filter_map(|part| part.trim().split_once(' '))
        .find(|(name, _)| *name == directive)
        .map(|(_, sources)| sources)
}

#[tokio::test]
async fn swagger_ui_is_shown_in_no_frame_and_runs_its_own_scripts_alone() {
    let world = World::under("icheck").await;
    let client = world.anonymous();
    for page in ["//docs/", "//docs/index.html", "//docs/swagger-initializer.js", "//docs/swagger-ui-bundle.js"] {
        let answer = client.request(Method::GET, page).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{page}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        for (directive, sources) in [
            ("frame-ancestors", "'none'"),
            ("default-src", "'none'"),
            ("script-src", "'self'"),
            ("connect-src", "'self'"),
            ("base-uri", "'none'"),
            ("form-action", "'none'"),
        ] {
            assert_eq!(allowed(&policy, directive), Some(sources), "{page}: {policy}");
        }
        assert_eq!(answer.headers()["x-frame-options"], "DENY", "{page}");
    }
    // The page must not contain scripts that the policy blocks.
    let page = client.page("//docs/").await;
    let scripts: Vec<&str> = page.split("<script").skip(1).collect();
    assert!(scripts.len() >= 2, "{page}");
    for script in scripts {
        assert!(script.split('>').next().unwrap().contains(" src=\"./"), "{script}");
    }
    assert!(!page.contains(" onload=") && !page.contains("javascript:"), "{page}");
}

#[tokio::test]
async fn swagger_ui_keeps_no_token_when_it_is_left() {
    let world = World::under("icheck").await;
    let settings = world.anonymous().page("//docs/swagger-initializer.js").await;
    let kept = settings.split("persistAuthorization").nth(1).unwrap_or(": false").trim_start_matches(['"', ':', ' ']);
    assert!(kept.starts_with("false"), "{settings}");
}

#[tokio::test]
async fn the_document_and_swagger_ui_can_be_switched_off() {
    let world = World::with("icheck", Options { without_docs: true, ..Options::default() }).await;
    for page in ["//docs", "//docs/", "//docs/index.html", "//docs/swagger-ui-bundle.js", "//openapi.json"] {
        for method in [Method::GET, Method::POST] {
            let answer = world.anonymous().request(method.clone(), page).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{method} {page}");
            let problem: serde_json::Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], json!("not_found"), "{page}");
        }
    }
    world.anonymous().page("//metrics").await;
    world.anonymous().page("//problems/not_found").await;
    world.user("salesperson").await.get("/me").await.expect(200);
}

#[tokio::test]
async fn the_metrics_can_have_an_address_of_their_own() {
    let listen = Some("127.0.0.1:0".parse().unwrap());
    let world = World::with("icheck", Options { metrics_listen: listen, ..Options::default() }).await;
    let client = world.anonymous();
    assert_eq!(client.request(Method::GET, "//metrics").send().await.unwrap().status(), 404);
    client.page("//docs/").await;
    let metrics = Client::anonymous(world.metrics.as_ref().unwrap());
    assert!(metrics.page("//metrics").await.contains("chot_http_requests_total"));
    for elsewhere in ["//docs/", "//openapi.json", "//api/v1/me", "//health/live"] {
        assert_eq!(metrics.request(Method::GET, elsewhere).send().await.unwrap().status(), 404, "{elsewhere}");
    }
}
