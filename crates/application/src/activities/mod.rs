//! What can be done with activities.

mod cadence;
mod feed;
mod relation;
mod rules;
mod tend;
mod work;

pub(crate) use feed::end_feed_of;
pub use feed::{create_feed, revoke_feed};
pub(crate) use relation::{Named, related};
pub use rules::fall_due;
pub(crate) use rules::{Planned, call_off, hand_over, plan as plan_by_rule, shift};
pub use tend::{archive, assign, create, plan_as, restore, update};
pub use work::{cancel, complete, complete_as, forget_password, reschedule};

use chot_domain::activities::{ActivityId, ActivityStanding};
use chot_domain::history::{EventKind, Subject};
use chot_domain::identity::Permission;
use chot_domain::shared::{Draft, Id};
use chot_persistence::Tx;
use chot_persistence::activities::{self, About, LockedActivity};
use chot_persistence::events::Happening;
use chot_persistence::timers::{self, TimerKind};

use crate::{Result, checks};

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

/// Something that happened to an activity, or to something else that is about a record, stands in the history of that record as well.
pub(crate) fn happening<K: Subject>(kind: EventKind, id: Id<K>, about: &About) -> Happening {
    let happened = Happening::new(kind, id).under(about.parent());
    let happened = happened.with("lead_id", about.lead).with("opportunity_id", about.opportunity);
    match about.account {
        Some(account) => happened.on_account(account),
        None => happened,
    }
}

/// Sets or takes back the timer that deletes the password to a customer's computer (R-EDU-50).
async fn time_password(tx: &Tx, id: ActivityId, has_password: bool, standing: &ActivityStanding) -> Result<()> {
    let due_at = standing.forgets_password_at().filter(|_| has_password);
    Ok(timers::follow(tx, TimerKind::RemoteAccessExpiry, id.uuid(), due_at).await?)
}
