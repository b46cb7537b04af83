//! What can be done with accounts and contacts.

mod contacts;
mod ownership;
mod tend;

pub use contacts::{archive_contact, create_contact, restore_contact, update_contact};
pub(crate) use contacts::{contact_happening, create_contact_as};
pub use ownership::{assign, claim, release};
pub(crate) use ownership::{change_standing, follow_owner, let_go, owner_of_opportunities};
pub use tend::{archive, create, move_to, restore, tag, untag, update};
pub(crate) use tend::{check, create_as, demand_free_identity, not_editable};

use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::Code;
use chot_persistence::Tx;
use chot_persistence::accounts::{self, LockedAccount};
use chot_persistence::events::Happening;

use crate::{Result, checks};

/// Locks an account that the actor may see and is allowed to work on, in the version that the caller has seen. Who only sees its
/// card is forbidden to work on it; who does not even see that finds nothing.
async fn working(tx: &Tx, id: AccountId, permission: Permission, seen: Option<i64>) -> Result<LockedAccount> {
    let found = accounts::lock(tx, id).await?;
    if found.is_none() && tx.playbook.policies.outsiders_see_account_cards && accounts::exists(tx, id).await? {
        return Err(Code::Forbidden.into());
    }
    Ok(checks::demand(tx, found, permission, seen)?)
}

pub(crate) fn happening(kind: EventKind, id: AccountId) -> Happening {
    Happening::new(kind, id).on_account(id)
}
