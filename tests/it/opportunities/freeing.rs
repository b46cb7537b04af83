//! An account keeps its owner as long as it has a main opportunity.

use chot_tests::fixtures::{account, id};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::{lost, opened, team};

async fn owner(client: &Client, account: &Value) -> Value {
    client.get(&format!("/accounts/{}", id(account))).await.expect(200)["owner_id"].clone()
}

#[tokio::test]
async fn a_24_a_42_r_ichk_79_losing_the_last_main_opportunity_by_hand_frees_the_customer() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let main = opened(&team.lan, &ours, "Chính", json!({})).await;
    let side = opened(&team.lan, &ours, "Phụ", json!({"classification": "secondary"})).await;
    let gone = lost(&team.lan, &main).await;
    assert_eq!(gone["owner_id"], json!(team.lan.user_id), "what is closed keeps who closed it");
    let admin = world.user("admin").await;
    assert_eq!(owner(&admin, &ours).await, json!(null));
    assert_eq!(admin.get(&side).await.expect(200)["owner_id"], json!(null), "what is open follows (R-ICHK-50)");
    assert_eq!(team.minh.all("/account-cards").await.len(), 1, "others can take it (R-ICHK-80)");

    let account = format!("/accounts/{}", id(&ours));
    let released = admin.all(&format!("{account}/timeline?kind=account.released")).await.remove(0);
    assert_eq!(released["facts"]["reason"], "no_active_primary_opportunity");
    assert_eq!(released["actor_id"], json!(team.lan.user_id));
    // The same user may claim it again later.
    team.lan.act(&format!("{account}/claim")).await.expect(200);
    assert_eq!(admin.get(&side).await.expect(200)["owner_id"], json!(team.lan.user_id));
}

#[tokio::test]
async fn a_24_losing_a_secondary_one_frees_nobody() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let side = opened(&lan, &ours, "Phụ", json!({"classification": "secondary"})).await;
    let other = opened(&lan, &ours, "Phụ khác", json!({"classification": "secondary"})).await;
    lost(&lan, &side).await;
    lost(&lan, &other).await;
    assert_eq!(owner(&lan, &ours).await, json!(lan.user_id));
}

#[tokio::test]
async fn a_24_r_ichk_81_another_main_one_that_is_open_keeps_the_customer() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let (first, second) = (opened(&lan, &ours, "Một", json!({})).await, opened(&lan, &ours, "Hai", json!({})).await);
    lost(&lan, &first).await;
    assert_eq!(owner(&lan, &ours).await, json!(lan.user_id));
    lost(&lan, &second).await;
    assert_eq!(owner(&lan, &ours).await, json!(null));
}

#[tokio::test]
async fn a_24_a_main_one_that_is_won_keeps_the_customer() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let (first, second) = (opened(&lan, &ours, "Một", json!({})).await, opened(&lan, &ours, "Hai", json!({})).await);
    lan.act(&format!("{first}/win")).await.expect(200);
    lost(&lan, &second).await;
    assert_eq!(owner(&lan, &ours).await, json!(lan.user_id));
    // A secondary one that is won does not.
    let other = account(&lan, 2).await;
    let main = opened(&lan, &other, "Chính", json!({})).await;
    let side = opened(&lan, &other, "Phụ", json!({"classification": "secondary"})).await;
    lan.act(&format!("{side}/win")).await.expect(200);
    lost(&lan, &main).await;
    assert_eq!(owner(&lan, &other).await, json!(null));
}

#[tokio::test]
async fn an_archived_main_one_keeps_nobody() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let ours = account(&lan, 1).await;
    let (first, second) = (opened(&lan, &ours, "Một", json!({})).await, opened(&lan, &ours, "Hai", json!({})).await);
    admin.delete(&first, 1).await.expect(204);
    lost(&lan, &second).await;
    assert_eq!(owner(&lan, &ours).await, json!(null));
    // Restored while the account is in the pool, it has no owner until somebody claims the account.
    admin.act(&format!("{first}/restore")).await.expect(200);
    assert_eq!(admin.get(&first).await.expect(200)["owner_id"], json!(null));
    let minh = world.user("salesperson").await;
    minh.act(&format!("/accounts/{}/claim", id(&ours))).await.expect(200);
    assert_eq!(admin.get(&first).await.expect(200)["owner_id"], json!(minh.user_id));
}

#[tokio::test]
async fn two_main_ones_lost_at_once_free_the_customer_once() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    for number in 1..=4 {
        let ours = account(&lan, number).await;
        let (first, second) = (opened(&lan, &ours, "Một", json!({})).await, opened(&lan, &ours, "Hai", json!({})).await);
        tokio::join!(lost(&lan, &first), lost(&lan, &second));
        assert_eq!(owner(&admin, &ours).await, json!(null));
        let released = admin.all(&format!("/accounts/{}/timeline?kind=account.released", id(&ours))).await;
        assert_eq!(released.len(), 1);
    }
}

#[tokio::test]
async fn r_suno_34_elsewhere_the_customer_stays_with_its_salesperson() {
    for playbook in ["suno", "xcrm", "groupon", "easyedu"] {
        let world = World::under(playbook).await;
        let lan = world.user("salesperson").await;
        let ours = account(&lan, 1).await;
        lost(&lan, &opened(&lan, &ours, "Một", json!({})).await).await;
        assert_eq!(owner(&lan, &ours).await, json!(lan.user_id), "{playbook}");
    }
}
