//! Concurrent edits and unique numbers: one request succeeds and the others get an error.

use chot_tests::World;
use chot_tests::fixtures::{id, own_lead, some_tax_code};
use serde_json::{Value, json};

use super::at_once::{MANY, all_post, at_once, colleagues, only_winner};

#[tokio::test]
async fn of_twenty_edits_of_one_version_one_is_written() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let edit = |number: usize| {
        let (lan, path) = (lan.clone(), path.clone());
        async move { lan.patch(&path, 1, json!({"need": format!("Cần {number} con tem")})).await }
    };
    let written = only_winner(at_once((0..MANY).map(edit)).await, 200, 412, "version_mismatch");
    let kept: Value = lan.get(&path).await.expect(200);
    assert_eq!((&kept["need"], &kept["version"]), (&written["need"], &json!(2)));
    assert_eq!(lan.history(&path).await, ["lead.created", "lead.updated"]);
}

#[tokio::test]
async fn an_edit_and_an_archiving_of_one_version_do_not_both_happen() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    let path = format!("/leads/{}", id(&own_lead(&manager, 1).await));
    let archive = {
        let (manager, path) = (manager.clone(), path.clone());
        tokio::spawn(async move { manager.delete(&path, 1).await })
    };
    let edited = manager.patch(&path, 1, json!({"need": "Cần tem"})).await;
    let archived = archive.await.unwrap();
    match (edited.status, archived.status) {
        (200, 412) | (409 | 412, 204) => {}
        both => panic!("{both:?}"),
    }
}

#[tokio::test]
async fn r_ichk_02_a_tax_code_that_twenty_register_belongs_to_one_account() {
    let world = World::under("icheck").await;
    let salespeople = colleagues(&world, "salesperson", &["accounts:read", "accounts:create"], MANY).await;
    let draft = json!({"name": "Công ty Cổ phần Sao Mai", "phone": "0912345678", "tax_code": some_tax_code(7)});
    let replies = all_post(&salespeople, "/accounts", &draft).await;
    let cards: Vec<Value> =
        replies.iter().filter(|reply| reply.status == 409).map(|reply| reply.body["account"].clone()).collect();
    let account = only_winner(replies, 201, 409, "identity_taken");
    for card in cards {
        assert_eq!((&card["view"], &card["id"], &card["owner_name"]), (&json!("card"), &account["id"], &account["owner_name"]));
    }
    let admin = world.user("admin").await;
    assert_eq!(admin.all("/accounts").await.len(), 1);
}

#[tokio::test]
async fn a_tax_code_that_is_written_into_two_accounts_stays_in_one() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let mut accounts = Vec::new();
    for name in ["Sao Mai", "Hoa Sen"] {
        let account = lan.post("/accounts", json!({"name": name, "phone": "0912345678"})).await.expect(201);
        accounts.push(format!("/accounts/{}", id(&account)));
    }
    let edit = |path: String| {
        let lan = lan.clone();
        async move { lan.patch(&path, 1, json!({"tax_code": some_tax_code(7)})).await }
    };
    let written = only_winner(at_once(accounts.into_iter().map(edit)).await, 200, 409, "identity_taken");
    let holders = lan.all(&format!("/accounts?tax_code={}", some_tax_code(7))).await;
    assert_eq!((holders.len(), &holders[0]["id"]), (1, &written["id"]));
}
