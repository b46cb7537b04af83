//! Rights: every operation of the document, called by everybody, on records that no other call has touched. The expected result
//! follows from the row, the roles of the playbook, and the owner of the record.

use std::collections::BTreeSet;

use chot_tests::contract;
use chot_tests::fixtures::{attachment, id};
use serde_json::{Value, json};

use super::people::Person;
use super::rows::{ROWS, Row, Takes, operations};
use super::stage::{On, Stage};

/// Any success status.
pub const SUCCESS: u16 = 200;

/// The accepted statuses.
pub fn expected(stage: &Stage, row: &Row, who: &Person) -> Vec<u16> {
    let permission = match row.takes {
        Takes::Nothing => return vec![SUCCESS],
        _ if !who.is_known() => return vec![401],
        Takes::Credential => return vec![SUCCESS],
        Takes::Session => return vec![if who.has_session() { SUCCESS } else { 403 }],
        Takes::PermissionForAll(_) if !who.reaches_all() => return vec![403],
        Takes::CardOr(_) if row.unseen == SUCCESS && who.has_session() => return vec![SUCCESS],
        Takes::Permission(permission) | Takes::PermissionForAll(permission) | Takes::CardOr(permission) => permission,
    };
    match (who.may(permission), stage.is_in_sight(row.on, who)) {
        (true, true) => vec![SUCCESS],
        (true, false) => vec![row.unseen],
        (false, true) => vec![403],
        // An action may look for the record first.
        (false, false) => vec![403, 404],
    }
}

/// Calls the operations of some tags as everybody, and reports all wrong results at once.
async fn hold(tags: &[&str], playbook: &str) {
    let stage = Stage::under(playbook).await;
    let (mut wrong, mut called) = (Vec::new(), 0);
    for (operation, row) in operations() {
        if !tags.contains(&operation.tag()) || row.playbook != playbook {
            continue;
        }
        for who in &stage.people {
            called += 1;
            let expected = expected(&stage, row, who);
            assert!(who.name != "the administrator" || expected == [SUCCESS], "{} was never seen to succeed", row.operation);
            let ground = stage.prepare(row.on, who).await;
            let reply = who.client.send(operation.request(&who.client, row, &ground)).await;
            let status = if (200..300).contains(&reply.status) { SUCCESS } else { reply.status };
            if !expected.contains(&status) {
                let answer = format!("{} {}", reply.status, reply.body["code"]);
                wrong.push(format!("{} as {}: {expected:?} was expected, not {answer}", row.operation, who.name));
            }
            if expected == [row.unseen] && row.unseen == SUCCESS && !stage.is_in_sight(row.on, who) {
                assert_eq!(reply.body["view"], "card", "{} shows {} more than a card", row.operation, who.name);
            }
        }
    }
    assert!(called > 0, "{tags:?} are no tags of the document");
    assert!(wrong.is_empty(), "{} of {called} calls:\n{}", wrong.len(), wrong.join("\n"));
}

const OF_LEADS: [&str; 5] = ["leads", "lead-forms", "lead-assignments", "trials", "conversions"];
const OF_ACCOUNTS: [&str; 2] = ["accounts", "contacts"];
const OF_OPPORTUNITIES: [&str; 3] = ["opportunities", "evidence", "pipelines"];
const OF_ACTIVITIES: [&str; 3] = ["activities", "calendar", "telephony"];
const OF_PEOPLE: [&str; 5] = ["current-user", "users", "teams", "api-keys", "sessions"];
const OF_WHAT_IS_TOLD: [&str; 2] = ["notifications", "deliveries"];
const OF_FILES: [&str; 1] = ["attachments"];
const OF_TEAMWORK: [&str; 1] = ["support-requests"];
const OF_THE_REST: &[&str] = &["products", "playbook", "events", "health", "timers", "sandbox"];

#[tokio::test]
async fn leads_forms_and_conversions_are_for_those_who_may_and_see_them() {
    hold(&OF_LEADS, "icheck").await;
}

#[tokio::test]
async fn trials_are_for_those_who_may_and_see_the_lead() {
    hold(&OF_LEADS, "easyedu").await;
}

#[tokio::test]
async fn accounts_and_contacts_are_for_those_who_may_and_see_them() {
    hold(&OF_ACCOUNTS, "icheck").await;
}

#[tokio::test]
async fn where_nobody_sees_cards_an_account_out_of_sight_is_not_there() {
    hold(&OF_ACCOUNTS, "suno").await;
}

#[tokio::test]
async fn the_status_of_a_customer_is_for_those_who_may_and_see_the_account() {
    hold(&OF_ACCOUNTS, "easyedu").await;
}

#[tokio::test]
async fn opportunities_and_boards_are_for_those_who_may_and_see_them() {
    hold(&OF_OPPORTUNITIES, "icheck").await;
}

#[tokio::test]
async fn files_are_for_those_who_may_and_see_their_records() {
    hold(&OF_FILES, "icheck").await;
}

#[tokio::test]
async fn requests_for_support_are_for_those_who_may_and_see_them() {
    hold(&OF_TEAMWORK, "icheck").await;
}

#[tokio::test]
async fn activities_and_calendars_are_for_those_who_may_and_see_them() {
    hold(&OF_ACTIVITIES, "icheck").await;
}

#[tokio::test]
async fn users_teams_keys_and_sessions_are_for_those_who_may() {
    hold(&OF_PEOPLE, "icheck").await;
}

#[tokio::test]
async fn what_is_told_is_for_whom_it_is_told_and_what_leaves_for_those_who_may() {
    hold(&OF_WHAT_IS_TOLD, "icheck").await;
}

#[tokio::test]
async fn products_playbook_events_and_health_are_for_those_who_may() {
    hold(OF_THE_REST, "icheck").await;
}

#[test]
fn every_operation_has_one_row_and_every_row_an_operation() {
    let documented: Vec<String> = contract().operations().into_iter().map(|(id, ..)| id).collect();
    let documented_once: BTreeSet<&str> = documented.iter().map(String::as_str).collect();
    let in_rows: BTreeSet<&str> = ROWS.iter().map(|row| row.operation).collect();
    assert_eq!((documented.len(), ROWS.len()), (documented_once.len(), in_rows.len()), "an identifier stands twice");
    let without_row: Vec<_> = documented_once.difference(&in_rows).collect();
    let without_operation: Vec<_> = in_rows.difference(&documented_once).collect();
    assert!(
        without_row.is_empty() && without_operation.is_empty(),
        "no row: {without_row:?}; no operation: {without_operation:?}"
    );
    let called = [
        &OF_LEADS[..],
        &OF_ACCOUNTS,
        &OF_OPPORTUNITIES,
        &OF_ACTIVITIES,
        &OF_FILES,
        &OF_TEAMWORK,
        &OF_PEOPLE,
        &OF_WHAT_IS_TOLD,
        OF_THE_REST,
    ]
    .concat();
    for (operation, row) in operations() {
        assert!(called.contains(&operation.tag()), "{} is of a tag that no test of rights calls", row.operation);
        let under = match operation.tag() {
            tag if OF_ACCOUNTS.contains(&tag) => &["icheck", "suno", "easyedu"][..],
            tag if OF_LEADS.contains(&tag) => &["icheck", "easyedu"],
            _ => &["icheck"],
        };
        assert!(under.contains(&row.playbook), "{} is called under no playbook", row.operation);
    }
}

/// The open operations are exactly those of the document.
#[test]
fn the_document_says_of_every_operation_whether_it_wants_a_credential() {
    for (operation, row) in operations() {
        let own = operation.document["security"].as_array();
        let is_open = own.is_some_and(|ways| ways.is_empty() || ways.contains(&json!({})));
        assert_eq!(is_open, matches!(row.takes, Takes::Nothing), "{}", row.operation);
    }
    assert_eq!(contract().document["security"], json!([{"bearer": []}]));
}

/// A record that is not visible looks like one that does not exist.
#[tokio::test]
async fn out_of_sight_is_answered_as_if_it_did_not_exist() {
    let stage = Stage::under("icheck").await;
    let who = stage.stranger();
    let mut compared = 0;
    for (operation, row) in operations() {
        let hidden = row.unseen == 404 && row.playbook == "icheck" && !stage.is_in_sight(row.on, who);
        if !matches!(row.takes, Takes::Permission(permission) if hidden && who.may(permission)) {
            continue;
        }
        let told = |answer: Value| {
            let mut answer = answer;
            answer["request_id"].take();
            answer["instance"].take();
            answer
        };
        let hidden = stage.prepare(row.on, who).await;
        let mut nowhere = stage.prepare(row.on, who).await;
        for (name, value) in &mut nowhere.known {
            if operation.path.contains(&format!("{{{name}}}")) && name != "tag" {
                *value = json!("019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10");
            }
        }
        let hidden = who.client.send(operation.request(&who.client, row, &hidden)).await.refused(404, "not_found");
        let nowhere = who.client.send(operation.request(&who.client, row, &nowhere)).await.refused(404, "not_found");
        assert_eq!(told(hidden), told(nowhere), "{}", row.operation);
        compared += 1;
    }
    assert!(compared > 20, "only {compared} operations were compared");
}

/// Lists and boards contain only what the caller may see.
#[tokio::test]
async fn lists_and_boards_hold_nothing_that_is_out_of_sight() {
    let stage = Stage::under("icheck").await;
    for on in [On::Lead, On::Conversion, On::Contact, On::Opportunity, On::Attachment, On::SupportRequest] {
        stage.prepare(on, stage.stranger()).await;
    }
    for list in ["/leads", "/conversions", "/accounts", "/contacts", "/opportunities", "/attachments", "/support-requests"] {
        let seen = stage.stranger().client.all(list).await;
        assert!(seen.is_empty(), "a stranger sees {:?} in {list}", seen.iter().map(id).collect::<Vec<_>>());
        assert!(!stage.lan().all(list).await.is_empty(), "Lan sees her own in {list}");
    }
    for pipeline in ["leads", "sales"] {
        let cards = async |who: &Person| {
            let board = who.client.get(&format!("/pipelines/{pipeline}/board")).await.expect(200);
            board["columns"].as_array().unwrap().iter().map(|column| column["count"].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!(cards(stage.stranger()).await, 0, "{pipeline}");
        assert!(cards(stage.owner()).await > 0, "{pipeline}");
    }
}

/// Filters with the identifiers of records that are not visible return nothing.
#[tokio::test]
async fn filters_reach_no_further_than_sight() {
    let stage = Stage::under("icheck").await;
    let who = stage.stranger();
    let account = stage.prepare(On::Account, who).await;
    let account = account.known["account_id"].as_str().unwrap();
    stage.lan().post("/contacts", json!({"account_id": account, "full_name": "Lê Thị Mai"})).await.expect(201);
    attachment(stage.lan(), "account_id", &json!({"id": account})).await;
    let lan = &stage.lan().user_id;
    for list in [
        format!("/contacts?account_id={account}"),
        format!("/opportunities?account_id={account}"),
        format!("/conversions?account_id={account}"),
        format!("/attachments?account_id={account}"),
        format!("/accounts?owner_id={lan}"),
        format!("/leads?owner_id={lan}"),
    ] {
        assert!(who.client.all(&list).await.is_empty(), "{list}");
    }
}

/// The pool is visible to users who assign or claim. The card of a number is visible to every user, and to API keys that read
/// accounts.
#[tokio::test]
async fn the_card_behind_a_number_is_for_every_colleague() {
    let stage = Stage::under("icheck").await;
    let account = stage.prepare(On::Account, stage.stranger()).await.path("accounts/{account_id}").replacen("//", "/", 1);
    let number = stage.lan().get(&account).await.expect(200)["tax_code"].as_str().unwrap().to_owned();
    for who in &stage.people {
        let reply = who.client.get(&format!("/account-cards?tax_code={number}")).await;
        let expected = [if !who.is_known() {
            401
        } else if who.has_session() || who.may("accounts:read") {
            200
        } else {
            403
        }];
        assert_eq!([reply.status], expected, "{}", who.name);
        if reply.status == 200 {
            assert_eq!(reply.body["data"][0]["view"], "card", "{}", who.name);
        }
    }
}
