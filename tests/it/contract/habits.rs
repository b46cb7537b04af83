//! Errors are uniform: the same error gets the same response everywhere. The cases are derived from the document.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use super::operation::operations;
use super::rows::row_of;
use super::stage::Stage;
use crate::leads::contract::lead;

#[tokio::test]
async fn a_change_wants_the_version_that_was_seen() {
    let stage = Stage::new().await;
    let mut wanting = 0;
    for (operation, row) in operations() {
        // Removing a tag is an action, like adding it: the version is optional.
        let is_of_tag = operation.path.ends_with("/tags/{tag}");
        let changes = matches!(operation.method, Method::PATCH | Method::DELETE) && !is_of_tag;
        assert_eq!(operation.wants_version(), changes, "{}: the document asks for If-Match", row.operation);
        if !changes {
            continue;
        }
        let (who, admin) = (stage.administrator(), stage.admin());
        let ground = stage.prepare(row.on, who).await;
        admin.send(operation.with_body(admin, row, &ground)).await.refused(428, "version_required");
        for stale in [format!("\"{}\"", ground.version - 1), format!("\"{}\"", ground.version + 1), "\"abc\"".into()] {
            let request = operation.with_body(admin, row, &ground).header("if-match", &stale);
            let refused = admin.send(request).await.refused(412, "version_mismatch");
            assert_eq!(refused["version"], ground.version, "{} tells the version that there is", row.operation);
        }
        admin.send(operation.request(admin, row, &ground)).await.ok();
        wanting += 1;
    }
    assert!(wanting > 10);
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_never_ignored() {
    let stage = Stage::new().await;
    let mut ignored = Vec::new();
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.method == Method::GET) {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let path = format!("{}?khong_co=1", ground.path(&operation.path));
        let answer = stage.admin().get(&path).await;
        let refused = (answer.status, answer.body["code"].as_str(), answer.body["errors"][0]["pointer"].as_str());
        if refused != (400, Some("invalid_parameter"), Some("/khong_co")) {
            ignored.push(format!("{}: {refused:?}", row.operation));
        }
    }
    assert!(ignored.is_empty(), "{ignored:#?}");
}

/// The methods of each path in the document.
fn methods() -> BTreeMap<String, BTreeSet<Method>> {
    let mut found: BTreeMap<String, BTreeSet<Method>> = BTreeMap::new();
    for (operation, _) in operations() {
        found.entry(operation.path).or_default().insert(operation.method);
    }
    found
}

#[tokio::test]
async fn the_answer_to_a_wrong_method_names_the_right_ones() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    for (path, known) in methods() {
        let row =
            row_of(operations().into_iter().find(|(operation, _)| operation.path == path).map(|(_, row)| row.operation).unwrap());
        let path = stage.prepare(row.on, stage.administrator()).await.path(&path);
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            if known.contains(&method) {
                continue;
            }
            for client in [stage.admin(), &stage.world.anonymous()] {
                let reply = client.request(method.clone(), &path).send().await.unwrap();
                let allowed = reply.headers().get("allow").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
                let mut allowed: BTreeSet<Method> = allowed.split(", ").filter_map(|word| word.parse().ok()).collect();
                assert_eq!(allowed.remove(&Method::HEAD), known.contains(&Method::GET), "{path}: HEAD wherever there is GET");
                let status = reply.status().as_u16();
                let code = reply.json::<Value>().await.unwrap_or_default()["code"].clone();
                if (status, code == "method_not_allowed", &allowed) != (405, true, &known) {
                    wrong.push(format!("{method} {path} as {}: {status} {code}, Allow: {allowed:?}", client.role));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_not_found() {
    let stage = Stage::new().await;
    let path = stage.prepare(lead, stage.administrator()).await.path("api/v1/leads/{lead_id}/khong-co");
    for path in ["/khong-co", "//khong-co", "//api/v2/leads", "//api", &path.replacen('/', "//", 1), "/leads/"] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for client in [stage.admin(), &stage.world.anonymous()] {
                let request = client.request(method.clone(), path);
                client.send(request).await.refused(404, "not_found");
            }
        }
    }
}

#[tokio::test]
async fn an_identifier_that_is_none_is_refused_or_not_found() {
    let stage = Stage::new().await;
    for (operation, row) in operations() {
        let Some(name) = operation.path.split('{').nth(1).and_then(|rest| rest.split('}').next()) else {
            continue;
        };
        let mut ground = stage.prepare(row.on, stage.administrator()).await;
        ground.known.insert(name.to_owned(), json!("khong-phai-ma"));
        let reply = stage.admin().send(operation.request(stage.admin(), row, &ground)).await;
        let refused = (reply.status, reply.body["code"].as_str().unwrap_or_default());
        assert!(matches!(refused, (400, "invalid_parameter") | (404, "not_found")), "{}: {refused:?}", row.operation);
    }
}

#[tokio::test]
async fn a_body_of_another_media_type_is_not_read() {
    let stage = Stage::new().await;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.wants_body()) {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let body = row.body.map_or_else(|| json!({}), |body| body(&ground)).to_string();
        let other = if operation.reads_json() { "multipart/form-data; boundary=x" } else { "application/json" };
        for media_type in ["text/plain", "application/xml", other] {
            let request = operation.signed(stage.admin(), &ground, &body).header("content-type", media_type).body(body.clone());
            let request = request.header("if-match", format!("\"{}\"", ground.version));
            stage.admin().send(request).await.refused(415, "unsupported_media_type");
        }
        let request = operation.signed(stage.admin(), &ground, &body).body(body);
        let request = request.header("if-match", format!("\"{}\"", ground.version));
        stage.admin().send(request).await.refused(415, "unsupported_media_type");
    }
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let stage = Stage::new().await;
    // The size of a form with a file has another limit.
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.reads_json()) {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let large = format!("{{\"note\": \"{}\"}}", "a".repeat(1 << 20));
        let request = operation.bare(stage.admin(), &ground).header("content-type", "application/json").body(large);
        let request = request.header("if-match", format!("\"{}\"", ground.version));
        stage.admin().send(request).await.refused(413, "body_too_large");
    }
    // A body of exactly one mebibyte is read, whatever the response is.
    let most = format!("{{\"name\": \"{}\"}}", "a".repeat((1 << 20) - 12));
    let request = stage.admin().request(Method::POST, "/leads").header("content-type", "application/json").body(most);
    stage.admin().send(request).await.refused(422, "validation_failed");
}

/// Actions without fields accept `{}` or no body. Anything else gets a response that the document declares: the client checks it.
#[tokio::test]
async fn a_body_that_nobody_asked_for_gets_a_declared_answer() {
    let stage = Stage::new().await;
    for (operation, row) in operations() {
        if operation.method != Method::POST || operation.document["requestBody"].is_object() {
            continue;
        }
        let large = format!("{{\"note\": \"{}\"}}", "a".repeat(1 << 20));
        let bodies = [
            ("application/json", "{}"),
            ("application/json", "{\"khong_co\": 1}"),
            ("application/json", "{"),
            ("text/plain", "a"),
            ("application/json", &large),
        ];
        for (media_type, body) in bodies {
            let ground = stage.prepare(row.on, stage.administrator()).await;
            let request = operation.bare(stage.admin(), &ground).header("content-type", media_type).body(body.to_owned());
            stage.admin().send(request).await;
        }
    }
}
