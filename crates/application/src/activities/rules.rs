//! What the rules of the playbook plan, move and cancel.

use chot_domain::activities::{ActivityId, ActivityRule, CancelActivity, Period};
use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::playbook::PlannedActivity;
use chot_domain::records::RecordRef;
use chot_domain::shared::WebAddress;
use chot_persistence::activities::{self, LockedActivity};
use chot_persistence::{RelatedRecords, Tx, lock_unscoped};

use super::edit::{NewPlan, insert_activity};
use crate::notifications::notify;
use crate::{Result, transition};

/// An activity that a rule plans.
pub(crate) struct PlannedByRule<'a> {
    /// The rule.
    pub rule: ActivityRule,
    /// The activity.
    pub activity: &'a PlannedActivity,
    /// Its time.
    pub period: Period,
    /// Its owner; `None` while the record is in the pool.
    pub owner: Option<UserId>,
}

/// Plans an activity of a rule for a record.
pub(crate) async fn plan(tx: &Tx, planned: &PlannedByRule<'_>, related: &RelatedRecords) -> Result<()> {
    insert(tx, planned, related, None, None).await
}

/// Plans the reminder of an activity, with the meeting link of that activity.
pub(super) async fn plan_reminder(
    tx: &Tx,
    planned: &PlannedByRule<'_>,
    related: &RelatedRecords,
    of: ActivityId,
    room: Option<WebAddress>,
) -> Result<()> {
    insert(tx, planned, related, Some(of), room).await
}

async fn insert(
    tx: &Tx,
    planned: &PlannedByRule<'_>,
    related: &RelatedRecords,
    reminder_of: Option<ActivityId>,
    room: Option<WebAddress>,
) -> Result<()> {
    let mut draft = planned.activity.draft(planned.period);
    draft.meeting_link = room;
    let plan = NewPlan { draft: &draft, related, owner: planned.owner, rule: Some(planned.rule), reminder_of };
    insert_activity(tx, tx.new_id(), &plan).await.map(|_| ())
}

/// Moves an activity that a rule has planned.
pub(crate) async fn reschedule_by_rule(tx: &Tx, activity: &LockedActivity, to: Period) -> Result<()> {
    let before = activity.state();
    if (before.starts_at, before.ends_at) == (to.starts_at, to.ends_at) {
        return Ok(());
    }
    let moved = activity.event(EventKind::ActivityRescheduled).fact("starts_at_before", before.starts_at);
    transition::apply(tx, activity, &before.shifted(to), moved.fact("starts_at", to.starts_at)).await
}

/// Cancels activities that rules have planned. Returns their identifiers.
pub(crate) async fn cancel_planned(tx: &Tx, planned: &[LockedActivity]) -> Result<Vec<ActivityId>> {
    for activity in planned {
        let next = activity.state().cancelled(&CancelActivity::default())?;
        transition::apply(tx, activity, &next, activity.event(EventKind::ActivityCancelled)).await?;
    }
    Ok(planned.iter().map(LockedActivity::id).collect())
}

/// Moves the planned activities of the previous owner of a record to its new owner; in the pool they have no owner. Activities of
/// other users do not change.
pub(crate) async fn reassign_planned(tx: &Tx, record: RecordRef, from: Option<UserId>, to: Option<UserId>) -> Result<()> {
    if from == to {
        return Ok(());
    }
    for activity in activities::planned_of(tx, record, from).await? {
        let next = activity.state().assigned_to(to);
        transition::apply(tx, &activity, &next, activity.event(EventKind::ActivityAssigned)).await?;
    }
    Ok(())
}

/// Notifies the owner of an activity of a rule when it is due. Called by the timer.
pub async fn on_due(tx: &Tx, id: ActivityId) -> Result<()> {
    let Some(activity) = lock_unscoped(tx, id).await?.filter(|activity| !activity.is_archived()) else {
        return Ok(());
    };
    let before = activity.state();
    let (Some(owner), Some(next)) = (before.owner_id, before.reminded()) else {
        return Ok(());
    };
    if activities::has_archived_parent(tx, id).await? {
        return Ok(());
    }
    transition::apply(tx, &activity, &next, activity.event(EventKind::ActivityDue).fact("rule", before.rule)).await?;
    let notification = NewNotification::new(NotificationKind::ActivityDue, owner, id).account_if_any(activity.related().account);
    notify(tx, &notification.param("name", activity.draft().subject)).await
}
