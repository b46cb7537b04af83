//! Tags of stages: they change with the stage, and adding one moves the record (R-EDU-10, R-EDU-11, A-30).

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead};
use serde_json::{Value, json};

/// The tags of a record, in order of their names.
fn tags(record: &Value) -> Vec<&str> {
    let mut tags: Vec<_> = record["tags"].as_array().unwrap().iter().map(|tag| tag["tag"].as_str().unwrap()).collect();
    tags.sort_unstable();
    tags
}

#[tokio::test]
async fn r_edu_19_r_edu_20_the_tag_of_a_stage_comes_and_goes_with_it() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    assert_eq!(tags(&lead), ["received"]);
    assert_eq!(lead["tags"][0]["created_by"], json!(lan.user_id));
    lan.post(&format!("{path}/tags"), json!({"tag": "suspect"})).await.expect(200);
    let contacted = lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    assert_eq!(tags(&contacted), ["contacted", "suspect"]);
    let real = lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    assert_eq!(tags(&real), ["demo_granted", "suspect"]);
}

#[tokio::test]
async fn a_30_setting_the_tag_of_a_stage_moves_the_card_and_only_moving_takes_it_off() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let hang = async |tag: &str| lan.post(&format!("{path}/tags"), json!({"tag": tag})).await;
    hang("call_again").await.refused(409, "stage_needs_action");
    lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    let moved = hang("call_again").await.expect(200);
    assert_eq!((&moved["stage"], tags(&moved)), (&json!("call_again"), vec!["call_again"]));
    assert_eq!(hang("call_again").await.expect(200)["version"], moved["version"], "once is enough");
    lan.remove(&format!("{path}/tags/call_again")).await.refused(409, "tag_of_stage");
}

#[tokio::test]
async fn r_edu_10_a_customer_is_closed_in_the_sale_and_received_after_it_and_wears_further_tags_beside() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let account = account(&lan, 1).await;
    let path = format!("/opportunities/{}", id(&opportunity(&lan, &account, "Gói Tiêu chuẩn").await));
    let guided = lan.post(&format!("{path}/tags"), json!({"tag": "guided"})).await.expect(200);
    assert_eq!(tags(&guided), ["guided", "potential"], "looked at together (R-EDU-59)");
    let won = lan.act(&format!("{path}/win")).await.expect(200);
    assert_eq!((&won["stage"], tags(&won)), (&json!("closed"), vec!["closed", "guided"]));
    let customer = lan.get(&format!("/accounts/{}", id(&account))).await.expect(200);
    assert_eq!((&customer["stage"], tags(&customer)), (&json!("received_after_sale"), vec!["received"]), "R-EDU-72");
    let moved = lan.post(&format!("/accounts/{}/move", id(&account)), json!({"stage": "active"})).await.expect(200);
    assert_eq!(tags(&moved), [""; 0]);
}

#[tokio::test]
async fn a_conversion_leaves_the_tag_of_the_stage_behind_and_carries_the_others_and_reverting_gives_it_back() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    lan.post(&format!("{path}/tags"), json!({"tag": "guided"})).await.expect(200);
    lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    let converted = lan.post(&format!("{path}/convert"), json!({"account": {"action": "create"}})).await.expect(201);
    assert_eq!(tags(&lan.get(&path).await.expect(200)), ["guided"]);
    let opened = format!("/opportunities/{}", converted["opportunities"][0]["id"].as_str().unwrap());
    assert_eq!(tags(&lan.get(&opened).await.expect(200)), ["guided", "potential"]);
    lan.act(&format!("/conversions/{}/revert", id(&converted))).await.expect(200);
    assert_eq!(tags(&lan.get(&path).await.expect(200)), ["demo_granted", "guided"]);
}
