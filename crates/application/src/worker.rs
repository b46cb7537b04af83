//! What runs automatically: due timers, positions in the event feed, deletion of old data and, separately, outbound deliveries.
//! Any number of workers may run on one PostgreSQL; the action of a timer and its completion commit together, so each effect
//! happens once.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chot_domain::identity::Actor;
use chot_domain::shared::{Clock, Code, ColumnValue, SystemClock};
use chot_persistence::timers::{self, DueTimer};
use chot_persistence::{StoreError, Tx, crash_points, events, idempotency, identity};
use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::sync::watch;

use crate::{Engine, Error, Result, attachments, deliveries, timer_handlers};

/// The interval between rounds.
const PAUSE: Duration = Duration::from_secs(1);

/// The number of rounds between two deletions of old data: one hour.
const FORGETTING: u32 = 3_600;

/// Works until `stop` is true. Deliveries run beside the timers, so that timers do not wait for a mail server that does not
/// respond.
pub async fn run(engine: Engine, stop: watch::Receiver<bool>) {
    tokio::join!(run_timers(&engine, stop.clone()), run_deliveries(&engine, stop));
}

async fn run_timers(engine: &Engine, mut stop: watch::Receiver<bool>) {
    let mut round = 0_u32;
    while !*stop.borrow() {
        if let Err(error) = run_due(engine).await {
            tracing::warn!(%error, "the worker could not do its round");
        }
        if round.is_multiple_of(FORGETTING)
            && let Err(error) = forget(engine).await
        {
            tracing::warn!(%error, "the worker could not forget old answers");
        }
        if round.is_multiple_of(FORGETTING)
            && let Err(error) = attachments::delete_orphans(engine, attachments::PATIENCE).await
        {
            tracing::warn!(%error, "the worker could not sweep up files");
        }
        round = round.wrapping_add(1);
        pause(&mut stop).await;
    }
}

async fn run_deliveries(engine: &Engine, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = deliveries::send_due(engine).await {
            tracing::warn!(%error, "the worker could not send what is due");
        }
        pause(&mut stop).await;
    }
}

async fn pause(stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => {}
        _ = stop.changed() => {}
    }
}

/// Runs everything that is due, then sends due deliveries. Returns the number of timers that ran.
pub async fn once(engine: &Engine) -> Result<u64> {
    let ran = run_due(engine).await?;
    deliveries::send_due(engine).await?;
    Ok(ran)
}

/// Runs all due timers and assigns positions to new events. Returns the number of timers that ran.
async fn run_due(engine: &Engine) -> Result<u64> {
    timer_handlers::ensure(engine).await?;
    crash_points::hit("round.planned").await;
    let mut ran = 0;
    loop {
        match run_next(engine).await? {
            Turn::Idle => break,
            Turn::Overtaken => {}
            Turn::Ran => ran += 1,
        }
        crash_points::hit("round.between_timers").await;
    }
    assign_event_positions(engine).await?;
    Ok(ran)
}

/// Assigns positions in the feed to all committed events without one.
pub async fn assign_event_positions(engine: &Engine) -> Result<()> {
    if !events::has_new(&engine.db).await? {
        return Ok(());
    }
    let ctx = engine.act_as(Actor::system()).await?;
    // A batch that is not full was the last one. Newer events get their positions in the next round.
    while ctx.write(async |tx| Ok(events::assign_positions(tx).await?)).await? == events::BATCH {}
    Ok(())
}

/// How long an ended session is kept: until then a spent refresh token is still recognised.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

/// How long completed timers are kept, for analysis.
const TIMERS_KEPT: TimeDelta = TimeDelta::days(30);

/// The number of rows deleted in one unit of work, far below the limit of a statement.
const DELETED_AT_ONCE: u64 = 500;

/// Deletes old idempotent responses, ended sessions and completed timers, in small units of work.
pub async fn forget(engine: &Engine) -> Result<()> {
    let ctx = engine.act_as(Actor::system()).await?;
    let most = DELETED_AT_ONCE;
    while ctx.write(async |tx| Ok(idempotency::delete_old(tx, most).await?)).await? == most {}
    let timers = async |tx: &Tx| Ok(timers::delete_finished_before(tx, tx.now - TIMERS_KEPT, most).await?);
    while ctx.write(timers).await? == most {}
    let sessions = async |tx: &Tx| Ok(identity::delete_sessions_before(tx, SystemClock.now() - SESSIONS_KEPT, most).await?);
    while ctx.write(sessions).await? == most {}
    Ok(())
}

/// The result of looking for a timer.
enum Turn {
    /// Nothing is due.
    Idle,
    /// Another worker has completed the due timer.
    Overtaken,
    /// A timer ran, or its failure was stored.
    Ran,
}

/// Runs the action of the timer that has been due longest and completes the timer, all in one unit. The timer comes last in the lock
/// order: it is found without a lock, its record is locked, and if another worker has completed it meanwhile, nothing is stored. If the
/// action fails, the unit is rolled back and the failure is noted in another.
async fn run_next(engine: &Engine) -> Result<Turn> {
    let ctx = engine.act_as(Actor::system()).await?;
    let found = std::sync::Mutex::new(None);
    let keep = |timer: DueTimer| {
        let mut place = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *place = Some(timer);
    };
    let unit = ctx.write(async |tx| {
        let Some(timer) = timers::due(tx).await? else {
            return Ok(Turn::Idle);
        };
        keep(timer.clone());
        timer_handlers::hold_record(tx, &timer).await?;
        if !timers::is_pending(tx, &timer).await? {
            return Ok(Turn::Overtaken);
        }
        crash_points::hit("timer.claimed").await;
        timer_handlers::dispatch(tx, &timer).await?;
        crash_points::hit("timer.fired").await;
        timers::complete(tx).await?;
        crash_points::hit("timer.completed").await;
        Ok(Turn::Ran)
    });
    // A panic in one timer must not stop the worker.
    let outcome = AssertUnwindSafe(unit).catch_unwind().await.unwrap_or_else(|_| Err(Code::InternalError.into()));
    let timer = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    match (outcome, timer) {
        (Err(Error::Store(StoreError::TimerGone)), _) => Ok(Turn::Overtaken),
        (Err(error), Some(timer)) => {
            tracing::warn!(%error, kind = ?timer.kind, "the action of a timer failed");
            if error.code() == Code::InternalError && timer_handlers::go_on_without_the_broken(&ctx, &timer).await? {
                return Ok(Turn::Ran);
            }
            ctx.write(async |tx| Ok(timers::postpone(tx, &timer, &error.code().raw()).await?)).await?;
            Ok(Turn::Ran)
        }
        (outcome, _) => outcome,
    }
}
