//! What the rules of the playbook plan, move and call off.

use chot_domain::activities::{ActivityId, ActivityRule, ActivityStanding, ActivityStatus, CancelActivity, Period};
use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::notifications::{Notice, NotificationKind};
use chot_domain::playbook::PlannedActivity;
use chot_domain::shared::WebAddress;
use chot_persistence::Tx;
use chot_persistence::activities::{self, About, LockedActivity, Origin};
use chot_persistence::events::record;
use chot_persistence::timers::{self, TimerKind};

use super::happening;
use super::tend::write_new;
use crate::Result;
use crate::notifications::notify;

/// Something that a rule plans.
pub(crate) struct Planned<'a> {
    /// The rule.
    pub rule: ActivityRule,
    /// What.
    pub activity: &'a PlannedActivity,
    /// When.
    pub period: Period,
    /// For whom.
    pub owner: UserId,
}

/// Plans what a rule wants about a record.
pub(crate) async fn plan(tx: &Tx, planned: &Planned<'_>, about: &About) -> Result<()> {
    let origin = Origin { rule: Some(planned.rule), prompted_by: None };
    insert(tx, planned, about, origin, None).await
}

/// Plans what reminds of an activity, which may be a meeting in a room on the net.
pub(super) async fn plan_reminder(
    tx: &Tx,
    planned: &Planned<'_>,
    about: &About,
    of: ActivityId,
    room: Option<WebAddress>,
) -> Result<()> {
    let origin = Origin { rule: Some(planned.rule), prompted_by: Some(of) };
    insert(tx, planned, about, origin, room).await
}

async fn insert(tx: &Tx, planned: &Planned<'_>, about: &About, origin: Origin, room: Option<WebAddress>) -> Result<()> {
    let id = tx.new_id();
    let mut draft = planned.activity.draft(planned.period);
    draft.meeting_link = room;
    write_new(tx, id, &draft, about, planned.owner, origin).await?;
    Ok(timers::set(tx, TimerKind::ActivityDue, id.uuid(), planned.period.starts_at).await?)
}

/// Moves what a rule has planned.
pub(crate) async fn shift(tx: &Tx, activity: &LockedActivity, to: Period) -> Result<()> {
    let before = activity.standing();
    if (before.starts_at, before.ends_at) == (to.starts_at, to.ends_at) {
        return Ok(());
    }
    let next = ActivityStanding { starts_at: to.starts_at, ends_at: to.ends_at, ..before.clone() };
    activities::stand(tx, activity, &next).await?;
    time(tx, activity, &next).await?;
    let moved = happening(EventKind::ActivityRescheduled, activity.id(), &activity.about());
    Ok(record(tx, moved.with("starts_at_before", before.starts_at).with("starts_at", next.starts_at)).await?)
}

/// Calls off what rules have planned.
pub(crate) async fn call_off(tx: &Tx, planned: &[LockedActivity]) -> Result<()> {
    for activity in planned {
        let before = activity.standing();
        let next = before.cancelled(&CancelActivity::default())?;
        activities::stand(tx, activity, &next).await?;
        time(tx, activity, &next).await?;
        let off = happening(EventKind::ActivityCancelled, activity.id(), &activity.about());
        record(tx, off.with("status_before", before.status).with("status", next.status)).await?;
    }
    Ok(())
}

/// What is to be done about a lead or an opportunity goes from one salesperson to the next together with it.
pub(crate) async fn hand_over(tx: &Tx, about: &About, from: Option<UserId>, to: Option<UserId>) -> Result<()> {
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(());
    };
    if from == to {
        return Ok(());
    }
    for activity in activities::planned_of(tx, about, from).await? {
        activities::assign(tx, &activity, to).await?;
        let assigned = happening(EventKind::ActivityAssigned, activity.id(), &activity.about()).with("owner_id_before", from);
        record(tx, assigned.with("owner_id", to)).await?;
    }
    Ok(())
}

/// Sets or takes back the timer that tells somebody of what a rule has planned.
pub(super) async fn time(tx: &Tx, activity: &LockedActivity, standing: &ActivityStanding) -> Result<()> {
    if activity.rule().is_none() {
        return Ok(());
    }
    let due_at = (standing.status == ActivityStatus::Planned).then_some(standing.starts_at);
    Ok(timers::follow(tx, TimerKind::ActivityDue, activity.id().uuid(), due_at).await?)
}

/// The time of something that a rule has planned has come: whoever does it is told. Called by the timer.
///
/// # Errors
/// When the database fails.
pub async fn fall_due(tx: &Tx, id: ActivityId) -> Result<()> {
    let Some(activity) = activities::lock_any(tx, id).await?.filter(|activity| !activity.is_archived()) else {
        return Ok(());
    };
    if activity.standing().status != ActivityStatus::Planned {
        return Ok(());
    }
    let about = activity.about();
    record(tx, happening(EventKind::ActivityFellDue, id, &about).with("rule", activity.rule())).await?;
    let notice = Notice::new(NotificationKind::ActivityDue, activity.owner_id(), id).within(about.account);
    notify(tx, &notice.with("name", activity.draft().subject)).await
}
