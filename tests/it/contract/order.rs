//! The order of errors: first missing rights or visibility, then all violations of the request at once, then the version, then
//! the state of the records.

use chot_tests::Response;
use chot_tests::fixtures::id;
use reqwest::Method;
use serde_json::{Value, json};

use super::operation::{Operation, operations};
use super::people::Person;
use super::rights::{SUCCESS, expected};
use super::rows::Row;
use super::stage::{Prepared, Stage};
use crate::bad_input::Witness;
use crate::bad_input::sweep::{gather, put, schema_of};
use crate::leads::contract::archived_lead;

/// The identifier of no record.
const UNKNOWN: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

/// The operations whose body is one document.
fn with_body() -> impl Iterator<Item = (Operation, &'static Row)> {
    operations().into_iter().filter(|(operation, _)| operation.reads_json())
}

fn valid_body(row: &Row, made: &Prepared) -> Value {
    row.body.map_or_else(|| json!({}), |body| body(made))
}

/// Invalid bodies: one that is not an object, and the valid one with an unknown member.
fn invalid_bodies(operation: &Operation, row: &Row, made: &Prepared) -> Vec<Value> {
    let mut body = valid_body(row, made);
    body["khong_co"] = json!(1);
    if schema_of(operation).is_some() { vec![json!([]), json!("x"), body] } else { vec![json!([])] }
}

async fn send(operation: &Operation, who: &Person, made: &Prepared, body: &Value) -> Response {
    who.client.send(operation.saying(&who.client, made, body.to_string())).await
}

/// Every caller sends invalid bodies to every operation. A caller who would succeed with a valid one gets the violations; the others get
/// the same error as with a valid one.
#[tokio::test]
async fn only_callers_who_would_succeed_get_the_violations_of_a_body() {
    let stage = Stage::new().await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in with_body() {
        for who in &stage.people {
            let expected = expected(&stage, &operation, row, who);
            let expected: Vec<_> = expected.into_iter().map(|status| if status == SUCCESS { 422 } else { status }).collect();
            let made = stage.prepare(row.on, who).await;
            for body in invalid_bodies(&operation, row, &made) {
                sent += 1;
                let reply = send(&operation, who, &made, &body).await;
                if !expected.contains(&reply.status) {
                    let operation = row.operation;
                    wrong.push(format!("{operation} as {} with {body}: {expected:?} was expected, not {}", who.name, reply.text));
                }
            }
        }
    }
    assert!(sent > 300, "only {sent} bodies were sent");
    assert!(wrong.is_empty(), "{} of {sent} bodies:\n{}", wrong.len(), wrong.join("\n"));
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
fn violations_beside(operation: &Operation, reference: &str) -> Vec<(String, Value)> {
    let members = schema_of(operation).unwrap()["properties"].as_object().unwrap().keys().map(|name| format!("/{name}"));
    let others = members.filter(|member| !format!("{reference}/").starts_with(&format!("{member}/")));
    others.map(|member| (member, json!([[]]))).chain([("/khong_co".to_owned(), json!(1))]).collect()
}

/// A body with a violation and an unknown reference: the response contains both, and nothing is stored.
#[tokio::test]
async fn a_violation_and_an_unknown_reference_are_reported_at_once() {
    let stage = Stage::new().await;
    let mut witness = Witness::of(&stage.world).await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in with_body() {
        for reference in references(&operation) {
            let made = stage.prepare(row.on, stage.administrator()).await;
            witness.look_again().await;
            for (member, value) in violations_beside(&operation, &reference) {
                sent += 1;
                let mut body = valid_body(row, &made);
                put(&mut body, &reference, json!(UNKNOWN));
                put(&mut body, &member, value);
                let reply = send(&operation, stage.administrator(), &made, &body).await;
                let reported: Vec<_> =
                    reply.body["errors"].as_array().into_iter().flatten().map(|fault| &fault["pointer"]).collect();
                let is_reported =
                    |pointer: &str| reported.iter().any(|one| one.as_str().is_some_and(|one| one.starts_with(pointer)));
                if reply.status != 422 || !is_reported(&reference) || !is_reported(&member) {
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
async fn violations_of_a_change_are_reported_before_its_version() {
    let stage = Stage::new().await;
    let mut patched = 0;
    for (operation, row) in with_body().filter(|(operation, _)| operation.method == Method::PATCH) {
        let made = stage.prepare(row.on, stage.administrator()).await;
        for body in invalid_bodies(&operation, row, &made) {
            let invalid =
                || operation.bare(stage.admin(), &made).header("content-type", "application/json").body(body.to_string());
            stage.admin().send(invalid()).await.refused(422, "validation_failed");
            stage.admin().send(invalid().header("if-match", "\"77\"")).await.refused(422, "validation_failed");
            patched += 1;
        }
        stage.admin().send(operation.with_body(stage.admin(), row, &made)).await.refused(428, "version_required");
    }
    assert!(patched > 10, "only {patched} changes were sent");
}

fn is_action_on_lead(operation: &Operation) -> bool {
    operation.method == Method::POST && operation.path.starts_with("/api/v1/leads/{lead_id}/")
}

/// The record is archived, so that no action is possible: violations are reported first, then the version, then the state.
#[tokio::test]
async fn violations_of_an_action_are_reported_before_its_version_and_its_version_before_the_state() {
    let stage = Stage::new().await;
    let mut acted = 0;
    for (operation, row) in with_body().filter(|(operation, _)| is_action_on_lead(operation)) {
        let made = stage.prepare(archived_lead, stage.administrator()).await;
        let acting = |body: &Value| operation.saying(stage.admin(), &made, body.to_string());
        for body in invalid_bodies(&operation, row, &made) {
            stage.admin().send(acting(&body).header("if-match", "\"77\"")).await.refused(422, "validation_failed");
        }
        let valid = valid_body(row, &made);
        stage.admin().send(acting(&valid).header("if-match", "\"77\"")).await.refused(412, "version_mismatch");
        stage.admin().send(acting(&valid)).await.refused(409, "archived");
        acted += 1;
    }
    assert!(acted > 5, "only {acted} actions were done");
    let lead = stage.prepare(archived_lead, stage.administrator()).await.path("leads/{lead_id}").replacen("//", "/", 1);
    for (verb, body) in [
        ("junk", json!({"reason": "khong_co"})),
        ("assign", json!({"owner_id": UNKNOWN})),
        ("move", json!({"stage": "khong_co"})),
    ] {
        stage.admin().post(&format!("{lead}/{verb}"), body).await.refused(422, "validation_failed");
    }
}

/// The key of a request with an invalid body can be used again.
#[tokio::test]
async fn an_invalid_body_uses_up_no_idempotency_key() {
    let stage = Stage::new().await;
    let invalid = json!({"name": "Hoa Sen", "phone": "12"});
    stage.lan().post_once("/leads", "khoa-moi-0001", invalid.clone()).await.refused(422, "validation_failed");
    let valid = chot_tests::fixtures::company(7);
    let created = stage.lan().post_once("/leads", "khoa-moi-0001", valid.clone()).await;
    assert_eq!(created.header("idempotency-replayed"), None);
    let created = created.expect(201);
    stage.lan().post_once("/leads", "khoa-moi-0001", invalid).await.refused(422, "validation_failed");
    assert_eq!(id(&stage.lan().post_once("/leads", "khoa-moi-0001", valid).await.expect(201)), id(&created));
}
