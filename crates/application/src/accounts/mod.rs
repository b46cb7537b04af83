//! What can be done with accounts and contacts.

mod contacts;
mod ownership;
mod tend;

pub use contacts::{archive_contact, create_contact, restore_contact, update_contact};
pub(crate) use contacts::{contact_happening, create_contact_as};
pub use ownership::{assign, claim, release};
pub(crate) use ownership::{follow_owner, give_to, owner_of_opportunities};
pub use tend::{archive, create, move_to, restore, tag, untag, update};
pub(crate) use tend::{check, create_as, demand_free_identity, not_editable};

use chot_domain::accounts::AccountId;
use chot_domain::history::{EventKind, SubjectKind};
use chot_domain::identity::Permission;
use chot_domain::shared::Code;
use chot_persistence::Tx;
use chot_persistence::accounts::{self, LockedAccount};
use chot_persistence::events::Happening;

use crate::{Result, checks};

/// Locks an account that the actor may see and is allowed to work on, in the version that the caller has seen. Who only sees its
/// card is forbidden to work on it; who does not even see that finds nothing.
async fn working(tx: &Tx, id: AccountId, permission: Permission, seen: Option<i64>) -> Result<LockedAccount> {
    let Some(account) = accounts::lock(tx, id).await? else {
        let has_card = tx.playbook.policies.outsiders_see_account_cards && accounts::exists(tx, id).await?;
        return Err(if has_card { Code::Forbidden } else { Code::NotFound }.into());
    };
    tx.require(permission)?;
    checks::not_archived(account.is_archived())?;
    account.expect_version(seen)?;
    Ok(account)
}

pub(crate) fn happening(kind: EventKind, id: AccountId) -> Happening {
    Happening::new(kind, SubjectKind::Account, id).on_account(id)
}
