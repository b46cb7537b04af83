use chot_domain::activities::{ActivityId, ActivityState, CancelActivity, CompleteActivity, RescheduleActivity};
use chot_domain::history::EventKind;
use chot_persistence::activities::LockedActivity;
use chot_persistence::events::NewEvent;
use chot_persistence::{Tx, crash_points, lock_unscoped};

use super::cadence::{ActivityChange, on_change, require_half_day};
use super::{check_editable, load, load_editable};
use crate::{Result, checks, transition};

/// Completes a planned activity with its outcome (R-EDU-23).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations, such as an end in the future; `archived`; `wrong_status` if it is not
/// planned.
pub async fn complete(tx: &Tx, id: ActivityId, order: &CompleteActivity) -> Result<()> {
    let activity = load_editable(tx, id, order).await?;
    complete_as(tx, &activity, order).await
}

/// Completes a locked activity, whoever acts: also for actions of the system.
///
/// # Errors
/// `wrong_status` if it is not planned.
pub async fn complete_as(tx: &Tx, activity: &LockedActivity, order: &CompleteActivity) -> Result<()> {
    let next = activity.state().completed(order, tx.now, &tx.playbook.policies)?;
    let done = activity.event(EventKind::ActivityCompleted);
    let done = done.fact("kind", next.kind).fact("outcome", next.outcome).fact("done_at", next.done_at);
    apply(tx, activity, &next, done.text("summary", order.summary.as_ref())).await
}

/// Moves a planned activity to another time (R-EDU-45).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations, such as a time in the past or too soon for a call-back (R-EDU-40);
/// `archived`; `wrong_status` if it is not planned.
pub async fn reschedule(tx: &Tx, id: ActivityId, order: &RescheduleActivity) -> Result<()> {
    let activity = load(tx, id).await?;
    let mut violations = checks::validate(tx, order);
    let (category, lead) = (activity.draft().category, activity.related().lead);
    require_half_day(tx, category.as_ref(), lead, Some(order.starts_at), &mut violations).await?;
    violations.into_result(())?;
    check_editable(tx, &activity, None).await?;
    let before = activity.state();
    let next = before.rescheduled(order, &tx.playbook.policies)?;
    if next == before {
        return Ok(());
    }
    let moved = activity.event(EventKind::ActivityRescheduled).fact("starts_at_before", before.starts_at);
    let moved = moved.fact("starts_at", next.starts_at).fact("ends_at_before", before.ends_at).fact("ends_at", next.ends_at);
    apply(tx, &activity, &next, moved.text("reason", order.reason.as_ref())).await
}

/// Cancels a planned activity.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `archived`; `wrong_status` if it is not planned.
pub async fn cancel(tx: &Tx, id: ActivityId, order: &CancelActivity) -> Result<()> {
    let activity = load_editable(tx, id, order).await?;
    let next = activity.state().cancelled(order)?;
    let off = activity.event(EventKind::ActivityCancelled);
    apply(tx, &activity, &next, off.text("reason", order.reason.as_ref())).await
}

/// Stores the next state of an activity and applies the rules of the playbook. An activity that is over has no password.
async fn apply(tx: &Tx, activity: &LockedActivity, next: &ActivityState, event: NewEvent) -> Result<()> {
    transition::apply(tx, activity, next, event).await?;
    let (draft, related) = (activity.draft(), activity.related());
    let (category, room) = (draft.category.as_ref(), draft.meeting_link.as_ref());
    Box::pin(on_change(tx, &ActivityChange { id: activity.id(), category, room, related: &related, state: next })).await
}

/// Deletes the password to the customer's computer one day after the meeting (R-EDU-50). Called by the timer.
pub async fn on_remote_access_expired(tx: &Tx, id: ActivityId) -> Result<()> {
    let Some(activity) = lock_unscoped(tx, id).await?.filter(|activity| activity.state().has_password) else {
        return Ok(());
    };
    let next = ActivityState { has_password: false, ..activity.state() };
    let forgotten = activity.event(EventKind::ActivityUpdated).fact("forgotten", "remote_access_password");
    transition::apply(tx, &activity, &next, forgotten).await?;
    crash_points::hit("password.forgotten").await;
    Ok(())
}
