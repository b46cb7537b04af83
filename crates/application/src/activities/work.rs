use chot_domain::activities::{ActivityId, ActivityStanding, CancelActivity, CompleteActivity, RescheduleActivity};
use chot_domain::history::EventKind;
use chot_persistence::activities::LockedActivity;
use chot_persistence::events::Happening;
use chot_persistence::{Tx, fault_points, lock_unscoped};

use super::cadence::{Became, demand_half_day, follow};
use super::{reached, ready, working};
use crate::{Result, checks, transition};

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
    let done = activity.event(EventKind::ActivityCompleted);
    let done = done.with("kind", next.kind).with("outcome", next.outcome).with("done_at", next.done_at);
    settle(tx, activity, &next, done.saying("summary", order.summary.as_ref())).await
}

/// Moves a planned activity to another time (R-EDU-45).
///
/// # Errors
/// `not_found` out of sight; a time in the past, or too soon for a call-back (R-EDU-40); `wrong_status` of what is not planned.
pub async fn reschedule(tx: &Tx, id: ActivityId, order: &RescheduleActivity) -> Result<()> {
    let activity = reached(tx, id).await?;
    let mut violations = checks::judge(tx, order);
    let (category, lead) = (activity.draft().category, activity.related().lead);
    demand_half_day(tx, category.as_ref(), lead, Some(order.starts_at), &mut violations).await?;
    violations.unless_any(())?;
    ready(tx, &activity, None).await?;
    let before = activity.standing();
    let next = before.rescheduled(order, &tx.playbook.policies)?;
    if next == before {
        return Ok(());
    }
    let moved = activity.event(EventKind::ActivityRescheduled).with("starts_at_before", before.starts_at);
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
    let off = activity.event(EventKind::ActivityCancelled);
    settle(tx, &activity, &next, off.saying("reason", order.reason.as_ref())).await
}

/// Stores the next state of an activity, and does what follows. What is over has no password any more.
async fn settle(tx: &Tx, activity: &LockedActivity, next: &ActivityStanding, happened: Happening) -> Result<()> {
    transition::apply(tx, activity, next, happened).await?;
    let (draft, related) = (activity.draft(), activity.related());
    let (category, room) = (draft.category.as_ref(), draft.meeting_link.as_ref());
    Box::pin(follow(tx, &Became { id: activity.id(), category, room, related: &related, standing: next })).await
}

/// The day after a meeting has passed: the password to the customer's computer is deleted (R-EDU-50). Called by the timer.
pub async fn forget_password(tx: &Tx, id: ActivityId) -> Result<()> {
    let Some(activity) = lock_unscoped(tx, id).await?.filter(|activity| activity.standing().has_password) else {
        return Ok(());
    };
    let next = ActivityStanding { has_password: false, ..activity.standing() };
    let forgotten = activity.event(EventKind::ActivityUpdated).with("forgotten", "remote_access_password");
    transition::apply(tx, &activity, &next, forgotten).await?;
    fault_points::pass("password.forgotten").await;
    Ok(())
}
