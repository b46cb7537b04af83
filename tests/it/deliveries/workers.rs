//! Concurrent workers, and workers that die while sending.

use std::collections::BTreeSet;

use chot_application::deliveries::LEASE;
use chot_application::{Ctx, worker};
use chot_domain::deliveries::{ATTEMPTS, DeliveryKind};
use chot_domain::identity::Actor;
use chot_domain::shared::{Clock, SystemClock};
use chot_persistence::crash_points::{self, Crash};
use chot_persistence::deliveries::{self, ClaimedDelivery, Lease, NewDelivery};
use chot_tests::{Kind, MailServer, Options, World, kind};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{given, only, round, with_mail};

async fn system(world: &World) -> Ctx {
    world.engine.act_as(Actor::system()).await.unwrap()
}

/// The deliveries that a worker claims with a lease of this length; a negative length is over already.
async fn claim(world: &World, time: TimeDelta) -> Vec<ClaimedDelivery> {
    let from = SystemClock.now();
    let lease = Lease { from, until: from + time };
    system(world).await.write(async |tx| Ok(deliveries::claim_due(tx, 10, lease).await?)).await.unwrap()
}

const OVER: TimeDelta = TimeDelta::seconds(-1);

#[tokio::test]
async fn an_e_mail_leaves_once_although_three_workers_look_at_the_same_time() {
    const MAILS: u32 = 12;
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    for number in 0..MAILS {
        given(&admin, &lan, number).await;
    }
    let processes = [world.process().await, world.process().await, world.process().await];
    let (one, two, three) = tokio::join!(worker::once(&processes[0]), worker::once(&processes[1]), worker::once(&processes[2]));
    one.and(two).and(three).unwrap();
    let mut marks: Vec<_> = server.mails().iter().map(|mail| mail.header("Message-ID").unwrap()).collect();
    marks.sort();
    marks.dedup();
    assert_eq!((marks.len(), server.mails().len()), (MAILS as usize, MAILS as usize));
    let sent = super::deliveries(&admin).await;
    assert!(sent.iter().all(|one| one["state"] == "sent" && one["attempts"] == 1));
}

#[tokio::test]
async fn what_a_worker_claimed_that_died_is_sent_by_another_once_the_lease_is_over() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    assert_eq!(claim(&world, TimeDelta::minutes(2)).await.len(), 1);
    round(&world).await;
    assert!(server.mails().is_empty(), "while the lease lasts it is left alone");
    given(&admin, &lan, 2).await;
    assert_eq!(claim(&world, OVER).await.len(), 1);
    round(&world).await;
    assert_eq!(server.mails().len(), 1);
    let states: Vec<_> =
        super::deliveries(&admin).await.iter().map(|one| (one["state"].clone(), one["attempts"].clone())).collect();
    assert_eq!(states, [(json!("pending"), json!(1)), (json!("sent"), json!(2))]);
}

#[tokio::test]
async fn what_a_worker_has_claimed_is_left_to_it_though_its_clock_is_three_minutes_slow() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    let from = SystemClock.now() - TimeDelta::minutes(3);
    let lease = Lease { from, until: from + LEASE };
    let claimed = system(&world).await.write(async |tx| Ok(deliveries::claim_due(tx, 10, lease).await?)).await.unwrap();
    round(&world).await;
    assert_eq!((claimed.len(), server.mails().len()), (1, 0));
}

#[tokio::test]
async fn whoever_dies_between_two_steps_nothing_is_lost_and_what_leaves_twice_bears_the_same_mark() {
    for place in crash_points::OF_DELIVERIES {
        let (world, server) = with_mail().await;
        let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
        given(&admin, &lan, 1).await;
        let dying = world.process().await;
        assert!(Crash::at(place, 0).await_for(worker::once(&dying)).await.is_none(), "nobody passes {place}");
        let before = server.mails().len();
        assert_eq!(before, usize::from(place == "delivery.sent"));
        round(&world).await;
        assert_eq!(server.mails().len(), before, "{place}: the lease of the dead still holds");
        end_leases(&world).await;
        round(&world).await;
        let marks: BTreeSet<_> = server.mails().iter().map(|mail| mail.header("Message-ID")).collect();
        assert_eq!((server.mails().len(), marks.len()), (before + 1, 1), "{place}");
        let sent = only(&admin).await;
        assert_eq!((&sent["state"], &sent["attempts"]), (&json!("sent"), &json!(2)), "{place}");
    }
}

/// Ends the leases, as if time had passed.
async fn end_leases(world: &World) {
    let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
    let over = "UPDATE deliveries SET locked_until = NULL WHERE locked_until IS NOT NULL";
    assert_eq!(database.execute_unprepared(over).await.unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn an_e_mail_that_leaves_twice_bears_the_same_mark() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    // A worker sends it and dies before it stores the result.
    let claimed = claim(&world, OVER).await.remove(0);
    let letter = serde_json::from_value(claimed.payload.clone()).unwrap();
    world.engine.mailer.as_ref().unwrap().send(claimed.id, &claimed.to, &letter).await.unwrap();
    round(&world).await;
    let marks: Vec<_> = server.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(marks.len(), 2);
    assert_eq!(marks[0], marks[1]);

    // The worker was only slow: its late result no longer counts.
    let sent = only(&admin).await;
    let system = system(&world).await;
    system.write(async |tx| Ok(deliveries::mark_failed(tx, &claimed, "too late", None).await?)).await.unwrap();
    system.write(async |tx| Ok(deliveries::mark_sent(tx, &claimed).await?)).await.unwrap();
    assert_eq!(only(&admin).await, sent);
    assert_eq!((&sent["state"], &sent["last_error"]), (&json!("sent"), &json!(null)));
}

#[tokio::test]
async fn what_is_said_by_one_name_leaves_once_however_often_it_is_asked_for() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    let payload = claim(&world, OVER).await.remove(0).payload;
    let new = NewDelivery {
        kind: DeliveryKind::Email,
        to: "lan@congty.example.vn".into(),
        payload,
        dedupe_key: "happy-birthday:2026".into(),
        notification: None,
    };
    let system = system(&world).await;
    for _ in 0..3 {
        let twice = async |tx: &chot_persistence::Tx| {
            deliveries::enqueue(tx, &new).await?;
            Ok(deliveries::enqueue(tx, &new).await?)
        };
        system.write(twice).await.unwrap();
    }
    round(&world).await;
    assert_eq!(super::deliveries(&admin).await.len(), 2);
    assert_eq!(server.mails().iter().filter(|mail| mail.to == "lan@congty.example.vn").count(), 1);
}

#[tokio::test]
async fn a_payload_that_nobody_can_read_is_given_up_and_holds_up_nothing() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    for (to, payload) in [("lan@congty.example.vn", json!({"x": 1})), ("không có", json!(null))] {
        let new = NewDelivery { kind: DeliveryKind::Email, to: to.into(), payload, dedupe_key: to.into(), notification: None };
        system(&world).await.write(async |tx| Ok(deliveries::enqueue(tx, &new).await?)).await.unwrap();
    }
    given(&admin, &lan, 1).await;
    round(&world).await;
    let states: Vec<_> = super::deliveries(&admin).await.iter().map(|one| one["state"].clone()).collect();
    assert_eq!((states, server.mails().len()), (vec![json!("failed"), json!("failed"), json!("sent")], 1));
}

/// Makes the database refuse every change of a claimed delivery.
async fn refuse_changes(world: &World, delivery: &serde_json::Value) {
    let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
    let id = chot_tests::fixtures::id(delivery);
    let script = match kind() {
        Kind::Sqlite => format!(
            "CREATE TRIGGER refuse BEFORE UPDATE ON deliveries WHEN OLD.id = x'{}' AND OLD.claim IS NOT NULL \
             BEGIN SELECT RAISE(ABORT, 'refused'); END",
            id.replace('-', "")
        ),
        Kind::Postgres => format!(
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER refuse BEFORE UPDATE ON deliveries FOR EACH ROW \
             WHEN (OLD.id = '{id}' AND OLD.claim IS NOT NULL) EXECUTE FUNCTION refuse()"
        ),
    };
    database.execute_unprepared(&script).await.unwrap();
}

#[tokio::test]
async fn a_result_that_cannot_be_recorded_keeps_no_other_result_from_being_recorded() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    for number in 0..3 {
        given(&admin, &lan, number).await;
    }
    refuse_changes(&world, &super::deliveries(&admin).await[0]).await;
    assert!(worker::once(&world.engine).await.is_err());
    assert_eq!(server.mails().len(), 3);
    let states: Vec<_> = super::deliveries(&admin).await.iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["pending", "sent", "sent"]);
    assert!(worker::once(&world.engine).await.is_ok());
    assert_eq!(server.mails().len(), 3, "what was sent is not sent again while the lease lasts");
}

#[tokio::test]
async fn an_e_mail_that_stops_its_worker_each_time_is_given_up() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    for _ in 0..ATTEMPTS {
        assert_eq!(claim(&world, OVER).await.len(), 1);
    }
    round(&world).await;
    let given_up = only(&admin).await;
    assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("failed"), &json!(ATTEMPTS)));
    assert_eq!(given_up["last_error"], "the worker stopped during each attempt");
    assert!(server.mails().is_empty());

    admin.act(&format!("{}/retry", super::path(&given_up))).await.expect(200);
    round(&world).await;
    assert_eq!((server.mails().len(), &only(&admin).await["state"]), (1, &json!("sent")));
}

#[tokio::test]
async fn the_clock_of_a_sandbox_does_not_wait_for_what_another_worker_has_claimed() {
    let server = MailServer::start();
    let options = Options { smtp_url: Some(server.url.clone()), sandbox: true, ..Options::default() };
    let world = World::with("icheck", options).await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    assert_eq!(claim(&world, LEASE).await.len(), 1);
    admin.post("/sandbox/clock", json!({"advance_seconds": 60})).await.expect(200);
    assert!(server.mails().is_empty());
}
