//! Rights: every caller calls every operation of the document, each time on a new record. The expected result follows from the document,
//! the row, the roles of the playbook, and the owner of the record.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chot_tests::contract;
use chot_tests::fixtures::text;
use serde_json::json;

use super::operation::{Operation, operations, operations_of};
use super::people::Person;
use super::rows::{CONTEXTS, Needs, Row, rows};
use super::stage::Stage;

/// Any success status.
pub const SUCCESS: u16 = 200;

/// The accepted statuses.
pub fn expected(stage: &Stage, operation: &Operation, row: &Row, who: &Person) -> Vec<u16> {
    if operation.is_open() {
        return vec![SUCCESS];
    }
    if !who.is_known() {
        return vec![401];
    }
    match row.needs {
        Needs::Session => return vec![if who.has_session() { SUCCESS } else { 403 }],
        Needs::SessionOr(_) if who.has_session() => return vec![SUCCESS],
        Needs::ScopeAll if !who.reaches_all() => return vec![403],
        _ => {}
    }
    let has_other = matches!(row.needs, Needs::Or(permission) if who.may(permission));
    let may = has_other || operation.permission_for(row).is_none_or(|permission| who.may(permission));
    match (may, stage.sees(who, row.sight)) {
        (true, true) => vec![SUCCESS],
        (true, false) => vec![row.unseen],
        (false, true) => vec![403],
        // An action may look for the record first.
        (false, false) => vec![403, 404],
    }
}

/// Calls the operations of a context as every caller, and reports all wrong results at once.
pub async fn check_rights(rows: &'static [Row]) {
    let stage = Stage::new().await;
    let (mut wrong, mut called) = (Vec::new(), 0);
    for (operation, row) in operations_of(rows) {
        for who in &stage.people {
            called += 1;
            let expected = expected(&stage, &operation, row, who);
            assert!(who.name != "the administrator" || expected == [SUCCESS], "no call of {} succeeds", row.operation);
            let made = stage.prepare(row.on, who).await;
            let reply = who.client.send(operation.request(&who.client, row, &made)).await;
            let status = if (200..300).contains(&reply.status) { SUCCESS } else { reply.status };
            if !expected.contains(&status) {
                let answer = format!("{} {}", reply.status, reply.body["code"]);
                wrong.push(format!("{} as {}: {expected:?} was expected, not {answer}", row.operation, who.name));
            }
            if matches!(row.needs, Needs::SessionOr(_)) && status == SUCCESS && !stage.sees(who, row.sight) {
                assert_eq!(reply.body["view"], "card", "{} shows {} more than a card", row.operation, who.name);
            }
        }
    }
    assert!(called > 0);
    assert!(wrong.is_empty(), "{} of {called} calls:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_operation_has_one_row_and_every_row_an_operation() {
    let documented: Vec<String> = contract().operations().into_iter().map(|(id, ..)| id).collect();
    let in_document: BTreeSet<&str> = documented.iter().map(String::as_str).collect();
    let in_rows: BTreeSet<&str> = rows().map(|row| row.operation).collect();
    assert_eq!(in_document, in_rows);
    assert_eq!((documented.len(), rows().count()), (in_document.len(), in_rows.len()), "an identifier occurs twice");
}

/// Every context with rows has a test that calls its operations as every caller.
#[test]
fn every_context_checks_its_rights() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("it");
    let contexts = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("contract.rs"));
    let files: Vec<_> = contexts.filter(|file| file.exists()).collect();
    assert_eq!(files.len(), CONTEXTS.len());
    for file in files {
        let is_checked = fs::read_to_string(&file).unwrap().contains("check_rights(ROWS).await");
        assert!(is_checked, "{} has no test that calls check_rights", file.display());
    }
}

/// A row states what a caller needs only if the document does not.
#[test]
fn rows_do_not_repeat_the_permissions_of_the_document() {
    for (operation, row) in operations() {
        let is_right = match row.needs {
            Needs::Nothing => true,
            Needs::Or(_) | Needs::ScopeAll => operation.permission().is_some(),
            Needs::Session | Needs::SessionOr(_) | Needs::Permission(_) => {
                operation.document["security"] == json!([{"bearer": []}])
            }
        };
        assert!(is_right, "{}", row.operation);
    }
}

/// The default applies to operations that state nothing.
#[test]
fn every_operation_requires_a_credential_unless_the_document_says_otherwise() {
    assert_eq!(contract().document["security"], json!([{"bearer": []}]));
}

/// An API key with all other permissions is refused, and the response names the missing permission.
#[tokio::test]
async fn the_permission_in_the_document_is_the_one_that_an_operation_requires() {
    let stage = Stage::new().await;
    let (who, admin) = (stage.administrator(), stage.admin());
    let (mut wrong, mut called) = (Vec::new(), 0);
    for (operation, row) in operations() {
        let Some(permission) = operation.permission() else {
            continue;
        };
        let is_left_out = |scope: &&str| *scope == permission || matches!(row.needs, Needs::Or(other) if other == *scope);
        let scopes: Vec<_> = who.permissions().filter(|scope| !is_left_out(scope)).collect();
        let key = admin.post("/api-keys", json!({"name": "Thiếu một quyền", "scopes": scopes})).await.expect(201);
        let client = admin.with_credential(&text(&key, "key"));
        let made = stage.prepare(row.on, who).await;
        let reply = client.send(operation.request(&client, row, &made)).await;
        if (reply.status, &reply.body["permission"]) != (403, &json!(permission)) {
            wrong.push(format!("{} without {permission}: {} {}", row.operation, reply.status, reply.body["permission"]));
        }
        called += 1;
    }
    assert!(called > 100, "only {called} operations were called");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_refusal_names_no_permission_if_a_session_is_required() {
    let stage = Stage::new().await;
    let key = &stage.people.iter().find(|who| who.is_known() && !who.has_session()).unwrap().client;
    let refused = key.act("/auth/logout").await.refused(403, "forbidden");
    assert_eq!(refused["permission"], json!(null));
}
