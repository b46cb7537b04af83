//! What leaves the house: claimed, sent outside of any transaction, and the result written down. It leaves at least once; what leaves twice
//! bears the same mark.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use chot_domain::deliveries::{ATTEMPTS, DeliveryId, DeliveryKind, pause_after};
use chot_domain::history::EventKind;
use chot_domain::identity::{Actor, Permission};
use chot_domain::notifications::EmailContent;
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::deliveries::{self, ClaimedDelivery, Lease};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Tx, crash_points, lock};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::join_all;

use crate::mailer::{CONCURRENCY, SendError};
use crate::{Ctx, Engine, Mailer, Result};

/// A worker that has died keeps others from its deliveries for so long. It is longer than an attempt takes by more than the clocks of two
/// machines may differ: nobody takes from the living what is on its way.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);

/// A server that stops, and a sandbox whose clock is moved, wait for a round, so it begins nothing new after this.
const ROUND: Duration = Duration::from_secs(5);

/// Sends what is due and says how much has left. Without a mailer, and while its server does not answer, nothing is done.
pub async fn send_due(engine: &Engine) -> Result<u64> {
    let Some(mailer) = engine.mailer.as_deref() else {
        return Ok(0);
    };
    let ctx = engine.act_as(Actor::system()).await?;
    let (begun, mut sent) = (Instant::now(), 0);
    while begun.elapsed() < ROUND && !mailer.is_paused(engine.clock.now()) {
        let from = SystemClock.now();
        let lease = Lease { from, until: from + LEASE };
        let claimed = async |tx: &Tx| {
            deliveries::give_up_abandoned(tx, ATTEMPTS, lease.from).await?;
            Ok(deliveries::claim_due(tx, CONCURRENCY, lease).await?)
        };
        let batch = ctx.write(claimed).await?;
        if batch.is_empty() {
            break;
        }
        crash_points::hit("delivery.claimed").await;
        let results = join_all(batch.iter().map(|delivery| send(mailer, delivery))).await;
        crash_points::hit("delivery.sent").await;
        let mut recorded = Ok(());
        for (delivery, result) in batch.iter().zip(results) {
            sent += u64::from(result.is_ok());
            if result.as_ref().is_err_and(|not_sent| not_sent.is_server_error) {
                mailer.pause(engine.clock.now());
            }
            // What is not recorded is sent again, so each result is recorded even if another could not be.
            recorded = recorded.and(record_attempt(&ctx, delivery, result).await);
            crash_points::hit("delivery.noted").await;
        }
        recorded?;
    }
    Ok(sent)
}

/// When something may leave next: once its time has come and the mail server is no longer left alone. Nothing, if nothing waits, or if
/// nothing can leave for want of a mailer.
pub(crate) async fn next_attempt_at(engine: &Engine) -> Result<Option<DateTime<Utc>>> {
    let Some(mailer) = engine.mailer.as_deref() else {
        return Ok(None);
    };
    let due = deliveries::next_run_at(&engine.db).await?;
    Ok(due.map(|due| mailer.paused_until().map_or(due, |until| until.max(due))))
}

/// Sends one delivery. A panic is a failed attempt like any other.
async fn send(mailer: &Mailer, delivery: &ClaimedDelivery) -> std::result::Result<(), SendError> {
    let attempt = AssertUnwindSafe(send_by_kind(mailer, delivery)).catch_unwind();
    attempt.await.unwrap_or_else(|_| Err(SendError::for_good("a panic".to_owned())))
}

async fn send_by_kind(mailer: &Mailer, delivery: &ClaimedDelivery) -> std::result::Result<(), SendError> {
    match delivery.kind {
        DeliveryKind::Email => {
            let letter: EmailContent =
                serde_json::from_value(delivery.payload.clone()).map_err(|error| SendError::for_good(error.to_string()))?;
            mailer.send(delivery.id, &delivery.to, &letter).await
        }
    }
}

/// Writes down what became of an attempt.
async fn record_attempt(ctx: &Ctx, delivery: &ClaimedDelivery, result: std::result::Result<(), SendError>) -> Result<()> {
    let Err(not_sent) = result else {
        metrics::counter!("chot_delivery_attempts_total", "result" => "sent").increment(1);
        return ctx.write(async |tx| Ok(deliveries::mark_sent(tx, delivery).await?)).await;
    };
    metrics::counter!("chot_delivery_attempts_total", "result" => "failed").increment(1);
    let pause = pause_after(delivery.attempt, not_sent.failure, rand::random());
    tracing::warn!(delivery = %delivery.id, attempt = delivery.attempt, given_up = pause.is_none(), "a delivery did not leave");
    let noted = async |tx: &Tx| {
        let next = pause.map(|pause| tx.now + pause);
        Ok(deliveries::mark_failed(tx, delivery, &not_sent.error, next).await?)
    };
    ctx.write(noted).await
}

/// Lets a delivery be tried again at once, with all its attempts before it.
///
/// # Errors
/// `forbidden`; `not_found`; `wrong_status` if it was sent or taken back.
pub async fn retry(tx: &Tx, id: DeliveryId) -> Result<()> {
    tx.require(Permission::TimersManage)?;
    let delivery = lock(tx, id).await?.ok_or(Code::NotFound)?;
    let next = delivery.state().retried()?;
    deliveries::retry(tx, &delivery, next).await?;
    let event = NewEvent::new(EventKind::DeliveryRetried, id);
    Ok(append(tx, event.fact("state_before", delivery.state()).fact("state", next)).await?)
}
