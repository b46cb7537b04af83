//! Actions on opportunities.

mod cadence;
mod close;
mod edit;
pub mod evidence;
mod ownership;

pub use cadence::on_closing_time;
pub(crate) use cadence::{contacted, end, on_demo_given};
pub use close::{lose, move_to, reopen, win};
pub use edit::{archive, open, restore, tag, untag, update};
pub(crate) use edit::{check, open_as};
pub(crate) use ownership::assign_to_account_owner;

use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::Draft;
use chot_persistence::events::NewEvent;
use chot_persistence::opportunities::LockedOpportunity;
use chot_persistence::{Tx, lock};

use crate::{Result, checks};

/// Locks an opportunity that the actor may see and is allowed to work on.
async fn load_for(tx: &Tx, id: OpportunityId, permission: Permission) -> Result<LockedOpportunity> {
    checks::authorize(tx, lock(tx, id).await?, permission)
}

/// Locks an opportunity for an action. Checks the rights, then the order, then the state of the opportunity.
async fn load_editable(tx: &Tx, id: OpportunityId, permission: Permission, order: &impl Draft) -> Result<LockedOpportunity> {
    let opportunity = load_for(tx, id, permission).await?;
    checks::validate(tx, order).into_result(())?;
    checks::check_editable(&opportunity, None)?;
    Ok(opportunity)
}

pub(crate) fn opportunity_event(kind: EventKind, id: OpportunityId, account: AccountId) -> NewEvent {
    NewEvent::new(kind, id).account(account)
}
