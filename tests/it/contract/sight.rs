//! What is out of sight: single records, lists, boards, filters and cards.

use chot_tests::fixtures::{attachment, id};
use serde_json::{Value, json};

use super::operation::{operations, operations_of};
use super::people::Person;
use super::rows::Row;
use super::stage::{Prepare, Stage};
use crate::accounts::contract::{self as accounts, contact, lans_account};
use crate::attachments::contract::file;
use crate::leads::contract::{conversion, lead};
use crate::opportunities::contract::lans_opportunity;
use crate::teamwork::contract::lans_request;

/// The identifier of no record.
const UNKNOWN: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

#[tokio::test]
async fn out_of_sight_is_answered_as_if_it_did_not_exist() {
    let stage = Stage::new().await;
    let who = stage.stranger();
    let mut compared = 0;
    for (operation, row) in operations() {
        let may = operation.permission().is_some_and(|permission| who.may(permission));
        if !may || row.unseen != 404 || stage.sees(who, row.sight) {
            continue;
        }
        let without_request = |mut problem: Value| {
            problem["request_id"].take();
            problem["instance"].take();
            problem
        };
        let hidden = stage.prepare(row.on, who).await;
        let mut unknown = stage.prepare(row.on, who).await;
        for (name, value) in &mut unknown.known {
            if operation.path.contains(&format!("{{{name}}}")) && name != "tag" {
                *value = json!(UNKNOWN);
            }
        }
        let hidden = who.client.send(operation.request(&who.client, row, &hidden)).await.refused(404, "not_found");
        let unknown = who.client.send(operation.request(&who.client, row, &unknown)).await.refused(404, "not_found");
        assert_eq!(without_request(hidden), without_request(unknown), "{}", row.operation);
        compared += 1;
    }
    assert!(compared > 20, "only {compared} operations were compared");
}

#[tokio::test]
async fn lists_and_boards_contain_only_what_the_caller_sees() {
    let stage = Stage::new().await;
    let records: [Prepare; 6] = [lead, conversion, contact, lans_opportunity, file, lans_request];
    for on in records {
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

/// A filter with another user's record finds nothing.
#[tokio::test]
async fn filters_find_only_what_the_caller_sees() {
    let stage = Stage::new().await;
    let who = stage.stranger();
    let account = stage.prepare(lans_account, who).await;
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

/// Every colleague may see the card behind a number, and so may a program that reads accounts.
#[tokio::test]
async fn every_colleague_sees_the_card_behind_a_number() {
    let stage = Stage::new().await;
    let account = stage.prepare(lans_account, stage.stranger()).await.path("accounts/{account_id}").replacen("//", "/", 1);
    let number = stage.lan().get(&account).await.expect(200)["tax_code"].as_str().unwrap().to_owned();
    for who in &stage.people {
        let reply = who.client.get(&format!("/account-cards?tax_code={number}")).await;
        let expected = if !who.is_known() {
            401
        } else if who.has_session() || who.may("accounts:read") {
            200
        } else {
            403
        };
        assert_eq!(reply.status, expected, "{}", who.name);
        if reply.status == 200 {
            assert_eq!(reply.body["data"][0]["view"], "card", "{}", who.name);
        }
    }
}

/// Under a playbook without cards, an account out of sight does not exist for the caller, whatever the body is.
#[tokio::test]
async fn without_cards_an_account_out_of_sight_is_not_found() {
    let stage = Stage::under("suno").await;
    let who = stage.stranger();
    let has_card = |row: &&Row| matches!(row.unseen, 200 | 403);
    let mut called = 0;
    for (operation, row) in operations_of(accounts::ROWS).into_iter().filter(|(_, row)| has_card(row)) {
        // Only these callers may do it at all.
        if !operation.permission_for(row).is_some_and(|permission| who.may(permission)) {
            continue;
        }
        let made = stage.prepare(lans_account, who).await;
        who.client.send(operation.request(&who.client, row, &made)).await.refused(404, "not_found");
        if operation.reads_json() {
            for body in [json!([]), json!({"khong_co": 1})] {
                who.client.send(operation.saying(&who.client, &made, body.to_string())).await.refused(404, "not_found");
            }
        }
        called += 1;
    }
    assert!(called > 5, "only {called} operations were called");
}
