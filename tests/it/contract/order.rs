//! The order of refusals: first the right and the sight of the record, then all faults of the request at once, then the version, then the
//! state of the record.

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

fn right_body(row: &Row, made: &Prepared) -> Value {
    row.body.map_or_else(|| json!({}), |body| body(made))
}

/// Bodies with faults of form: one that is no object, and the right one with a member that nobody knows.
fn faulty_bodies(operation: &Operation, row: &Row, made: &Prepared) -> Vec<Value> {
    let mut body = right_body(row, made);
    body["khong_co"] = json!(1);
    if schema_of(operation).is_some() { vec![json!([]), json!("x"), body] } else { vec![json!([])] }
}

async fn send(operation: &Operation, who: &Person, made: &Prepared, body: &Value) -> Response {
    who.client.send(operation.saying(&who.client, made, body.to_string())).await
}

/// Everybody sends faulty bodies to every operation. Whoever would succeed with a right one learns what is wrong with it. All others get the
/// same answer as with a right one.
#[tokio::test]
async fn only_callers_who_may_and_see_the_record_learn_what_is_wrong_with_a_body() {
    let stage = Stage::new().await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in with_body() {
        for who in &stage.people {
            let expected = expected(&stage, &operation, row, who);
            let expected: Vec<_> = expected.into_iter().map(|status| if status == SUCCESS { 422 } else { status }).collect();
            let made = stage.prepare(row.on, who).await;
            for body in faulty_bodies(&operation, row, &made) {
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

/// The places of a body that name other records.
fn references(operation: &Operation) -> Vec<String> {
    let mut members = Vec::new();
    if let Some(schema) = schema_of(operation) {
        gather(String::new(), schema, &mut members);
    }
    let pointers = members.into_iter().map(|member| member.pointer);
    // The leads that are given out in bulk are what is worked on; each is answered for itself.
    let pointers = pointers.filter(|pointer| pointer != "/lead_ids/0");
    // These are names that others have given.
    let pointers = pointers.filter(|pointer| !["/remote_access/id", "/call_id"].contains(&pointer.as_str()));
    pointers.filter(|pointer| ["_id", "_ids/0", "/id"].iter().any(|end| pointer.ends_with(end))).collect()
}

/// Faults of form beside a reference: a member that nobody knows, and each other member in turn of a type that it never has.
fn faults_beside(operation: &Operation, reference: &str) -> Vec<(String, Value)> {
    let members = schema_of(operation).unwrap()["properties"].as_object().unwrap().keys().map(|name| format!("/{name}"));
    let others = members.filter(|member| !format!("{reference}/").starts_with(&format!("{member}/")));
    others.map(|member| (member, json!([[]]))).chain([("/khong_co".to_owned(), json!(1))]).collect()
}

/// A body with a fault of form and the name of a record that does not exist: both are told in one answer, and nothing is written.
#[tokio::test]
async fn a_fault_of_form_and_an_unknown_reference_are_told_at_once() {
    let stage = Stage::new().await;
    let mut witness = Witness::of(&stage.world).await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in with_body() {
        for reference in references(&operation) {
            let made = stage.prepare(row.on, stage.administrator()).await;
            witness.look_again().await;
            for (member, value) in faults_beside(&operation, &reference) {
                sent += 1;
                let mut body = right_body(row, &made);
                put(&mut body, &reference, json!(UNKNOWN));
                put(&mut body, &member, value);
                let reply = send(&operation, stage.administrator(), &made, &body).await;
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

/// What is wrong with a change is told before the version that it lacks or has wrong.
#[tokio::test]
async fn faults_of_a_change_come_before_its_version() {
    let stage = Stage::new().await;
    let mut patched = 0;
    for (operation, row) in with_body().filter(|(operation, _)| operation.method == Method::PATCH) {
        let made = stage.prepare(row.on, stage.administrator()).await;
        for body in faulty_bodies(&operation, row, &made) {
            let faulty =
                || operation.bare(stage.admin(), &made).header("content-type", "application/json").body(body.to_string());
            stage.admin().send(faulty()).await.refused(422, "validation_failed");
            stage.admin().send(faulty().header("if-match", "\"77\"")).await.refused(422, "validation_failed");
            patched += 1;
        }
        stage.admin().send(operation.with_body(stage.admin(), row, &made)).await.refused(428, "version_required");
    }
    assert!(patched > 10, "only {patched} changes were sent");
}

fn is_action_on_lead(operation: &Operation) -> bool {
    operation.method == Method::POST && operation.path.starts_with("/api/v1/leads/{lead_id}/")
}

/// The record is in the archive, so that no action can be done on it: what is wrong with the action is told first, then the version, then
/// the state.
#[tokio::test]
async fn faults_of_an_action_come_before_its_version_and_that_before_the_state() {
    let stage = Stage::new().await;
    let mut acted = 0;
    for (operation, row) in with_body().filter(|(operation, _)| is_action_on_lead(operation)) {
        let made = stage.prepare(archived_lead, stage.administrator()).await;
        let acting = |body: &Value| operation.saying(stage.admin(), &made, body.to_string());
        for body in faulty_bodies(&operation, row, &made) {
            stage.admin().send(acting(&body).header("if-match", "\"77\"")).await.refused(422, "validation_failed");
        }
        let right = right_body(row, &made);
        stage.admin().send(acting(&right).header("if-match", "\"77\"")).await.refused(412, "version_mismatch");
        stage.admin().send(acting(&right)).await.refused(409, "archived");
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

/// A key that came with a faulty body is as good as new.
#[tokio::test]
async fn a_faulty_body_uses_up_no_idempotency_key() {
    let stage = Stage::new().await;
    let faulty = json!({"name": "Hoa Sen", "phone": "12"});
    stage.lan().post_once("/leads", "khoa-moi-0001", faulty.clone()).await.refused(422, "validation_failed");
    let right = chot_tests::fixtures::company(7);
    let created = stage.lan().post_once("/leads", "khoa-moi-0001", right.clone()).await;
    assert_eq!(created.header("idempotency-replayed"), None);
    let created = created.expect(201);
    stage.lan().post_once("/leads", "khoa-moi-0001", faulty).await.refused(422, "validation_failed");
    assert_eq!(id(&stage.lan().post_once("/leads", "khoa-moi-0001", right).await.expect(201)), id(&created));
}
