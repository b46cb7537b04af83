//! Opportunities are drawn at random, and never twice with the same evidence.

use std::collections::BTreeSet;

use chot_tests::fixtures::{id, team};
use chot_tests::{Client, World, fault};
use serde_json::{Value, json};

use super::{chance, prove};
use crate::robustness::at_once::{all_post, times};

async fn draw(care: &Client, order: Value) -> Vec<Value> {
    care.post("/evidence-reviews/draw", order).await.expect(200)["data"].as_array().unwrap().clone()
}

fn chances(reviews: &[Value]) -> BTreeSet<String> {
    reviews.iter().map(|review| review["opportunity_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn r_ichk_86_r_ichk_91_what_was_drawn_is_remembered() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let mut proved = Vec::new();
    for number in 0..5 {
        let chance = chance(&lan, number).await;
        prove(&lan, &chance).await;
        proved.push(chance);
    }
    chance(&lan, 9).await; // has no evidence
    let first = draw(&care, json!({"count": 2})).await;
    let second = draw(&care, json!({"count": 100})).await;
    assert_eq!((first.len(), second.len()), (2, 3));
    assert!(chances(&first).is_disjoint(&chances(&second)));
    assert_eq!(draw(&care, json!({"count": 1})).await.len(), 0, "fewer than asked for is all there are");
    let pending = care.all("/evidence-reviews?outcome=pending").await;
    assert_eq!(pending.len(), 5);
    let draw_id = first[0]["draw_id"].as_str().unwrap();
    let mine = care.all(&format!("/evidence-reviews?drawn_by={}&draw_id={draw_id}", care.user_id)).await;
    assert_eq!(chances(&mine), chances(&first));
    assert_eq!(lan.history(&proved[0]).await.last().unwrap(), "evidence.sampled");

    // Newer evidence can be drawn, once the old review is completed.
    prove(&lan, &proved[0]).await;
    assert_eq!(draw(&care, json!({"count": 9})).await.len(), 0, "it waits for its review already");
    care.act(&format!("{}/evidence/accept", proved[0])).await.expect(200);
    assert_eq!(draw(&care, json!({"count": 9})).await.len(), 0, "what was judged is not judged again");
    prove(&lan, &proved[0]).await;
    assert_eq!(draw(&care, json!({"count": 9})).await.len(), 1);
}

#[tokio::test]
async fn r_ichk_91_a_draw_can_be_narrowed() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let care = world.user("customer_care").await;
    let (ours, theirs) = (chance(&team.lan, 1).await, chance(&team.minh, 2).await);
    prove(&team.lan, &ours).await;
    let later = prove(&team.minh, &theirs).await["given_at"].clone();
    team.minh.post(&format!("{theirs}/move"), json!({"stage": "quoted"})).await.expect(200);
    let minh = world.user("admin").await.get(&format!("/users/{}", team.minh.user_id)).await.expect(200);
    let only_theirs = [
        json!({"count": 10, "owner_id": team.minh.user_id}),
        json!({"count": 10, "team_id": minh["team_id"]}),
        json!({"count": 10, "stage": "quoted"}),
        json!({"count": 10, "given_since": later}),
    ];
    for order in only_theirs {
        let drawn = draw(&care, order.clone()).await;
        assert_eq!(chances(&drawn), BTreeSet::from([super::last(&theirs).to_owned()]), "{order}");
        care.act(&format!("/evidence-reviews/{}/accept", id(&drawn[0]))).await.expect(200);
        prove(&team.minh, &theirs).await;
    }
}

#[tokio::test]
async fn only_who_may_draws_and_as_many_as_make_sense() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    lan.post("/evidence-reviews/draw", json!({"count": 1})).await.refused(403, "forbidden");
    lan.get("/evidence-reviews").await.refused(403, "forbidden");
    for count in [0, 101, -1] {
        let faults = care.post("/evidence-reviews/draw", json!({"count": count})).await.faults(422);
        assert_eq!(faults, [fault("/count", "out_of_range")]);
    }
    let wrong = json!({"count": 5, "stage": "nowhere", "owner_id": "x", "colour": "red"});
    let faults = care.post("/evidence-reviews/draw", wrong).await.faults(422);
    for expected in [fault("/stage", "unknown_key"), fault("/owner_id", "invalid_id"), fault("/colour", "unknown_member")] {
        assert!(faults.contains(&expected), "{faults:?}");
    }
}

#[tokio::test]
async fn r_ichk_91_a_draw_among_the_opportunities_of_nobody_is_refused() {
    let world = World::under("icheck").await;
    let care = world.user("customer_care").await;
    let nobody = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";
    let order = json!({"count": 5, "owner_id": nobody, "team_id": nobody});
    let faults = care.post("/evidence-reviews/draw", order).await.faults(422);
    assert_eq!(faults, [fault("/owner_id", "not_found"), fault("/team_id", "not_found")]);

    // Inactive users may still own opportunities.
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    prove(&lan, &chance(&lan, 1).await).await;
    admin.patch(&format!("/users/{}", lan.user_id), 1, json!({"is_active": false})).await.expect(200);
    assert_eq!(draw(&care, json!({"count": 5, "owner_id": lan.user_id})).await.len(), 1);
}

#[tokio::test]
async fn two_who_draw_at_the_same_moment_never_draw_the_same() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    for number in 0..6 {
        prove(&lan, &chance(&lan, number).await).await;
    }
    let drawn = all_post(&times(&care, 3), "/evidence-reviews/draw", &json!({"count": 2})).await;
    let good: Vec<Value> = drawn.iter().filter(|reply| reply.status == 200).map(|reply| reply.body.clone()).collect();
    let reviews: Vec<Value> = good.iter().flat_map(|draw| draw["data"].as_array().unwrap().clone()).collect();
    assert_eq!(chances(&reviews).len(), reviews.len());
    assert_eq!(care.all("/evidence-reviews").await.len(), reviews.len());
}
