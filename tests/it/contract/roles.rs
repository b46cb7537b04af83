//! The roles of all playbooks: a user of each role calls some operations for each permission. Only the access is tested here; the
//! results are tested elsewhere.

use std::collections::BTreeMap;

use chot_tests::fixtures::text;

use super::operation::{Operation, operations};
use super::people::Person;
use super::rows::{Needs, Row};
use super::stage::Stage;

/// Two operations for each permission.
fn samples() -> BTreeMap<&'static str, Vec<(Operation, &'static Row)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (operation, row) in operations() {
        // The visibility of cards is tested in `rights`. A playbook may not have the tag of the row.
        let is_sample = !matches!(row.needs, Needs::SessionOr(_)) && !row.operation.starts_with("untag");
        if let Some(permission) = operation.permission_for(row).filter(|_| is_sample) {
            found.entry(permission).or_default().push((operation, row));
        }
    }
    for rows in found.values_mut() {
        rows.truncate(2);
    }
    found
}

/// Whether a user of the role got access as the playbook defines.
fn is_right(stage: &Stage, row: &Row, permission: &str, who: &Person, status: u16) -> bool {
    let reaches = row.needs != Needs::ScopeAll || who.reaches_all();
    match (who.may(permission) && reaches, stage.sees(who, row.sight)) {
        (true, true) => !matches!(status, 401 | 403 | 404),
        (true, false) => matches!(status, 404 | 422),
        (false, true) => status == 403,
        (false, false) => matches!(status, 403 | 404),
    }
}

/// Calls the samples as a user of each role.
async fn check_roles(playbook: &str) {
    let stage = Stage::under(playbook).await;
    let document = stage.admin().get("/playbook").await.expect(200);
    let mut wrong = Vec::new();
    for role in document["playbook"]["roles"].as_array().unwrap() {
        let key = text(role, "key");
        let who = stage.people.iter().find(|person| person.client.role == key);
        let who = who.unwrap_or_else(|| panic!("nobody on stage is a {key}"));
        for (permission, rows) in samples() {
            for (operation, row) in rows {
                let ground = stage.prepare(row.on, who).await;
                let reply = who.client.send(operation.request(&who.client, row, &ground)).await;
                if !is_right(&stage, row, permission, who, reply.status) {
                    wrong.push(format!("{} as {key}: {} {}", row.operation, reply.status, reply.body["code"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn suno_lets_every_role_do_what_its_playbook_says() {
    check_roles("suno").await;
}

#[tokio::test]
async fn groupon_lets_every_role_do_what_its_playbook_says() {
    check_roles("groupon").await;
}

#[tokio::test]
async fn xcrm_lets_every_role_do_what_its_playbook_says() {
    check_roles("xcrm").await;
}

#[tokio::test]
async fn icheck_lets_every_role_do_what_its_playbook_says() {
    check_roles("icheck").await;
}

#[tokio::test]
async fn easyedu_lets_every_role_do_what_its_playbook_says() {
    check_roles("easyedu").await;
}

#[tokio::test]
async fn every_permission_of_every_role_is_tried() {
    let stage = Stage::under("icheck").await;
    let document = stage.admin().get("/playbook").await.expect(200);
    let admin = document["playbook"]["roles"].as_array().unwrap().iter().find(|role| role["key"] == "admin").unwrap();
    let tried: Vec<_> = samples().into_keys().collect();
    let mut all: Vec<_> = admin["permissions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(tried, all);
}
