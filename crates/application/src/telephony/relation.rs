use chot_domain::accounts::AccountId;
use chot_domain::identity::UserId;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::{Id, PhoneNumber};
use chot_domain::telephony::CallAbout;
use chot_persistence::activities::About;
use chot_persistence::{Tx, accounts, leads, opportunities};

use crate::Result;

/// The record that a call is about, and whose it is.
pub(super) struct Found {
    pub about: About,
    pub owner: Option<UserId>,
}

/// The record that was named when the call was dialled, if there is one.
pub(super) async fn named(tx: &Tx, about: CallAbout) -> Result<Option<Found>> {
    match about {
        CallAbout::Opportunity(id) => of_opportunity(tx, id).await,
        CallAbout::Lead(id) => of_lead(tx, id).await,
        CallAbout::Account(id) => of_account(tx, id).await,
        CallAbout::Any(id) => {
            if let Some(found) = of_opportunity(tx, Id::new(id)).await? {
                return Ok(Some(found));
            }
            if let Some(found) = of_lead(tx, Id::new(id)).await? {
                return Ok(Some(found));
            }
            of_account(tx, Id::new(id)).await
        }
    }
}

/// The record that a call was tied to before.
pub(super) async fn known(tx: &Tx, about: &About) -> Result<Option<Found>> {
    match (about.opportunity, about.lead, about.account) {
        (Some(opportunity), ..) => of_opportunity(tx, opportunity).await,
        (_, Some(lead), _) => of_lead(tx, lead).await,
        (.., Some(account)) => of_account(tx, account).await,
        _ => Ok(None),
    }
}

/// The record that is reached by the customer's number: an account, its own number or that of somebody there, before a lead.
pub(super) async fn by_number(tx: &Tx, number: &PhoneNumber) -> Result<Option<Found>> {
    if let Some(account) = accounts::id_by_phone(tx, number).await? {
        return of_account(tx, account).await;
    }
    match leads::id_by_phone(tx, number).await? {
        Some(lead) => of_lead(tx, lead).await,
        None => Ok(None),
    }
}

async fn of_opportunity(tx: &Tx, id: OpportunityId) -> Result<Option<Found>> {
    // The account is locked first, here as everywhere.
    if let Some(account) = opportunities::account_of(tx, id).await? {
        accounts::lock_any(tx, account).await?;
    }
    let Some(opportunity) = opportunities::lock_any(tx, id).await? else {
        return Ok(None);
    };
    let stage = Some(opportunity.standing().stage);
    let about = About { lead: None, account: Some(opportunity.account_id()), opportunity: Some(id), stage };
    Ok(Some(Found { about, owner: opportunity.owner_id() }))
}

async fn of_lead(tx: &Tx, id: LeadId) -> Result<Option<Found>> {
    let found = leads::lock_any(tx, id).await?.map(|lead| {
        let standing = lead.standing();
        let about = About { lead: Some(id), account: lead.account_id(), opportunity: None, stage: standing.stage };
        Found { about, owner: standing.owner_id }
    });
    Ok(found)
}

/// A call to a customer counts for the open primary opportunity, if there is exactly one.
async fn of_account(tx: &Tx, id: AccountId) -> Result<Option<Found>> {
    let Some(account) = accounts::lock_any(tx, id).await? else {
        return Ok(None);
    };
    if let Some(opportunity) = opportunities::only_open_primary(tx, id).await? {
        return of_opportunity(tx, opportunity).await;
    }
    let standing = account.standing();
    let about = About { account: Some(id), stage: standing.stage, ..About::default() };
    Ok(Some(Found { about, owner: standing.owner_id }))
}
