use chot_tests::fixtures::{account, id, opportunity};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::at_once::{at_once, only_winner};

fn loss() -> Value {
    json!({"reason": "price", "customer_feedback": "Giá cao hơn bên đang dùng", "next_approach_on": "2027-03-01"})
}

async fn do_at_once(client: &Client, orders: Vec<(String, Value)>) -> Vec<chot_tests::Response> {
    let call = |(path, order): (String, Value)| {
        let client = client.clone();
        async move { client.post(&path, order).await }
    };
    at_once(orders.into_iter().map(call)).await
}

#[tokio::test]
async fn an_opportunity_that_is_won_and_lost_at_once_is_one_of_both() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    for round in 0..6 {
        let deal = format!("/opportunities/{}", id(&opportunity(&lan, &customer, &format!("Gói {round}")).await));
        let orders = vec![(format!("{deal}/win"), json!({})), (format!("{deal}/lose"), loss())];
        let closed = only_winner(do_at_once(&lan, orders).await, 200, 409, "wrong_status");
        assert_eq!(lan.get(&deal).await.expect(200)["status"], closed["status"]);
        let told = format!("opportunity.{}", closed["status"].as_str().unwrap());
        assert_eq!(lan.history(&deal).await, ["opportunity.opened".to_owned(), told]);
    }
}

#[tokio::test]
async fn an_opportunity_is_not_opened_on_an_account_that_is_archived_meanwhile() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    for round in 0..6 {
        let customer = account(&manager, round).await;
        let path = format!("/accounts/{}", id(&customer));
        let (opener, draft) = (manager.clone(), json!({"account_id": customer["id"], "name": "Tem chống giả"}));
        let opening = tokio::spawn(async move { opener.post("/opportunities", draft).await });
        let archived = manager.delete(&path, 1).await.status;
        let opened = opening.await.unwrap().status;
        assert!(matches!((opened, archived), (201, 409) | (409 | 422, 204)), "round {round}: {opened} and {archived}");
    }
}
