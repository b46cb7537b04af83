//! The order of errors: first missing rights or visibility, then all violations of the request at once, then the version, then
//! the state of the records.

use chot_tests::Response;
use chot_tests::fixtures::id;
use reqwest::Method;
use serde_json::{Value, json};

use super::people::Person;
use super::rights::{SUCCESS, expected};
use super::rows::{Operation, Row, operations};
use super::stage::{On, Prepared, Stage};
use crate::bad_input::Witness;
use crate::bad_input::sweep::{gather, put, schema_of};

const NOBODY: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

/// The operations with a body, under the playbook of their row.
fn with_body(playbook: &str) -> impl Iterator<Item = (Operation, &'static Row)> {
    operations().into_iter().filter(move |(operation, row)| reads_json(operation) && row.playbook == playbook)
}

/// Whether its body is one document, and not a form with a file.
fn reads_json(operation: &Operation) -> bool {
    let content = operation.document["requestBody"]["content"].as_object();
    content.is_some_and(|content| content.keys().any(|media_type| media_type.ends_with("json")))
}

fn right_body(row: &Row, ground: &Prepared) -> Value {
    row.body.map_or_else(|| json!({}), |body| body(ground))
}

/// Invalid bodies: one that is not an object, and the valid one with an unknown member.
fn faulty_bodies(operation: &Operation, row: &Row, ground: &Prepared) -> Vec<Value> {
    let mut body = right_body(row, ground);
    body["khong_co"] = json!(1);
    if schema_of(operation).is_some() { vec![json!([]), json!("x"), body] } else { vec![json!([])] }
}

async fn send(operation: &Operation, who: &Person, ground: &Prepared, body: &Value) -> Response {
    who.client.send(operation.saying(&who.client, ground, body.to_string())).await
}

/// Sends invalid bodies to every operation as everybody. A caller who would succeed with a valid one gets the violations; the
/// others get the same error as with a valid one.
async fn hold(playbook: &str) -> usize {
    let stage = Stage::under(playbook).await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in with_body(playbook) {
        for who in &stage.people {
            let expected = expected(&stage, row, who);
            let expected: Vec<_> = expected.into_iter().map(|status| if status == SUCCESS { 422 } else { status }).collect();
            let ground = stage.prepare(row.on, who).await;
            for body in faulty_bodies(&operation, row, &ground) {
                sent += 1;
                let reply = send(&operation, who, &ground, &body).await;
                if !expected.contains(&reply.status) {
                    wrong.push(format!(
                        "{} as {} with {body}: {expected:?} was expected, not {}",
                        row.operation, who.name, reply.text
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {sent} bodies:\n{}", wrong.len(), wrong.join("\n"));
    sent
}

#[tokio::test]
async fn who_may_not_or_does_not_see_is_not_told_what_is_wrong_with_a_body() {
    assert!(hold("icheck").await > 300);
}

#[tokio::test]
async fn that_holds_under_a_playbook_without_cards_as_well() {
    assert!(hold("suno").await > 5);
    assert!(hold("easyedu").await > 5);
}

/// The pointers of a body that refer to other records.
fn references(operation: &Operation) -> Vec<String> {
    let mut members = Vec::new();
    if let Some(schema) = schema_of(operation) {
        gather(String::new(), schema, &mut members);
    }
    let pointers = members.into_iter().map(|member| member.pointer);
    // The leads of a bulk assignment are the records themselves; each has its own result.
    let pointers = pointers.filter(|pointer| pointer != "/lead_ids/0");
    // These are identifiers of other systems.
    let pointers = pointers.filter(|pointer| !["/remote_access/id", "/call_id"].contains(&pointer.as_str()));
    pointers.filter(|pointer| ["_id", "_ids/0", "/id"].iter().any(|end| pointer.ends_with(end))).collect()
}

/// Violations besides a reference: an unknown member, and each other member in turn with a wrong type.
fn faults_beside(operation: &Operation, reference: &str) -> Vec<(String, Value)> {
    let members = schema_of(operation).unwrap()["properties"].as_object().unwrap().keys().map(|name| format!("/{name}"));
    let others = members.filter(|member| !format!("{reference}/").starts_with(&format!("{member}/")));
    others.map(|member| (member, json!([[]]))).chain([("/khong_co".to_owned(), json!(1))]).collect()
}

/// A body with a violation and an unknown reference: the response contains both, and nothing is stored.
#[tokio::test]
async fn a_fault_of_form_and_an_unknown_reference_are_told_at_once() {
    let stage = Stage::under("icheck").await;
    let mut witness = Witness::of(&stage.world).await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in with_body("icheck") {
        for reference in references(&operation) {
            let ground = stage.prepare(row.on, stage.administrator()).await;
            witness.look_again().await;
            for (member, value) in faults_beside(&operation, &reference) {
                sent += 1;
                let mut body = right_body(row, &ground);
                put(&mut body, &reference, json!(NOBODY));
                put(&mut body, &member, value);
                let reply = send(&operation, stage.administrator(), &ground, &body).await;
                let told: Vec<_> = reply.body["errors"].as_array().into_iter().flatten().map(|fault| &fault["pointer"]).collect();
                let is_told = |pointer: &str| told.iter().any(|one| one.as_str().is_some_and(|one| one.starts_with(pointer)));
                if reply.status != 422 || !is_told(&reference) || !is_told(&member) {
                    wrong.push(format!("{} with {body}: {}", row.operation, reply.text));
                }
            }
            witness.nothing_written().await;
        }
    }
    assert!(sent > 100, "only {sent} bodies were sent");
    assert!(wrong.is_empty(), "{} of {sent} bodies:\n{}", wrong.len(), wrong.join("\n"));
}

/// Violations of a change are reported before a missing or wrong version.
#[tokio::test]
async fn faults_of_a_change_come_before_its_version() {
    let stage = Stage::under("icheck").await;
    let mut patched = 0;
    for (operation, row) in with_body("icheck").filter(|(operation, _)| operation.method == Method::PATCH) {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        for body in faulty_bodies(&operation, row, &ground) {
            let faulty =
                || operation.bare(stage.admin(), &ground).header("content-type", "application/json").body(body.to_string());
            stage.admin().send(faulty()).await.refused(422, "validation_failed");
            stage.admin().send(faulty().header("if-match", "\"77\"")).await.refused(422, "validation_failed");
            patched += 1;
        }
        stage.admin().send(operation.with_body(stage.admin(), row, &ground)).await.refused(428, "version_required");
    }
    assert!(patched > 10, "only {patched} changes were sent");
}

/// The record is archived, so that no action is possible: violations are reported first, then the version, then the state.
#[tokio::test]
async fn faults_of_an_action_come_before_its_version_and_that_before_the_state() {
    let stage = Stage::under("icheck").await;
    let mut acted = 0;
    for (operation, row) in with_body("icheck").filter(|(operation, row)| operation.method == Method::POST && row.on == On::Lead)
    {
        let ground = stage.prepare(On::ArchivedLead, stage.administrator()).await;
        let acting = |body: &Value| operation.saying(stage.admin(), &ground, body.to_string());
        for body in faulty_bodies(&operation, row, &ground) {
            stage.admin().send(acting(&body).header("if-match", "\"77\"")).await.refused(422, "validation_failed");
        }
        let right = right_body(row, &ground);
        stage.admin().send(acting(&right).header("if-match", "\"77\"")).await.refused(412, "version_mismatch");
        stage.admin().send(acting(&right)).await.refused(409, "archived");
        acted += 1;
    }
    assert!(acted > 5, "only {acted} actions were done");
    let lead = stage.prepare(On::ArchivedLead, stage.administrator()).await.path("leads/{lead_id}").replacen("//", "/", 1);
    for (verb, body) in
        [("junk", json!({"reason": "khong_co"})), ("assign", json!({"owner_id": NOBODY})), ("move", json!({"stage": "khong_co"}))]
    {
        stage.admin().post(&format!("{lead}/{verb}"), body).await.refused(422, "validation_failed");
    }
}

/// The key of a request with an invalid body can be used again.
#[tokio::test]
async fn a_faulty_body_uses_up_no_idempotency_key() {
    let stage = Stage::under("icheck").await;
    let faulty = json!({"name": "Hoa Sen", "phone": "12"});
    stage.lan().post_once("/leads", "khoa-moi-0001", faulty.clone()).await.refused(422, "validation_failed");
    let right = chot_tests::fixtures::company(7);
    let created = stage.lan().post_once("/leads", "khoa-moi-0001", right.clone()).await;
    assert_eq!(created.header("idempotency-replayed"), None);
    let created = created.expect(201);
    stage.lan().post_once("/leads", "khoa-moi-0001", faulty).await.refused(422, "validation_failed");
    assert_eq!(id(&stage.lan().post_once("/leads", "khoa-moi-0001", right).await.expect(201)), id(&created));
}
