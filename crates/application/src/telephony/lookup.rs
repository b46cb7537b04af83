use chot_domain::accounts::AccountId;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Id, PhoneNumber};
use chot_domain::telephony::CallAbout;
use chot_persistence::{Tx, accounts, leads, opportunities};

use crate::Result;
use crate::related::{Access, Resolved, resolve};

/// The record that was named when the call was dialled, if there is one.
pub(super) async fn named(tx: &Tx, about: CallAbout) -> Result<Option<Resolved>> {
    match about {
        CallAbout::Record(record) => known(tx, record).await,
        CallAbout::Any(id) => {
            for record in [RecordRef::Opportunity(Id::new(id)), RecordRef::Lead(Id::new(id)), RecordRef::Account(Id::new(id))] {
                if let Some(found) = known(tx, record).await? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
    }
}

/// A record by its identifier. A call to an account counts for its open primary opportunity, if there is exactly one.
pub(super) async fn known(tx: &Tx, record: RecordRef) -> Result<Option<Resolved>> {
    match record {
        RecordRef::Account(account) => of_account(tx, account).await,
        record => resolve(tx, record, Access::Unscoped).await,
    }
}

async fn of_account(tx: &Tx, account: AccountId) -> Result<Option<Resolved>> {
    let Some(found) = resolve(tx, RecordRef::Account(account), Access::Unscoped).await? else {
        return Ok(None);
    };
    match opportunities::only_open_primary(tx, account).await? {
        Some(opportunity) => resolve(tx, RecordRef::Opportunity(opportunity), Access::Unscoped).await,
        None => Ok(Some(found)),
    }
}

/// The record with the customer's number. An account, by its own number or that of a contact, is preferred to a lead.
pub(super) async fn by_number(tx: &Tx, number: &PhoneNumber) -> Result<Option<Resolved>> {
    if let Some(account) = accounts::id_by_phone(tx, number).await? {
        return of_account(tx, account).await;
    }
    match leads::id_by_phone(tx, number).await? {
        Some(lead) => resolve(tx, RecordRef::Lead(lead), Access::Unscoped).await,
        None => Ok(None),
    }
}
