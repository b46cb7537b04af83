//! Each database call of a unit of work fails once, in each possible way. Afterwards a second connection checks that acknowledged
//! data is stored, and other data is not.

use chot_application::{Error, leads};
use chot_domain::leads::LeadId;
use chot_domain::shared::Code;
use chot_persistence::failing_calls::{Failure, with_failing_call};
use chot_tests::{Kind, World, kind};
use sea_orm::DatabaseConnection;

use super::at_once::{assert_leads_and_events_agree, assert_nobody_idles_in_a_transaction, counted, database};
use super::units::{lead, system};

const FAILURES: [Failure; 4] = [Failure::BeforeTheCall, Failure::AfterTheCall, Failure::Silence, Failure::Dropped];

async fn is_there(database: &DatabaseConnection, id: LeadId) -> bool {
    let literal = match kind() {
        Kind::Postgres => format!("'{id}'"),
        Kind::Sqlite => format!("x'{}'", id.uuid().simple()),
    };
    counted(database, &format!("SELECT count(*) FROM leads WHERE id = {literal}")).await == 1
}

async fn count(database: &DatabaseConnection) -> i64 {
    counted(database, "SELECT count(*) FROM leads").await
}

#[tokio::test]
async fn each_call_of_a_unit_fails_once_and_only_what_was_acknowledged_is_written() {
    let world = World::under("xcrm").await;
    let (ctx, database) = (system(&world).await, database(&world).await);
    for failure in FAILURES {
        let mut left_by_each_call = Vec::new();
        for number in 0_u64.. {
            let before = count(&database).await;
            let draft = lead(u32::try_from(before).unwrap());
            let unit = ctx.write(async |tx| leads::create(tx, &draft).await);
            let acknowledged = with_failing_call(number, failure, unit).await.and_then(Result::ok);
            assert_nobody_idles_in_a_transaction(&database).await;
            if let Some(id) = acknowledged {
                assert!(is_there(&database, id).await, "{failure:?} behind the last call changes nothing");
                break;
            }
            left_by_each_call.push(count(&database).await - before);
            // The next unit gets a connection in a known state: its write is durable and visible from outside.
            let next = lead(u32::try_from(before + 1).unwrap());
            let id = ctx.write(async |tx| leads::create(tx, &next).await).await.unwrap();
            assert!(is_there(&database, id).await, "{failure:?} at call {number} has cost a later unit its write");
            assert_leads_and_events_agree(&database).await;
        }
        let commit = left_by_each_call.pop().unwrap();
        assert!(left_by_each_call.len() >= 3, "a begin and some statements went before the commit: {left_by_each_call:?}");
        assert!(left_by_each_call.iter().all(|left| *left == 0), "{failure:?}: {left_by_each_call:?}");
        match failure {
            Failure::BeforeTheCall | Failure::Dropped => assert_eq!(commit, 0, "{failure:?}: no commit was asked for"),
            Failure::AfterTheCall => assert_eq!(commit, 1, "the commit was confirmed and the answer lost"),
            // The result of a commit without a response is unknown: the whole unit, or nothing.
            Failure::Silence => assert!((0..=1).contains(&commit)),
        }
    }
}

#[tokio::test]
async fn a_rollback_that_fails_writes_nothing_and_costs_no_later_unit_its_write() {
    let world = World::under("xcrm").await;
    let (ctx, database) = (system(&world).await, database(&world).await);
    for failure in FAILURES {
        for number in 0_u64.. {
            let before = count(&database).await;
            let draft = lead(u32::try_from(before).unwrap());
            let unit = ctx.write(async |tx| {
                leads::create(tx, &draft).await?;
                Err::<(), Error>(Code::Forbidden.into())
            });
            let refused = with_failing_call(number, failure, unit).await;
            assert_nobody_idles_in_a_transaction(&database).await;
            assert_eq!(count(&database).await, before, "{failure:?} at call {number}");
            let id = ctx.write(async |tx| leads::create(tx, &draft).await).await.unwrap();
            assert!(is_there(&database, id).await, "{failure:?} at call {number} has cost a later unit its write");
            let ended_in_order = matches!(refused, Some(Err(Error::Refused(ref refusal))) if refusal.code == Code::Forbidden);
            if ended_in_order && number > 20 {
                break;
            }
        }
    }
}

/// SQLite ends a transaction automatically when its disk is full; a unit that continued would store each further statement
/// separately.
#[tokio::test]
async fn a_unit_in_which_a_statement_failed_neither_goes_on_nor_commits() {
    let world = World::under("xcrm").await;
    let (ctx, database) = (system(&world).await, database(&world).await);
    let (first, second) = (lead(1), lead(2));
    let unit = async |tx: &chot_persistence::Tx| {
        leads::create(tx, &first).await?;
        let broken = with_failing_call(0, Failure::BeforeTheCall, leads::create(tx, &second)).await;
        assert!(broken.unwrap().is_err());
        assert!(leads::create(tx, &second).await.is_err(), "nothing goes on behind a failed statement");
        Ok(())
    };
    assert!(ctx.write(unit).await.is_err(), "a unit of which a statement failed must not be acknowledged");
    assert_eq!(count(&database).await, 0);
}
