use std::process::Output;

use chot_tests::{Client, Deployment, Process};
use reqwest::Method;
use serde_json::json;

use super::Folder;

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a command that must fail, and returns its error.
fn refusal(deployment: &Deployment, command: &[&str]) -> String {
    let output = deployment.run(command);
    assert!(!output.status.success(), "{command:?}: {}", said(&output));
    said(&output)
}

#[tokio::test]
async fn the_demo_is_served_only_when_it_is_asked_for() {
    let folder = Folder::new();
    let deployment = Deployment::empty().await.with("CHOT_ATTACHMENTS", &folder.text("attachments"));
    deployment.succeed(&["demo"]);
    let again = deployment.run(&["demo"]);
    assert!(again.status.success() && said(&again).contains("there already"), "{}", said(&again));
    assert!(refusal(&deployment, &["demo", "--playbook", "suno"]).contains("another database"));

    // An additional real administrator does not make the public passwords of the demo safe.
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    for command in ["serve", "work"] {
        assert!(refusal(&deployment, &[command]).contains("--demo"));
    }

    let server = deployment.serve_demo();
    let admin = server.sign_in("admin@demo.example.vn", "dung-thu-chot-2026").await;
    assert!(!admin.all("/leads?limit=5").await.is_empty());
    admin.post("/sandbox/clock", json!({"advance_seconds": 60})).await.expect(200);
    let allowed = [
        ("http://localhost:5173", true),
        ("http://127.0.0.1:3000", true),
        ("http://localhost", true),
        ("https://localhost.example.com", false),
        ("http://localhost.example.com:5173", false),
        ("https://example.com", false),
    ];
    for (origin, may_call) in allowed {
        assert_eq!(is_allowed(&admin, origin).await, may_call, "{origin}");
    }
}

async fn is_allowed(client: &Client, origin: &str) -> bool {
    let asked = client.request(Method::OPTIONS, "/leads").header("origin", origin);
    let answer = asked.header("access-control-request-method", "GET").send().await.unwrap();
    answer.headers().get("access-control-allow-origin").is_some_and(|allowed| allowed == origin)
}

#[tokio::test]
async fn a_deployment_with_users_of_its_own_takes_no_demo() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    assert!(refusal(&deployment, &["demo"]).contains("users of its own"));
    assert!(refusal(&deployment, &["serve", "--demo"]).contains("no demo"));
    assert!(refusal(&deployment, &["demo", "--playbook", "nobody"]).contains("easyedu"));
    let server: Process = deployment.serve();
    let lan = server.sign_in("lan@congty.example.vn", "mot-mat-khau-dai-2026").await;
    assert_eq!(lan.all("/users").await.len(), 1, "nothing was loaded");
    assert!(!is_allowed(&lan, "http://localhost:5173").await);
}
