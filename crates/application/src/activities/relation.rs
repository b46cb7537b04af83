use chot_domain::accounts::AccountId;
use chot_domain::identity::Permission;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::Violations;
use chot_persistence::activities::About;
use chot_persistence::{Tx, accounts, leads, opportunities};

use crate::leads::{demand_worked, not_converted};
use crate::{Result, checks};

/// The record that something is to be about: one at most.
pub(crate) struct Named {
    /// The lead.
    pub lead: Option<LeadId>,
    /// The account.
    pub account: Option<AccountId>,
    /// The opportunity.
    pub opportunity: Option<OpportunityId>,
}

/// What an activity or a request for support is to be about, and whether something can be done there.
pub(crate) struct Relation {
    /// The record.
    pub about: About,
    /// Its name.
    pub name: String,
    /// What stands against it, told after what is wrong with the request.
    pub may_be_worked: Result<()>,
}

impl Relation {
    fn to_nothing() -> Self {
        Self { about: About::default(), name: String::new(), may_be_worked: Ok(()) }
    }
}

/// Finds what something is to be about, and notes a record that the actor does not see.
pub(crate) async fn related(tx: &Tx, named: &Named, violations: &mut Violations) -> Result<Relation> {
    let (pointer, found) = match (named.lead, named.opportunity, named.account) {
        (Some(lead), ..) => ("/lead_id", to_lead(tx, lead).await?),
        (_, Some(opportunity), _) => ("/opportunity_id", to_opportunity(tx, opportunity).await?),
        (.., Some(account)) => ("/account_id", to_account(tx, account).await?),
        _ => return Ok(Relation::to_nothing()),
    };
    if found.is_none() && violations.is_open(pointer) {
        violations.add(pointer, "not_found");
    }
    Ok(found.unwrap_or_else(Relation::to_nothing))
}

/// A converted lead is worked no more: its account is.
async fn to_lead(tx: &Tx, id: LeadId) -> Result<Option<Relation>> {
    if !tx.actor.may(Permission::LeadsRead) {
        return Ok(None);
    }
    let Some(lead) = leads::lock(tx, id).await? else {
        return Ok(None);
    };
    let may_be_worked = match checks::not_archived(lead.is_archived()).map_err(Into::into).and_then(|()| not_converted(&lead)) {
        Ok(()) => demand_worked(tx, &lead).await,
        refused => refused,
    };
    let about = About { stage: lead.standing().stage, ..About::lead(id) };
    Ok(Some(Relation { about, name: lead.name().to_owned(), may_be_worked }))
}

async fn to_opportunity(tx: &Tx, id: OpportunityId) -> Result<Option<Relation>> {
    if !tx.actor.may(Permission::OpportunitiesRead) {
        return Ok(None);
    }
    let found = opportunities::lock(tx, id).await?.map(|opportunity| Relation {
        about: About {
            lead: None,
            account: Some(opportunity.account_id()),
            opportunity: Some(id),
            stage: Some(opportunity.standing().stage),
        },
        name: opportunity.name().to_owned(),
        may_be_worked: checks::not_archived(opportunity.is_archived()).map_err(Into::into),
    });
    Ok(found)
}

async fn to_account(tx: &Tx, id: AccountId) -> Result<Option<Relation>> {
    if !tx.actor.may(Permission::AccountsRead) {
        return Ok(None);
    }
    let found = accounts::lock(tx, id).await?.map(|account| Relation {
        about: About { account: Some(id), stage: account.standing().stage, ..About::default() },
        name: account.name().to_owned(),
        may_be_worked: checks::not_archived(account.is_archived()).map_err(Into::into),
    });
    Ok(found)
}
