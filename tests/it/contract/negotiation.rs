//! Methods and formats: HEAD for every GET, the formats of requests and responses, and the languages.

use chot_tests::World;
use reqwest::Method;

use super::operation::{Operation, operations};
use super::stage::Stage;

#[tokio::test]
async fn head_is_answered_as_get_is_without_the_body() {
    let stage = Stage::new().await;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.method == Method::GET) {
        let ground = stage.prepare(row.on, &stage.people[0]).await;
        let path = ground.path(&operation.path);
        let (read, head) = (stage.admin().get(&path).await, stage.admin().send(stage.admin().request(Method::HEAD, &path)).await);
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{}", row.operation);
        for header in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.header(header), read.header(header), "{}: {header}", row.operation);
        }
        let nobody = stage.world.anonymous();
        let (read, head) = (nobody.get(&path).await, nobody.send(nobody.request(Method::HEAD, &path)).await);
        assert_eq!(head.status, read.status, "{}", row.operation);
    }
}

const PAGES: [&str; 5] = ["//openapi.json", "//metrics", "//problems/not_found", "//docs/", "//docs/index.html"];

#[tokio::test]
async fn pages_outside_of_the_contract_know_their_methods() {
    let world = World::under("icheck").await;
    let asked = async |method: Method, path: &str| world.anonymous().request(method, path).send().await.unwrap();
    for path in PAGES {
        let (read, head) = (asked(Method::GET, path).await, asked(Method::HEAD, path).await);
        assert_eq!((read.status().as_u16(), head.status().as_u16()), (200, 200), "{path}");
        assert_eq!(read.headers()["content-type"], head.headers()["content-type"], "{path}");
        assert_eq!(head.text().await.unwrap(), "", "{path}");
        let options = asked(Method::OPTIONS, path).await;
        assert_eq!((options.status().as_u16(), &options.headers()["allow"]), (204, &"GET, HEAD".parse().unwrap()), "{path}");
        for method in [Method::PUT, Method::POST, Method::DELETE] {
            let refused = asked(method, path).await;
            assert_eq!((refused.status().as_u16(), &refused.headers()["allow"]), (405, &"GET, HEAD".parse().unwrap()), "{path}");
        }
    }
}

#[tokio::test]
async fn the_answer_to_a_format_that_is_not_read_names_those_that_are() {
    let stage = Stage::new().await;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.wants_body()) {
        let ground = stage.prepare(row.on, &stage.people[0]).await;
        let request =
            operation.signed(stage.admin(), &ground, "[]").header("content-type", "application/json-patch+json").body("[]");
        let reply = stage.admin().send(request.header("if-match", format!("\"{}\"", ground.version))).await;
        let (header, other) =
            if operation.method == Method::PATCH { ("accept-patch", "accept-post") } else { ("accept-post", "accept-patch") };
        let named: Vec<String> = reply.header(header).unwrap().split(", ").map(str::to_owned).collect();
        assert_eq!(reply.header(other), None, "{}", row.operation);
        let mut declared: Vec<&str> =
            operation.document["requestBody"]["content"].as_object().unwrap().keys().map(String::as_str).collect();
        // JSON is accepted too, although the document names only one media type.
        declared.extend((operation.method == Method::PATCH).then_some("application/json"));
        declared.sort();
        let mut sorted: Vec<&str> = named.iter().map(String::as_str).collect();
        sorted.sort();
        assert_eq!(sorted, declared, "{}", row.operation);
        assert_eq!(reply.refused(415, "unsupported_media_type")["accepted_media_types"], serde_json::json!(named));
    }
}

#[tokio::test]
async fn nothing_is_done_for_a_caller_who_excludes_json() {
    let stage = Stage::new().await;
    // Responses in other formats are returned as they are.
    let answers_json = |operation: &Operation| {
        let content = operation.document["responses"]["200"]["content"].as_object();
        content.is_none_or(|media_types| media_types.contains_key("application/json"))
    };
    for (operation, row) in operations().into_iter().filter(|(operation, _)| answers_json(operation)) {
        let ground = stage.prepare(row.on, &stage.people[0]).await;
        for accept in ["text/html", "application/xml, text/*;q=0.5", "application/json;q=0", "*/*;q=0"] {
            let request = operation.request(stage.admin(), row, &ground).header("accept", accept);
            stage.admin().send(request).await.refused(406, "not_acceptable");
        }
        // Nothing was done: the same request still finds its record.
        let request = operation.request(stage.admin(), row, &ground).header("accept", "text/html, application/*;q=0.9");
        stage.admin().send(request).await.ok();
    }
}

#[tokio::test]
async fn an_answer_in_a_language_depends_on_the_one_asked_for() {
    let world = World::under("icheck").await;
    for path in ["//problems/not_found", "/khong-co", "/leads"] {
        for language in ["vi", "en"] {
            let request = world.anonymous().request(Method::GET, path).header("accept-language", language);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.headers()["content-language"], language, "{path}");
            let varies: Vec<_> =
                answer.headers().get_all("vary").iter().map(|value| value.to_str().unwrap().to_ascii_lowercase()).collect();
            assert!(varies.join(",").contains("accept-language"), "{path} varies by {varies:?}");
        }
    }
}
