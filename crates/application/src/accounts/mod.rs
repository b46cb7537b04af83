//! Actions on accounts and contacts.

mod contacts;
mod edit;
mod ownership;

pub use contacts::{archive_contact, create_contact, restore_contact, update_contact};
pub(crate) use contacts::{contact_event, create_contact_as};
pub use edit::{archive, change_customer_status, create, move_to, restore, tag, untag, update};
pub(crate) use edit::{check, create_as, may_know, not_editable, on_demo_done, require_free_identity};
pub(crate) use ownership::{apply_state, owner_of_opportunities, release_to_pool};
pub use ownership::{assign, claim, release};

use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::{Code, Draft};
use chot_persistence::accounts::{self, LockedAccount};
use chot_persistence::events::NewEvent;
use chot_persistence::{Tx, lock};

use crate::{Result, checks};

/// Locks an account that the actor may see and work on. If the actor sees only its card, the error is `forbidden`; otherwise it
/// is `not_found`.
async fn load_for(tx: &Tx, id: AccountId, permission: Permission) -> Result<LockedAccount> {
    let found = lock(tx, id).await?;
    if found.is_none() && tx.playbook.policies.outsiders_see_account_cards && accounts::is_active_unscoped(tx, id).await? {
        return Err(Code::Forbidden.into());
    }
    checks::authorize(tx, found, permission)
}

/// Locks an account for an action. Checks the rights, then the order, then the state of the account.
async fn load_editable(tx: &Tx, id: AccountId, permission: Permission, order: &impl Draft) -> Result<LockedAccount> {
    let account = load_for(tx, id, permission).await?;
    checks::validate(tx, order).into_result(())?;
    checks::check_editable(&account, None)?;
    Ok(account)
}

pub(crate) fn account_event(kind: EventKind, id: AccountId) -> NewEvent {
    NewEvent::new(kind, id).account(id)
}
