//! What can be done with activities.

mod feed;
mod relation;
mod tend;
mod work;

pub use feed::{create_feed, revoke_feed};
pub(crate) use relation::{Named, related};

pub use tend::{archive, assign, create, plan_as, restore, update};

pub use work::{cancel, complete, complete_as, forget_password, reschedule};

use chot_domain::activities::{ActivityId, ActivityOutcome, ActivityStanding};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::{Draft, Key};
use chot_persistence::Tx;
use chot_persistence::activities::{self, About, LockedActivity};
use chot_persistence::events::Happening;
use chot_persistence::timers::{self, TimerKind};

use crate::{Result, accounts, checks};

/// Locks an activity that the actor may see and is allowed to work on.
async fn reached(tx: &Tx, id: ActivityId) -> Result<LockedActivity> {
    Ok(checks::reach(tx, activities::lock(tx, id).await?, Permission::ActivitiesWrite)?)
}

/// Locks an activity to do on it what an order says: the actor may, the order is right, and the activity is ready, asked in this order.
async fn working(tx: &Tx, id: ActivityId, order: &impl Draft) -> Result<LockedActivity> {
    let activity = reached(tx, id).await?;
    checks::judge(tx, order).unless_any(())?;
    checks::ready(&activity, None)?;
    Ok(activity)
}

/// Something that happened to an activity stands in the history of what it is about as well.
pub(crate) fn happening(kind: EventKind, id: ActivityId, about: &About) -> Happening {
    let happened = Happening::new(kind, id).under(about.parent());
    let happened = happened.with("lead_id", about.lead).with("opportunity_id", about.opportunity);
    match about.account {
        Some(account) => happened.on_account(account),
        None => happened,
    }
}

/// After a successful presentation, the customer's status is the one that the playbook names (R-EDU-58).
async fn follow_demo(tx: &Tx, category: Option<&Key>, standing: &ActivityStanding, about: &About) -> Result<()> {
    let is_demo = category.is_some() && category == tx.playbook.policies.demo_category.as_ref();
    match about.account.filter(|_| is_demo && standing.outcome == Some(ActivityOutcome::Successful)) {
        Some(account) => accounts::follow_demo(tx, account).await,
        None => Ok(()),
    }
}

/// Sets or takes back the timer that deletes the password to a customer's computer (R-EDU-50).
async fn time_password(tx: &Tx, id: ActivityId, has_password: bool, standing: &ActivityStanding) -> Result<()> {
    match standing.forgets_password_at().filter(|_| has_password) {
        Some(due_at) => timers::set(tx, TimerKind::RemoteAccessExpiry, id.uuid(), due_at).await?,
        None => timers::cancel(tx, TimerKind::RemoteAccessExpiry, id.uuid()).await?,
    }
    Ok(())
}
