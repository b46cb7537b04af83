//! The unit of work without HTTP: dropped at any point, failing, and in conflict with another.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use chot_application::{Ctx, Engine, Error, leads};
use chot_domain::history::EventKind;
use chot_domain::identity::{Actor, UserId};
use chot_domain::leads::{LeadDraft, LeadId, LeadPatch};
use chot_domain::shared::{Code, MergePatch, RandomIds, Violations, read};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Connection, Db, StoreError, Tx};
use chot_tests::fixtures::company;
use chot_tests::{Kind, World, kind};
use sea_orm::DatabaseConnection;
use serde_json::json;
use tokio::sync::Notify;

use super::at_once::{assert_leads_and_events_agree, assert_nobody_idles_in_a_transaction, counted, database};

const LEADS: &str = "SELECT count(*) FROM leads";

/// The system as an actor, with its own connections.
pub async fn system(world: &World) -> Ctx {
    let at = Connection { url: world.database_url().to_owned(), max_connections: 6 };
    let engine = Engine::new(Db::connect(&at).await.unwrap(), Arc::new(world.clock.clone()), Arc::new(RandomIds));
    engine.act_as(Actor::system()).await.unwrap()
}

pub fn lead(number: u32) -> LeadDraft {
    read(company(number)).unwrap()
}

async fn create(ctx: Ctx, number: u32) -> LeadId {
    let draft = lead(number);
    ctx.write(async move |tx| leads::create(tx, &draft).await).await.unwrap()
}

/// Polls a future a number of times and then drops it. Returns whether it was completed before.
async fn dropped_after(polls: usize, work: impl Future) -> bool {
    let (mut work, mut left) = (pin!(work), polls);
    poll_fn(|context| {
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The next unit on a broken connection repairs it, so each batch is checked before anything else runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_is_dropped_at_any_point_leaves_nothing_half_done() {
    const AT_A_TIME: u32 = 6;
    const BATCHES: u32 = 12;
    let world = World::under("xcrm").await;
    let (ctx, database) = (system(&world).await, database(&world).await);
    let (mut number, mut cut, mut acknowledged) = (0, 0, 0);
    for polls in 1..=8 {
        for _ in 0..BATCHES {
            let begun: Vec<_> =
                (0..AT_A_TIME).map(|place| tokio::spawn(dropped_after(polls, create(ctx.clone(), number + place)))).collect();
            number += AT_A_TIME;
            for task in begun {
                if task.await.unwrap() { acknowledged += 1 } else { cut += 1 }
            }
            assert_nobody_idles_in_a_transaction(&database).await;
            assert_the_next_write_lasts(&ctx, &database, number).await;
            (number, acknowledged) = (number + 1, acknowledged + 1);
        }
    }
    assert!(cut > 100, "only {cut} units were cut");
    assert_leads_and_events_agree(&database).await;
    let written = counted(&database, LEADS).await;
    assert!((acknowledged..=i64::from(number)).contains(&written), "{acknowledged} acknowledged, {written} written of {number}");
}

/// A write in a forgotten transaction would be lost with it; others would never see it.
async fn assert_the_next_write_lasts(ctx: &Ctx, database: &DatabaseConnection, number: u32) {
    let id = create(ctx.clone(), number).await;
    let literal = match kind() {
        Kind::Postgres => format!("'{id}'"),
        Kind::Sqlite => format!("x'{}'", id.uuid().simple()),
    };
    assert_eq!(counted(database, &format!("{LEADS} WHERE id = {literal}")).await, 1);
}

#[tokio::test]
async fn a_unit_that_ends_in_an_error_writes_nothing() {
    let world = World::under("xcrm").await;
    let (ctx, database, draft) = (system(&world).await, database(&world).await, lead(1));
    let refused: Result<(), Error> = ctx
        .write(async |tx| {
            leads::create(tx, &draft).await?;
            leads::create(tx, &lead(2)).await?;
            Err(Code::Forbidden.into())
        })
        .await;
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.code == Code::Forbidden));
    assert_eq!(counted(&database, LEADS).await, 0);
    assert_eq!(counted(&database, "SELECT count(*) FROM events").await, 0);
    assert_nobody_idles_in_a_transaction(&database).await;
}

/// An action that ignores the violations of its request stores nothing either, and its own error comes in the right order.
#[tokio::test]
async fn a_unit_for_a_faulty_request_writes_nothing_and_tells_in_order() {
    let world = World::under("xcrm").await;
    let (ctx, database) = (system(&world).await, database(&world).await);
    let faults = Violations::one("/name", "blank");
    let end = async |answer: fn() -> Result<(), Error>| {
        let unit = async |tx: &Tx| {
            let user: UserId = tx.new_id();
            append(tx, NewEvent::new(EventKind::UserPasswordChanged, user)).await?;
            answer()
        };
        ctx.write_unless(&faults, unit).await
    };
    let invalid = |told: Result<(), Error>| match told {
        Err(Error::Invalid(faults)) => faults.iter().count(),
        other => panic!("{other:?} is not about faults"),
    };
    assert_eq!(invalid(end(|| Ok(())).await), 1);
    assert_eq!(invalid(end(|| Err(Violations::one("/phone", "invalid_phone").into())).await), 2);
    assert_eq!(invalid(end(|| Err(Code::Archived.into())).await), 1);
    let forbidden = end(|| Err(Code::Forbidden.into())).await;
    assert!(matches!(forbidden, Err(Error::Refused(refusal)) if refusal.code == Code::Forbidden));
    assert_eq!(counted(&database, "SELECT count(*) FROM events").await, 0);
}

#[tokio::test]
async fn a_unit_that_the_database_refuses_again_and_again_is_given_up_and_writes_nothing() {
    let world = World::under("xcrm").await;
    let (ctx, database, draft, tries) = (system(&world).await, database(&world).await, lead(1), Cell::new(0));
    let refused: Result<(), Error> = ctx
        .write(async |tx| {
            tries.set(tries.get() + 1);
            leads::create(tx, &draft).await?;
            Err(StoreError::UniqueViolation("leads_name_unique".into()).into())
        })
        .await;
    assert!(matches!(refused, Err(Error::Store(StoreError::UniqueViolation(_)))));
    assert!((2..20).contains(&tries.get()), "tried {} times", tries.get());
    assert_eq!(counted(&database, LEADS).await, 0);
}

#[tokio::test]
async fn a_unit_that_is_run_again_writes_once() {
    let world = World::under("xcrm").await;
    let (ctx, database, draft, tries) = (system(&world).await, database(&world).await, lead(1), Cell::new(0));
    ctx.write(async |tx| {
        tries.set(tries.get() + 1);
        let id = leads::create(tx, &draft).await?;
        if tries.get() < 2 { Err(StoreError::UniqueViolation("leads_name_unique".into()).into()) } else { Ok(id) }
    })
    .await
    .unwrap();
    assert_eq!((tries.get(), counted(&database, LEADS).await), (2, 1));
    assert_leads_and_events_agree(&database).await;
}

fn says(need: &str) -> LeadPatch {
    MergePatch::from(json!({"need": need}).as_object().unwrap().clone())
}

#[tokio::test]
async fn two_units_that_change_one_lead_at_once_both_succeed() {
    let world = World::under("xcrm").await;
    let ctx = system(&world).await;
    let id = create(ctx.clone(), 1).await;
    let (one, other) = (says("Cần tem"), says("Cần mã vạch"));
    let (first, second) = tokio::join!(
        ctx.write(async |tx| leads::update(tx, id, &one, None).await),
        ctx.write(async |tx| leads::update(tx, id, &other, None).await),
    );
    first.unwrap();
    second.unwrap();
    let database = database(&world).await;
    assert_eq!(counted(&database, "SELECT version FROM leads").await, 3);
    assert_eq!(counted(&database, "SELECT count(*) FROM events WHERE kind = 'lead.updated'").await, 2);
}

/// Each unit holds the lock that the other needs next: PostgreSQL aborts one of them, which is run again. On SQLite the second
/// waits to start.
#[tokio::test]
async fn two_units_that_lock_each_other_out_both_succeed_in_the_end() {
    let world = World::under("xcrm").await;
    let ctx = system(&world).await;
    let ids = [create(ctx.clone(), 1).await, create(ctx.clone(), 2).await];
    let (holding, tries) = ([Notify::new(), Notify::new()], Cell::new(0));
    let both_ways = async |mine: usize| {
        let (met, patch) = (Cell::new(false), says("Cần tem"));
        let (holding, tries, other) = (&holding, &tries, 1 - mine);
        ctx.write(async |tx| {
            tries.set(tries.get() + 1);
            leads::update(tx, ids[mine], &says(&format!("Cần {mine}")), None).await?;
            holding[mine].notify_one();
            if kind() == Kind::Postgres && !met.replace(true) {
                holding[other].notified().await;
            }
            leads::update(tx, ids[other], &patch, None).await
        })
        .await
    };
    let (first, second) = tokio::join!(both_ways(0), both_ways(1));
    first.unwrap();
    second.unwrap();
    let stopped = if kind() == Kind::Postgres { 1 } else { 0 };
    assert_eq!(tries.get(), 2 + stopped);
    assert_eq!(counted(&database(&world).await, "SELECT count(*) FROM events WHERE kind = 'lead.updated'").await, 4);
}
