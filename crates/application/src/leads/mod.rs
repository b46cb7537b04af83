//! Actions on leads.

mod call_backs;
mod convert;
mod distribute;
mod edit;
mod forms;
mod preview;
mod recall;
mod revert;
mod transitions;
mod trials;

pub(crate) use call_backs::{on_call, on_call_outcome_changed};
pub use convert::{convert, preview_conversion};
pub use distribute::{BulkAssignResult, assign, assign_many};
pub use edit::{archive, create, restore, tag, untag, update};
pub use forms::{Received, create_form, submit, update_form};
pub use preview::{AccountPreview, ContactPreview, ConversionPreview, OpportunityPreview};
pub use recall::recall;
pub use revert::revert;
pub(crate) use transitions::{add_tag, on_demo_given};
pub use transitions::{claim, junk, mark_contacted, move_to, on_follow_up_due, recycle, resume, return_, verify};
pub use trials::{end_trial, grant_trial, on_trial_end};

use chot_domain::identity::Permission;
use chot_domain::leads::LeadId;
use chot_domain::shared::Draft;
use chot_persistence::leads::LockedLead;
use chot_persistence::{Tx, lock};

use crate::related::require_worked;
use crate::{Result, checks};

/// Locks a lead that the actor may see and is allowed to work on.
async fn load_for(tx: &Tx, id: LeadId, permission: Permission) -> Result<LockedLead> {
    checks::authorize(tx, lock(tx, id).await?, permission)
}

/// Checks that a lead can be worked on. Leads in the pool are visible to those who claim leads, but only those who may assign can
/// work on them; the others claim them first.
async fn check_editable(tx: &Tx, lead: &LockedLead, seen: Option<i64>) -> Result<()> {
    checks::check_editable(lead, seen)?;
    require_worked(tx, lead).await
}

/// Locks a lead for an action. Checks the rights, then the order, then the state of the lead.
async fn load_editable(tx: &Tx, id: LeadId, permission: Permission, order: &impl Draft) -> Result<LockedLead> {
    let lead = load_for(tx, id, permission).await?;
    checks::validate(tx, order).into_result(())?;
    check_editable(tx, &lead, None).await?;
    Ok(lead)
}
