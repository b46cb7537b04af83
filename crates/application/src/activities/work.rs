use chot_domain::activities::{ActivityId, ActivityStanding, CancelActivity, CompleteActivity, RescheduleActivity};
use chot_domain::history::EventKind;
use chot_persistence::Tx;
use chot_persistence::activities::{self, LockedActivity};
use chot_persistence::events::{Happening, record};

use super::{follow_demo, happening, time_password, working};
use crate::Result;

/// Notes that a planned activity is done, and what came of it (R-EDU-23).
///
/// # Errors
/// `not_found` out of sight; an end in the future; `wrong_status` of what is not planned.
pub async fn complete(tx: &Tx, id: ActivityId, order: &CompleteActivity) -> Result<()> {
    let activity = working(tx, id, order).await?;
    complete_as(tx, &activity, order).await
}

/// Completes an activity that the unit of work has locked, whoever acts: for verbs of the system as well.
///
/// # Errors
/// `wrong_status` of what is not planned.
pub async fn complete_as(tx: &Tx, activity: &LockedActivity, order: &CompleteActivity) -> Result<()> {
    let next = activity.standing().completed(order, tx.now, &tx.playbook.policies)?;
    let done = happening(EventKind::ActivityCompleted, activity.id(), &activity.about());
    let done = done.with("kind", next.kind).with("outcome", next.outcome).with("done_at", next.done_at);
    settle(tx, activity, &next, done.saying("summary", order.summary.as_ref())).await?;
    follow_demo(tx, activity.category().as_ref(), &next, &activity.about()).await
}

/// Moves a planned activity to another time (R-EDU-45).
///
/// # Errors
/// `not_found` out of sight; a time in the past; `wrong_status` of what is not planned.
pub async fn reschedule(tx: &Tx, id: ActivityId, order: &RescheduleActivity) -> Result<()> {
    let activity = working(tx, id, order).await?;
    let before = activity.standing();
    let next = before.rescheduled(order, &tx.playbook.policies)?;
    if next == before {
        return Ok(());
    }
    let moved = happening(EventKind::ActivityRescheduled, id, &activity.about()).with("starts_at_before", before.starts_at);
    let moved = moved.with("starts_at", next.starts_at).with("ends_at_before", before.ends_at).with("ends_at", next.ends_at);
    settle(tx, &activity, &next, moved.saying("reason", order.reason.as_ref())).await
}

/// Calls a planned activity off.
///
/// # Errors
/// `not_found` out of sight; `wrong_status` of what is not planned.
pub async fn cancel(tx: &Tx, id: ActivityId, order: &CancelActivity) -> Result<()> {
    let activity = working(tx, id, order).await?;
    let next = activity.standing().cancelled(order)?;
    let off = happening(EventKind::ActivityCancelled, id, &activity.about());
    settle(tx, &activity, &next, off.saying("reason", order.reason.as_ref())).await
}

/// Writes where an activity now stands, and writes down what happened. What is over has no password any more.
async fn settle(tx: &Tx, activity: &LockedActivity, next: &ActivityStanding, happened: Happening) -> Result<()> {
    let before = activity.standing();
    activities::stand(tx, activity, next).await?;
    if activity.draft().has_password() {
        time_password(tx, activity.id(), true, next).await?;
    }
    Ok(record(tx, happened.with("status_before", before.status).with("status", next.status)).await?)
}

/// The day after a meeting has passed: the password to the customer's computer is deleted (R-EDU-50). Called by the timer.
///
/// # Errors
/// When the database fails.
pub async fn forget_password(tx: &Tx, id: ActivityId) -> Result<()> {
    let Some(activity) = activities::lock_any(tx, id).await?.filter(|activity| activity.draft().has_password()) else {
        return Ok(());
    };
    activities::forget_password(tx, &activity).await?;
    let forgotten = happening(EventKind::ActivityUpdated, id, &activity.about());
    Ok(record(tx, forgotten.with("forgotten", "remote_access_password")).await?)
}
