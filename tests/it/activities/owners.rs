//! For whom a user may plan: for users in scope, and for everybody if the user may assign records.

use chot_tests::fixtures::{id, team};
use chot_tests::{Client, Response, World};
use serde_json::json;

use super::{call, fault, planned, with};

async fn plans(who: &Client, for_whom: &Client) -> Response {
    who.post("/activities", with(call("2026-11-23T08:00:00Z"), json!({"owner_id": for_whom.user_id}))).await
}

/// Plans an activity and assigns it to another user.
async fn gives(who: &Client, to: &Client) -> Response {
    let own = planned(who, call("2026-11-23T08:00:00Z")).await;
    who.post(&format!("/activities/{}/assign", id(&own)), json!({"owner_id": to.user_id})).await
}

#[tokio::test]
async fn a_salesperson_plans_nothing_into_the_calendar_of_somebody_out_of_reach() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let out_of_reach = [fault("/owner_id", "out_of_reach")];
    for stranger in [&team.minh, &team.manager] {
        assert_eq!(plans(&team.lan, stranger).await.faults(422), out_of_reach, "{}", stranger.role);
        assert_eq!(gives(&team.lan, stranger).await.faults(422), out_of_reach, "{}", stranger.role);
    }
    plans(&team.lan, &team.lan).await.expect(201);
    let own = planned(&team.lan, call("2026-11-23T09:00:00Z")).await;
    let to_oneself = json!({"owner_id": team.lan.user_id});
    team.lan.post(&format!("/activities/{}/assign", id(&own)), to_oneself).await.expect(200);
    // Other violations are reported together with it.
    let wrong = with(call("2026-11-23T01:00:00Z"), json!({"owner_id": team.minh.user_id}));
    let mut faults = team.lan.post("/activities", wrong).await.faults(422);
    faults.sort();
    assert_eq!(faults, [fault("/owner_id", "out_of_reach"), fault("/starts_at", "in_the_past")]);
}

#[tokio::test]
async fn a_leader_plans_for_the_own_team_and_not_for_others() {
    let world = World::under("icheck").await;
    let (north, south) = (world.team("Hà Nội", None).await, world.team("Đà Nẵng", None).await);
    let leader = world.member("sales_leader", Some(&north)).await;
    let (lan, minh) = (world.member("salesperson", Some(&north)).await, world.member("salesperson", Some(&south)).await);
    assert_eq!(plans(&leader, &lan).await.expect(201)["owner_id"], json!(lan.user_id));
    assert_eq!(gives(&leader, &lan).await.expect(200)["owner_id"], json!(lan.user_id));
    assert_eq!(lan.all("/calendar").await.len(), 2);
    assert_eq!(plans(&leader, &minh).await.faults(422), [fault("/owner_id", "out_of_reach")]);
    assert_eq!(gives(&leader, &minh).await.faults(422), [fault("/owner_id", "out_of_reach")]);
    assert!(minh.all("/calendar").await.is_empty());
}

#[tokio::test]
async fn who_gives_records_out_plans_for_everybody_who_does_such_things() {
    let world = World::under("suno").await;
    let (minh, scout) = (world.user("salesperson").await, world.user("business_developer").await);
    plans(&scout, &minh).await.expect(201);
    assert_eq!(gives(&scout, &minh).await.expect(200)["owner_id"], json!(minh.user_id));
    let elsewhere = World::under("icheck").await;
    let team = team(&elsewhere).await;
    plans(&team.manager, &team.minh).await.expect(201);
    assert_eq!(gives(&team.manager, &team.minh).await.expect(200)["owner_id"], json!(team.minh.user_id));
    let marketing = elsewhere.user("marketing").await;
    assert_eq!(plans(&team.manager, &marketing).await.faults(422), [fault("/owner_id", "cannot_own")]);
}
