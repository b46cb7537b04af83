//! Outbound deliveries: claimed, sent outside any transaction, then the result is stored. At-least-once; a duplicate carries the
//! same `Message-ID`.

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

/// How long a claim blocks other workers if its worker has died. It is longer than an attempt plus the clock difference of two
/// machines, so that nobody claims a delivery that is being sent.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);

/// No new batch starts after this time, because a stopping server and a moving sandbox clock wait for the round.
const ROUND: Duration = Duration::from_secs(5);

/// Sends what is due and returns the number of sent deliveries. Without a mailer, or while the mail server does not respond, it
/// does nothing.
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
            // A result that is not stored causes a second sending, so each result is stored even if another could not be stored.
            recorded = recorded.and(record_attempt(&ctx, delivery, result).await);
            crash_points::hit("delivery.noted").await;
        }
        recorded?;
    }
    Ok(sent)
}

/// The time of the next attempt: when a delivery is due and the pause of the mail server is over. `None` if nothing waits or
/// there is no mailer.
pub(crate) async fn next_attempt_at(engine: &Engine) -> Result<Option<DateTime<Utc>>> {
    let Some(mailer) = engine.mailer.as_deref() else {
        return Ok(None);
    };
    let due = deliveries::next_run_at(&engine.db).await?;
    Ok(due.map(|due| mailer.paused_until().map_or(due, |until| until.max(due))))
}

/// Sends one delivery. A panic counts as a failed attempt.
async fn send(mailer: &Mailer, delivery: &ClaimedDelivery) -> std::result::Result<(), SendError> {
    let attempt = AssertUnwindSafe(send_by_kind(mailer, delivery)).catch_unwind();
    attempt.await.unwrap_or_else(|_| Err(SendError::for_good("a panic".to_owned())))
}

async fn send_by_kind(mailer: &Mailer, delivery: &ClaimedDelivery) -> std::result::Result<(), SendError> {
    match delivery.kind {
        DeliveryKind::Email => {
            let content: EmailContent =
                serde_json::from_value(delivery.payload.clone()).map_err(|error| SendError::for_good(error.to_string()))?;
            mailer.send(delivery.id, &delivery.to, &content).await
        }
        DeliveryKind::Other => Err(SendError::for_good("an unknown kind of delivery".to_owned())),
    }
}

/// Stores the result of an attempt.
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

/// Makes a delivery due at once, with all its attempts again.
///
/// # Errors
/// `forbidden`; `not_found`; `wrong_status` if it was sent or cancelled.
pub async fn retry(tx: &Tx, id: DeliveryId) -> Result<()> {
    tx.require(Permission::TimersManage)?;
    let delivery = lock(tx, id).await?.ok_or(Code::NotFound)?;
    let next = delivery.state().retried()?;
    deliveries::retry(tx, &delivery, next).await?;
    let event = NewEvent::new(EventKind::DeliveryRetried, id);
    Ok(append(tx, event.fact("state_before", delivery.state()).fact("state", next)).await?)
}
