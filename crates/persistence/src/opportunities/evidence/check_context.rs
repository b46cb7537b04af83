use chot_domain::identity::Actor;
use chot_domain::opportunities::evidence::Ledger;
use chot_domain::opportunities::{Classification, OpportunityId, OpportunityState};
use chot_domain::shared::Id;
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};

use super::checks::next_cut_off;
use super::store::ledger_of;
use crate::accounts::row as account;
use crate::opportunities::{primary_open_or_won, row};
use crate::storage::locked::Scoped;
use crate::storage::state::Stateful;
use crate::{ReadDb, StoreError};

/// What the check at 23:59 decides about one opportunity, as it is now. It is read without a lock.
pub struct CheckContext {
    /// The state of the opportunity.
    pub state: OpportunityState,
    /// Whether it is a primary one.
    pub classification: Classification,
    /// Whether it is in the archive, where nothing is checked.
    pub is_archived: bool,
    /// Its evidence.
    pub ledger: Ledger,
    /// Whether its account has an owner.
    pub has_account_owner: bool,
    /// How many primary opportunities of the account are open or won, this one included.
    pub primary_open_or_won: u64,
    /// The instant as of which the next check judges, if one is planned.
    pub next_check_at: Option<DateTime<Utc>>,
}

/// Reads what the check would decide about, if the actor may see the opportunity.
///
/// # Errors
/// `forbidden` without the permission to read opportunities.
pub async fn check_context(db: &dyn ReadDb, actor: &Actor, id: OpportunityId) -> Result<Option<CheckContext>, StoreError> {
    let visible = row::Model::visible_to(actor)?;
    let Some(found) = row::Entity::find_by_id(id.uuid()).filter(visible).one(&db.executor()).await? else {
        return Ok(None);
    };
    let owner = account::Entity::find_by_id(found.account_id).select_only().column(account::Column::OwnerId);
    let owner: Option<Option<uuid::Uuid>> = owner.into_tuple().one(&db.executor()).await?;
    let state = found.state();
    Ok(Some(CheckContext {
        ledger: ledger_of(db, id, &state).await?,
        classification: found.classification.0,
        is_archived: found.archived_at.is_some(),
        has_account_owner: owner.flatten().is_some(),
        primary_open_or_won: primary_open_or_won(db, Id::new(found.account_id)).await?,
        next_check_at: next_cut_off(db).await?,
        state,
    }))
}
