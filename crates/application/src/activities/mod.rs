//! Actions on activities.

mod cadence;
mod calendar_feed;
mod edit;
mod rules;
mod transitions;

pub(crate) use cadence::ActivityChange;
pub(crate) use calendar_feed::end_feed_of;
pub use calendar_feed::{create_feed, revoke_feed};
pub use edit::{archive, assign, create, create_unchecked, restore, update};
pub use rules::on_due;
pub(crate) use rules::{PlannedByRule, cancel_planned, plan as plan_by_rule, reassign_planned, reschedule_by_rule};
pub use transitions::{cancel, complete, complete_as, on_remote_access_expired, reschedule};

use chot_domain::activities::ActivityId;
use chot_domain::identity::Permission;
use chot_domain::shared::{Code, Draft};
use chot_persistence::activities::{self, LockedActivity};
use chot_persistence::{Tx, lock, lock_unscoped};

use crate::related::require_worked;
use crate::{Result, checks};

/// Locks an activity that the actor may see and is allowed to work on.
async fn load(tx: &Tx, id: ActivityId) -> Result<LockedActivity> {
    checks::authorize(tx, lock(tx, id).await?, Permission::ActivitiesWrite)
}

/// Checks that an activity is not archived, has the version that the caller has seen, and is related to a record for which the
/// actor could plan it: not an archived record, and not a lead in the pool that the actor would have to claim first.
async fn check_editable(tx: &Tx, activity: &LockedActivity, seen: Option<i64>) -> Result<()> {
    checks::check_editable(activity, seen)?;
    require_open_parents(tx, activity).await?;
    let related = activity.related();
    let is_own = tx.actor.user().is_some() && activity.state().owner_id == tx.actor.user();
    let Some(lead) = related.lead.filter(|_| related.account.is_none() && !is_own) else {
        return Ok(());
    };
    match lock_unscoped(tx, lead).await? {
        Some(lead) => require_worked(tx, &lead).await,
        None => Ok(()),
    }
}

/// Fails with `archived` if a related record is archived.
async fn require_open_parents(tx: &Tx, activity: &LockedActivity) -> Result<()> {
    if activities::has_archived_parent(tx, activity.id()).await? { Err(Code::Archived.into()) } else { Ok(()) }
}

/// Locks an activity for an action. Checks the rights, then the order, then the state of the activity.
async fn load_editable(tx: &Tx, id: ActivityId, order: &impl Draft) -> Result<LockedActivity> {
    let activity = load(tx, id).await?;
    checks::validate(tx, order).into_result(())?;
    check_editable(tx, &activity, None).await?;
    Ok(activity)
}
