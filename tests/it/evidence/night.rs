//! The end of the day: what counts and what comes too late.

use chot_application::{opportunities, worker};
use chot_domain::opportunities::WinOpportunity;
use chot_persistence::Tx;
use chot_tests::World;
use chot_tests::fixtures::team;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::check::NIGHT;
use super::{chance, last, prove, status, warned};
use crate::robustness::at_once::{acting, before_commit};

async fn counted(client: &chot_tests::Client, date: &str, name: &str) -> i64 {
    let checks = client.all("/evidence-checks").await;
    let check = checks.iter().find(|check| check["business_date"] == date).unwrap();
    check[name].as_i64().unwrap()
}

#[tokio::test]
async fn a_37_evidence_after_the_cut_off_comes_too_late_and_a_warning_after_it_too() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let [late, in_time, warned_late] = [chance(&lan, 1).await, chance(&lan, 2).await, chance(&lan, 3).await];
    prove(&lan, &warned_late).await;
    world.clock.advance(TimeDelta::hours(14) + TimeDelta::minutes(58));
    prove(&lan, &in_time).await;
    world.clock.advance(TimeDelta::minutes(1));
    prove(&lan, &late).await;
    warned(&care, &warned_late).await;
    worker::once(&world.engine).await.unwrap();
    let admin = world.user("admin").await;
    let mut found = Vec::new();
    for chance in [&late, &in_time, &warned_late] {
        found.push(status(&admin, chance).await);
    }
    assert_eq!(found, ["lost", "open", "open"]);
    world.pass(TimeDelta::days(1)).await;
    assert_eq!(status(&admin, &warned_late).await, "lost", "the next night knows of the warning");
}

#[tokio::test]
async fn a_23_what_was_opened_a_minute_before_is_judged_and_a_minute_after_is_not() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    world.clock.advance(TimeDelta::hours(14) + TimeDelta::minutes(58));
    let before = chance(&lan, 1).await;
    world.clock.advance(TimeDelta::minutes(1));
    let after = chance(&lan, 2).await;
    worker::once(&world.engine).await.unwrap();
    let admin = world.user("admin").await;
    assert_eq!((status(&admin, &before).await, status(&admin, &after).await), (json!("lost"), json!("open")));
    assert_eq!(counted(&admin, "2026-11-23", "checked").await, 1);
}

#[tokio::test]
async fn what_somebody_closed_since_the_cut_off_is_counted_and_left() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let won = chance(&lan, 1).await;
    world.clock.advance(NIGHT);
    lan.act(&format!("{won}/win")).await.expect(200);
    worker::once(&world.engine).await.unwrap();
    let admin = world.user("admin").await;
    assert_eq!(status(&admin, &won).await, "won");
    // No check was planned before the opportunity was closed: from now on nothing requires evidence.
    assert_eq!(admin.all("/evidence-checks").await, Vec::<Value>::new());

    let (again, lost) = (chance(&lan, 2).await, chance(&lan, 3).await);
    worker::once(&world.engine).await.unwrap();
    world.clock.advance(TimeDelta::days(1));
    lan.act(&format!("{again}/win")).await.expect(200);
    worker::once(&world.engine).await.unwrap();
    assert_eq!((status(&admin, &again).await, status(&admin, &lost).await), (json!("won"), json!("lost")));
    assert_eq!(counted(&admin, "2026-11-24", "already_closed").await, 1);
    assert_eq!(counted(&admin, "2026-11-24", "lost").await, 1);
    assert_eq!(counted(&admin, "2026-11-24", "checked").await, 2);
}

#[tokio::test]
async fn what_somebody_closes_when_the_check_comes_to_it_is_counted_once_and_left() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (won, lost) = (chance(&lan, 1).await, chance(&lan, 2).await);
    worker::once(&world.engine).await.unwrap();
    world.clock.advance(NIGHT);
    let (acting, id) = (acting(&world, &lan).await, last(&won).parse().unwrap());
    let win = async |tx: &Tx| opportunities::win(tx, id, &WinOpportunity::default()).await;
    let (closed, ran) = before_commit(&world, (&acting, win), worker::once(&world.engine)).await;
    closed.unwrap();
    assert_eq!(ran.unwrap(), 1);
    let admin = world.user("admin").await;
    assert_eq!((status(&admin, &won).await, status(&admin, &lost).await), (json!("won"), json!("lost")));
    for (name, count) in [("checked", 2), ("lost", 1), ("already_closed", 1)] {
        assert_eq!(counted(&admin, "2026-11-23", name).await, count, "{name}");
    }
}

#[tokio::test]
async fn r_ichk_78_running_again_does_nothing() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let chance = chance(&team.lan, 1).await;
    world.pass(NIGHT).await;
    let admin = world.user("admin").await;
    let (lost, checks) = (admin.get(&chance).await.expect(200), admin.all("/evidence-checks").await);
    assert_eq!(worker::once(&world.engine).await.unwrap(), 0);
    assert_eq!(admin.get(&chance).await.expect(200), lost);
    assert_eq!(admin.all("/evidence-checks").await, checks);
}
