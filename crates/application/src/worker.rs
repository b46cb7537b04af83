//! What runs by itself: timers whose time has come, positions in the event feed, and forgetting what is old. Any number of
//! workers may run on one PostgreSQL; each timer's verb and its completion commit together, so each effect happens once.

use std::time::Duration;

use chot_domain::identity::Actor;
use chot_domain::shared::{Clock, Id, SystemClock};
use chot_persistence::timers::{self, DueTimer, TimerKind};
use chot_persistence::{Tx, events, idempotency, identity};
use chrono::TimeDelta;
use tokio::sync::watch;

use crate::opportunities::evidence;
use crate::{Engine, Result, deliveries, leads, timetable};

/// How often a worker looks around.
const PAUSE: Duration = Duration::from_secs(1);

/// How many rounds lie between two times of forgetting: an hour's worth.
const FORGETTING: u32 = 3_600;

/// Works until `stop` says so.
pub async fn run(engine: Engine, mut stop: watch::Receiver<bool>) {
    let mut round = 0_u32;
    while !*stop.borrow() {
        if let Err(error) = once(&engine).await {
            tracing::warn!(%error, "the worker could not do its round");
        }
        if round.is_multiple_of(FORGETTING)
            && let Err(error) = forget(&engine).await
        {
            tracing::warn!(%error, "the worker could not forget old answers");
        }
        round = round.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Runs everything that is due, gives positions to new events, and says how many timers ran.
///
/// # Errors
/// When the database fails.
pub async fn once(engine: &Engine) -> Result<u64> {
    timetable::ensure(engine).await?;
    let mut ran = 0;
    while run_next(engine).await? {
        ran += 1;
    }
    place_events(engine).await?;
    deliveries::send_due(engine).await?;
    Ok(ran)
}

/// Gives positions in the feed to all committed events that have none.
///
/// # Errors
/// When the database fails.
pub async fn place_events(engine: &Engine) -> Result<()> {
    let ctx = engine.act_as(Actor::system()).await?;
    // A batch that is not full was the last one; what is written meanwhile has time until the next round.
    while ctx.write(async |tx| Ok(events::place(tx).await?)).await? == events::BATCH {}
    Ok(())
}

/// A session that is over is kept for so long: a spent token that comes back until then is still known as one.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);

/// Forgets answers that nobody asks for again, and sessions that are long over.
///
/// # Errors
/// When the database fails.
pub async fn forget(engine: &Engine) -> Result<()> {
    let ctx = engine.act_as(Actor::system()).await?;
    ctx.write(async |tx| {
        idempotency::forget_old(tx).await?;
        Ok(identity::forget_sessions_before(tx, SystemClock.now() - SESSIONS_KEPT).await?)
    })
    .await
}

/// Claims the next due timer, runs its verb and completes it, all in one unit. If the verb fails, the unit is rolled back and the
/// failure is noted in another.
async fn run_next(engine: &Engine) -> Result<bool> {
    let ctx = engine.act_as(Actor::system()).await?;
    let claimed = std::sync::Mutex::new(None);
    let keep = |timer: DueTimer| {
        let mut place = claimed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *place = Some(timer);
    };
    let outcome = ctx
        .write(async |tx| {
            let Some(timer) = timers::claim_due(tx).await? else {
                return Ok(false);
            };
            keep(timer.clone());
            fire(tx, &timer).await?;
            timers::complete(tx, &timer).await?;
            Ok(true)
        })
        .await;
    let failed = claimed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    match (outcome, failed) {
        (Err(error), Some(timer)) => {
            tracing::warn!(%error, kind = ?timer.kind, "a timer's verb failed");
            ctx.write(async |tx| Ok(timers::postpone(tx, &timer, &error.to_string()).await?)).await?;
            Ok(true)
        }
        (outcome, _) => outcome,
    }
}

/// The timetable: which verb each kind of timer calls.
async fn fire(tx: &Tx, timer: &DueTimer) -> Result<()> {
    match timer.kind {
        TimerKind::EvidenceCheck => evidence::check_day(tx, Id::new(timer.subject_id)).await,
        TimerKind::LeadFollowUp => leads::fall_due(tx, Id::new(timer.subject_id)).await,
    }
}
