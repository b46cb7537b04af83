//! What the rules of the playbook plan, move and call off.

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

/// Something that a rule plans.
pub(crate) struct PlannedByRule<'a> {
    /// The rule.
    pub rule: ActivityRule,
    /// What.
    pub activity: &'a PlannedActivity,
    /// When.
    pub period: Period,
    /// For whom; nobody, while the record waits in the pool.
    pub owner: Option<UserId>,
}

/// Plans what a rule wants about a record.
pub(crate) async fn plan(tx: &Tx, planned: &PlannedByRule<'_>, related: &RelatedRecords) -> Result<()> {
    insert(tx, planned, related, None, None).await
}

/// Plans what reminds of an activity, which may be a meeting in a room on the net.
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

/// Moves what a rule has planned.
pub(crate) async fn reschedule_by_rule(tx: &Tx, activity: &LockedActivity, to: Period) -> Result<()> {
    let before = activity.state();
    if (before.starts_at, before.ends_at) == (to.starts_at, to.ends_at) {
        return Ok(());
    }
    let moved = activity.event(EventKind::ActivityRescheduled).fact("starts_at_before", before.starts_at);
    transition::apply(tx, activity, &before.shifted(to), moved.fact("starts_at", to.starts_at)).await
}

/// Calls off what rules have planned, and says what.
pub(crate) async fn cancel_planned(tx: &Tx, planned: &[LockedActivity]) -> Result<Vec<ActivityId>> {
    for activity in planned {
        let next = activity.state().cancelled(&CancelActivity::default())?;
        transition::apply(tx, activity, &next, activity.event(EventKind::ActivityCancelled)).await?;
    }
    Ok(planned.iter().map(LockedActivity::id).collect())
}

/// What is planned for a record by its salesperson goes to the next one together with it; in the pool it waits for somebody. What others
/// have planned there stays theirs.
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

/// The time of something that a rule has planned has come: whoever does it is told. Called by the timer.
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
