//! Missed nights, and nights with many opportunities and several workers.

use chot_application::worker;
use chot_tests::fixtures::{account, opportunity};
use chot_tests::{Kind, World, kind};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::check::NIGHT;
use super::{chance, prove, status};
use crate::robustness::at_once::{counted, database};

#[tokio::test]
async fn r_ichk_78_missed_days_are_caught_up_in_order_each_as_of_its_own_cut_off() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let monday = chance(&lan, 1).await;
    world.clock.advance(TimeDelta::days(1));
    let (tuesday, late) = (chance(&lan, 2).await, chance(&lan, 3).await);
    world.clock.advance(TimeDelta::days(1));
    prove(&lan, &late).await;
    let wednesday = chance(&lan, 4).await;
    prove(&lan, &wednesday).await;
    // The worker starts on Thursday morning.
    world.clock.advance(TimeDelta::days(1));
    worker::once(&world.engine).await.unwrap();

    let admin = world.user("admin").await;
    let lost_on = async |chance: &str| {
        let lost = admin.all(&format!("{chance}/timeline?kind=opportunity.lost")).await;
        lost.first().map(|event| event["facts"]["business_date"].as_str().unwrap().to_owned())
    };
    assert_eq!(lost_on(&monday).await.as_deref(), Some("2026-11-23"));
    assert_eq!(lost_on(&tuesday).await.as_deref(), Some("2026-11-24"));
    assert_eq!(lost_on(&late).await.as_deref(), Some("2026-11-24"), "what was given on Wednesday does not count for Tuesday");
    assert_eq!(status(&admin, &wednesday).await, "open");
    let checks = admin.all("/evidence-checks?sort=business_date").await;
    let found: Vec<_> = checks
        .iter()
        .map(|check| {
            (check["business_date"].as_str().unwrap(), check["state"].as_str().unwrap(), check["lost"].as_i64().unwrap())
        })
        .collect();
    let expected =
        [("2026-11-23", "done", 1), ("2026-11-24", "done", 2), ("2026-11-25", "done", 0), ("2026-11-26", "waiting", 0)];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn three_workers_judge_each_of_many_once() {
    const CHANCES: u32 = 230;
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for number in 0..CHANCES / 10 {
        let ours = account(&lan, number).await;
        for chance in 0..10 {
            opportunity(&lan, &ours, &format!("Cơ hội {number}.{chance}")).await;
        }
    }
    world.clock.advance(NIGHT);
    let processes = [world.process().await, world.process().await, world.process().await];
    let (one, two, three) = tokio::join!(worker::once(&processes[0]), worker::once(&processes[1]), worker::once(&processes[2]));
    let ran = one.unwrap() + two.unwrap() + three.unwrap();
    assert!(ran > 0);
    while worker::once(&processes[0]).await.unwrap() > 0 {}
    let database = database(&world).await;
    let given_up = "SELECT count(*) FROM timers WHERE attempts > 0";
    assert_eq!(counted(&database, given_up).await, 0, "no worker stumbles over another");
    let count = async |query: &str| counted(&database, query).await;
    assert_eq!(count("SELECT count(*) FROM opportunities WHERE status = 'lost' AND version = 2").await, i64::from(CHANCES));
    assert_eq!(count("SELECT count(*) FROM events WHERE kind = 'opportunity.lost'").await, i64::from(CHANCES));
    assert_eq!(count("SELECT count(*) FROM events WHERE kind = 'account.released'").await, i64::from(CHANCES / 10));
    assert_eq!(count("SELECT count(*) FROM evidence_checks WHERE state = 'done' AND lost = 230 AND released = 23").await, 1);
    assert_eq!(count("SELECT count(*) FROM evidence_checks").await, 2);
    assert_eq!(count("SELECT count(*) FROM timers WHERE kind = 'evidence_check' AND state = 'pending'").await, 1);
    let told = "SELECT count(*) FROM notifications WHERE kind = 'opportunity_lost_by_check'";
    assert_eq!(count(told).await, i64::from(CHANCES));
}

/// A corrupt record stops neither the check of the others nor the next nights.
#[tokio::test]
async fn r_ichk_77_a_broken_opportunity_is_named_and_the_night_goes_on() {
    const CHANCES: u32 = 7;
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut chances = Vec::new();
    for number in 0..CHANCES {
        chances.push(chance(&lan, number).await);
    }
    let database = database(&world).await;
    let broken = super::last(&chances[2]).to_owned();
    let literal = if kind() == Kind::Sqlite { format!("x'{}'", broken.replace('-', "")) } else { format!("'{broken}'") };
    let spoil = |word: &str| format!("UPDATE opportunities SET evidence_status = '{word}' WHERE id = {literal}");
    database.execute_unprepared(&spoil("no_such_word")).await.unwrap();
    world.pass(NIGHT).await;

    let admin = world.user("admin").await;
    let checks = admin.all("/evidence-checks?sort=business_date").await;
    assert_eq!((&checks[0]["state"], &checks[0]["lost"]), (&json!("done"), &json!(CHANCES - 1)), "{checks:#?}");
    assert_eq!(checks[0]["failures"], json!([{"opportunity_id": broken, "code": "internal_error"}]));
    assert_eq!((&checks[1]["state"], &checks[1]["failures"]), (&json!("waiting"), &json!([])));
    database.execute_unprepared(&spoil("missing")).await.unwrap();
    assert_eq!(status(&admin, &chances[2]).await, "open");
    world.pass(TimeDelta::days(1)).await;
    assert_eq!(status(&admin, &chances[2]).await, "lost", "the next night judges it");
}
