//! What runs by itself: timers whose time has come, positions in the event feed, forgetting what is old, and, beside these, what leaves
//! the house. Any number of workers may run on one PostgreSQL; each timer's verb and its completion commit together, so each effect happens once.

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

/// How often a worker looks around.
const PAUSE: Duration = Duration::from_secs(1);

/// How many rounds lie between two times of forgetting: an hour's worth.
const FORGETTING: u32 = 3_600;

/// Works until `stop` says so. What leaves the house does so beside the timers: these do not wait for a mail server that keeps silent.
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

/// Runs everything that is due, sends what has to leave the house after that, and says how many timers ran.
pub async fn once(engine: &Engine) -> Result<u64> {
    let ran = run_due(engine).await?;
    deliveries::send_due(engine).await?;
    Ok(ran)
}

/// Runs all timers that are due, gives positions to new events, and says how many timers ran.
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

/// Gives positions in the feed to all committed events that have none.
pub async fn assign_event_positions(engine: &Engine) -> Result<()> {
    if !events::has_new(&engine.db).await? {
        return Ok(());
    }
    let ctx = engine.act_as(Actor::system()).await?;
    // A batch that is not full was the last one; what is written meanwhile has time until the next round.
    while ctx.write(async |tx| Ok(events::assign_positions(tx).await?)).await? == events::BATCH {}
    Ok(())
}

/// A session that is over is kept for so long: a spent token that comes back until then is still known as one.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

/// Timers that are done are kept for so long, for those who look into what happened.
const TIMERS_KEPT: TimeDelta = TimeDelta::days(30);

/// So much is deleted in one unit of work: far less than what a statement may take.
const DELETED_AT_ONCE: u64 = 500;

/// Deletes answers that nobody asks for again, sessions that are long over, and timers that are long done, in small units of work.
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

/// What came of looking for a timer.
enum Turn {
    /// Nothing is due.
    Idle,
    /// Another worker had done what was due.
    Overtaken,
    /// A timer ran, or failed and was noted.
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
