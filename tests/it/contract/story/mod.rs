//! The story of one company, over HTTP in the world of the demo: every operation is called once on related records. The responses
//! become the examples of the contract if `CHOT_RECORD_EXAMPLES` names the file to write.

mod accounts;
mod activities;
mod cast;
mod elsewhere;
mod leads;
mod opportunities;
mod people;
mod problems;
mod system;

use std::collections::BTreeSet;

use chot_tests::{Client, Examples, MailServer, Options, Response, World};
use reqwest::Method;
use serde_json::{Value, json};

use super::operation::{Operation, operations};
use super::stage::Prepared;
use cast::Cast;

/// The world of the demo, with the recorded examples.
struct Story {
    world: World,
    cast: Cast,
    examples: Examples,
    told: BTreeSet<&'static str>,
}

/// Every operation that returns JSON or accepts a body has an example from this story.
#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_the_demo_calls_every_operation() {
    let mail = MailServer::start();
    let world = World::of_demo(Options { sandbox: true, smtp_url: Some(mail.url.clone()), ..Options::default() }).await;
    let cast = Cast::of(&world).await;
    let mut story = Story { world, cast, examples: Examples::default(), told: BTreeSet::new() };
    story.of_people().await;
    story.of_leads().await;
    story.of_accounts().await;
    story.of_opportunities().await;
    story.of_evidence().await;
    story.of_activities().await;
    story.of_what_is_around().await;
    story.of_refusals().await;
    story.of_the_system().await;
    story.of_other_playbooks().await;
    let untold: Vec<_> =
        operations().into_iter().map(|(_, row)| row.operation).filter(|operation| !story.told.contains(operation)).collect();
    assert!(untold.is_empty(), "the story does not tell of {untold:?}");
    if let Ok(file) = std::env::var("CHOT_RECORD_EXAMPLES") {
        story.examples.write(&file);
    }
}

impl Story {
    /// Calls an operation and records the response. `words` are the path parameters, and `?` is the query; a required version is
    /// read before.
    async fn tell(&mut self, who: &Client, id: &'static str, words: Value, body: Value) -> Value {
        let reply = call(who, id, &words, &body).await;
        assert!((200..300).contains(&reply.status), "{id} answered {}: {:#}", reply.status, reply.body);
        self.told.insert(id);
        let mut in_path = words;
        in_path.as_object_mut().unwrap().remove("?");
        self.examples.record(id, &in_path, &body, &reply);
        reply.body
    }
}

/// Sends the request of an operation and returns the response.
async fn call(who: &Client, id: &'static str, words: &Value, body: &Value) -> Response {
    let (operation, row) = operations().into_iter().find(|(_, row)| row.operation == id).unwrap();
    let ground = Prepared { known: words.as_object().unwrap().clone(), ..Prepared::default() };
    let ground = Prepared { version: version(who, &operation, &ground).await, ..ground };
    let query = words["?"].as_str().map(|query| format!("?{query}")).unwrap_or_default();
    if body.is_null() {
        let request = who.request(operation.method.clone(), &(ground.path(&operation.path) + &query));
        return who.send(operation.versioned(request, &ground)).await;
    }
    assert_eq!(query, "", "{}: a body has no query", row.operation);
    who.send(operation.saying(who, &ground, body.to_string())).await
}

async fn version(who: &Client, operation: &Operation, ground: &Prepared) -> i64 {
    if !operation.wants_version() {
        return 0;
    }
    let record = who.send(who.request(Method::GET, &ground.path(&operation.path))).await.expect(200);
    record["version"].as_i64().unwrap()
}

/// Swagger UI sends the examples: a request that refers only to records of the demo works on the demo as it was loaded.
#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_requests_can_be_sent_to_the_demo_as_it_is() {
    let (mut sent, mut wrong) = (0, Vec::new());
    for (operation, row) in operations() {
        if operation.method == Method::GET || NOT_AS_IT_IS.contains(&row.operation) {
            continue;
        }
        let Some(words) = path_example(&operation) else { continue };
        let world = World::of_demo(Options { sandbox: true, ..Options::default() }).await;
        let admin = world.demo_user("admin").await;
        let body = operation.document["requestBody"]["content"].as_object().and_then(|content| content.values().next());
        let body = body.map(|content| content["example"].clone()).unwrap_or_default();
        let reply = call(&admin, row.operation, &words, &body).await;
        if !(200..300).contains(&reply.status) {
            wrong.push(format!("{} answered {}: {:#}\n{body:#}", row.operation, reply.status, reply.body));
        }
        sent += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sent > 50, "only {sent}");
}

/// Examples that cannot be sent unchanged: they need a secret or a file, undo something, or require a session or a feed.
const NOT_AS_IT_IS: &[&str] = &[
    "refreshTokens",
    "changePassword",
    "signOut",
    "uploadAttachment",
    "receiveStringeeEvent",
    "revokeCalendarFeed",
    "restoreLead",
    "restoreAccount",
    "restoreContact",
    "restoreOpportunity",
];

/// The path parameters in the document, if it has examples for all of them.
fn path_example(operation: &Operation) -> Option<Value> {
    let parameters = operation.document["parameters"].as_array().into_iter().flatten();
    let mut words = json!({});
    for parameter in parameters.filter(|parameter| parameter["in"] == "path") {
        words[parameter["name"].as_str()?] = parameter.get("example")?.clone();
    }
    Some(words)
}

/// The records of a list.
async fn list(who: &Client, path: &str) -> Vec<Value> {
    who.get(path).await.expect(200)["data"].as_array().unwrap().clone()
}

#[test]
fn every_answer_in_json_has_an_example() {
    let mut without = Vec::new();
    for (operation, row) in operations() {
        for (status, response) in operation.document["responses"].as_object().unwrap() {
            let content = &response["content"]["application/json"];
            if content.is_object() && content["example"].is_null() {
                without.push(format!("{} {status}", row.operation));
            }
        }
    }
    assert!(without.is_empty(), "no example: {without:?}");
}
