//! Which managers are notified.

use chot_application::notifications::notify_managers;
use chot_domain::identity::{Actor, UserId};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_tests::{Client, World};
use serde_json::json;

use super::kinds;

async fn lost(world: &World, of: &Client) {
    let user: UserId = of.user_id.parse().unwrap();
    let notice = NewNotification::new(NotificationKind::OpportunityLostByCheck, user, user).param("name", "Tem chống hàng giả");
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    system.write(async |tx| notify_managers(tx, &notice).await).await.unwrap();
}

#[tokio::test]
async fn r_ichk_78_those_are_told_who_lead_the_team_or_one_above_it() {
    let world = World::under("icheck").await;
    let company = world.team("Khối kinh doanh", None).await;
    let north = world.team("Hà Nội", Some(&company)).await;
    let south = world.team("Đà Nẵng", Some(&company)).await;
    let below = world.team("Hà Nội 1", Some(&north)).await;
    let member = async |role: &str, team: &str| world.member(role, Some(team)).await;
    let lan = member("salesperson", &north).await;
    let told = [member("manager", &north).await, member("manager", &company).await];
    let not_told = [
        member("manager", &south).await,
        member("manager", &below).await,
        member("salesperson", &north).await,
        world.user("manager").await,
        lan.clone(),
    ];
    let gone = member("manager", &north).await;
    let admin = world.user("admin").await;
    admin.patch(&format!("/users/{}", gone.user_id), 1, json!({"is_active": false})).await.expect(200);

    lost(&world, &lan).await;
    for manager in &told {
        assert_eq!(kinds(manager).await, ["opportunity_lost_by_check"]);
    }
    for other in &not_told {
        assert!(kinds(other).await.is_empty(), "{}", other.role);
    }
}

#[tokio::test]
async fn who_stands_in_no_team_is_led_by_nobody() {
    let world = World::under("icheck").await;
    let (lan, manager) = (world.user("salesperson").await, world.user("manager").await);
    lost(&world, &lan).await;
    assert!(kinds(&manager).await.is_empty() && kinds(&lan).await.is_empty());
}
