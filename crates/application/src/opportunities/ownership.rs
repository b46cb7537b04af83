//! The owner of opportunities, which is the owner of their account (R-ICHK-50).

use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::records::RecordRef;
use chot_persistence::events::append;
use chot_persistence::{Tx, opportunities};

use super::opportunity_event;
use crate::{Result, activities};

/// Assigns the open opportunities of an account, with their planned activities, to its owner.
pub(crate) async fn assign_to_account_owner(tx: &Tx, account: AccountId, owner: Option<UserId>) -> Result<()> {
    for (opportunity, before) in opportunities::assign_to_account_owner(tx, account, owner).await? {
        let followed = opportunity_event(EventKind::OpportunityOwnerChanged, opportunity, account);
        append(tx, followed.fact("owner_id_before", before).fact("owner_id", owner)).await?;
        activities::reassign_planned(tx, RecordRef::Opportunity(opportunity), before, owner).await?;
    }
    Ok(())
}
