use chot_tests::World;
use chot_tests::fixtures::{account, company, id};
use serde_json::{Value, json};

use super::at_once::{MANY, all_post, colleagues, only_winner};

const CLAIMING: [&str; 4] = ["leads:read", "leads:claim", "accounts:read", "accounts:claim"];

#[tokio::test]
async fn of_twenty_who_claim_a_lead_one_gets_it() {
    let world = World::under("icheck").await;
    let salespeople = colleagues(&world, "salesperson", &CLAIMING, MANY).await;
    let marketing = world.user("marketing").await;
    let lead = format!("/leads/{}", id(&marketing.post("/leads", company(1)).await.expect(201)));

    let claimed = only_winner(all_post(&salespeople, &format!("{lead}/claim"), &json!({})).await, 200, 404, "not_found");
    let owner = salespeople.iter().find(|person| claimed["owner_id"] == json!(person.user_id)).unwrap();
    let kept = owner.get(&lead).await.expect(200);
    assert_eq!((&kept["owner_id"], &kept["version"]), (&claimed["owner_id"], &json!(2)));
    assert_eq!(owner.history(&lead).await, ["lead.created", "lead.claimed"]);
    assert!(world.user("manager").await.all("/leads?in_pool=true").await.is_empty());
}

#[tokio::test]
async fn r_ichk_08_of_twenty_who_claim_an_account_one_gets_it() {
    let world = World::under("icheck").await;
    let salespeople = colleagues(&world, "salesperson", &CLAIMING, MANY).await;
    let lan = world.user("salesperson").await;
    let account = format!("/accounts/{}", id(&account(&lan, 1).await));
    lan.post(&format!("{account}/release"), json!({"reason": "manual"})).await.expect(200);

    let claimed = only_winner(all_post(&salespeople, &format!("{account}/claim"), &json!({})).await, 200, 409, "not_in_pool");
    let owner = salespeople.iter().find(|person| claimed["owner_id"] == json!(person.user_id)).unwrap();
    let kept: Value = owner.get(&account).await.expect(200);
    assert_eq!(kept["owner_id"], claimed["owner_id"]);
    assert_eq!(owner.history(&account).await, ["account.created", "account.released", "account.claimed"]);
}
