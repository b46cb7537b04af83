//! The record to which an activity, a file, a support request or a telephone call is related.

use chot_domain::identity::{Permission, UserId};
use chot_domain::leads::LeadStatus;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Code, DomainError, Violations};
use chot_persistence::leads::{self, LockedLead};
use chot_persistence::{HasRow, Locked, RelatedRecords, Scoped, Stateful, Tx, hold, lock, lock_unscoped};

use crate::{Result, checks};

/// Which records can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The record must be visible to the actor, who must have the permission to read records of its kind.
    Visible,
    /// Any record, whoever acts.
    Unscoped,
}

/// A record to which something is to be related, locked by the unit of work.
pub(crate) struct Resolved {
    /// The record and the records that it belongs to.
    pub related: RelatedRecords,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Option<UserId>,
    /// Whether it is archived.
    pub is_archived: bool,
    /// Why nothing can be planned there, if so. It is reported after the violations of the request.
    pub may_be_worked: Result<()>,
}

/// Finds and locks a record. What it belongs to is locked first.
pub(crate) async fn resolve(tx: &Tx, record: RecordRef, access: Access) -> Result<Option<Resolved>> {
    if access == Access::Visible && !tx.actor.may(record.read_permission()) {
        return Ok(None);
    }
    match record {
        RecordRef::Lead(id) => {
            if let Some(account) = leads::account_of(tx, id).await? {
                hold(tx, account).await?;
            }
            match find(tx, id, access).await? {
                Some(lead) => of_lead(tx, &lead).await.map(Some),
                None => Ok(None),
            }
        }
        RecordRef::Account(id) => Ok(find(tx, id, access).await?.map(|account| Resolved {
            related: RelatedRecords { account: Some(id), stage: account.state().stage, ..RelatedRecords::default() },
            name: account.name().to_owned(),
            owner: account.owner_id(),
            is_archived: account.is_archived(),
            may_be_worked: checks::not_archived(account.is_archived()),
        })),
        RecordRef::Opportunity(id) => Ok(find(tx, id, access).await?.map(|opportunity| Resolved {
            related: RelatedRecords {
                account: Some(opportunity.account_id()),
                opportunity: Some(id),
                stage: Some(opportunity.state().stage),
                ..RelatedRecords::default()
            },
            name: opportunity.name().to_owned(),
            owner: opportunity.owner_id(),
            is_archived: opportunity.is_archived(),
            may_be_worked: checks::not_archived(opportunity.is_archived()),
        })),
        RecordRef::Activity(id) => Ok(find(tx, id, access).await?.map(|activity| Resolved {
            related: RelatedRecords { activity: Some(id), ..activity.related() },
            name: activity.draft().subject.as_str().to_owned(),
            owner: activity.state().owner_id,
            is_archived: activity.is_archived(),
            may_be_worked: checks::not_archived(activity.is_archived()),
        })),
    }
}

/// Finds the record that a request refers to. Adds a violation if it is not visible.
pub(crate) async fn named(tx: &Tx, record: Option<RecordRef>, violations: &mut Violations) -> Result<Option<Resolved>> {
    let Some(record) = record.filter(|record| violations.can_check(record.pointer())) else {
        return Ok(None);
    };
    let found = resolve(tx, record, Access::Visible).await?;
    if found.is_none() {
        violations.add(record.pointer(), "not_found");
    }
    Ok(found)
}

async fn find<K: HasRow>(tx: &Tx, id: chot_domain::shared::Id<K>, access: Access) -> Result<Option<Locked<K::Row>>>
where
    K::Row: Scoped + Stateful,
{
    Ok(match access {
        Access::Visible => lock(tx, id).await?,
        Access::Unscoped => lock_unscoped(tx, id).await?,
    })
}

/// Nothing can be planned for a converted lead, only for its account.
async fn of_lead(tx: &Tx, lead: &LockedLead) -> Result<Resolved> {
    let may_be_worked = match checks::not_archived(lead.is_archived()).and_then(|()| not_converted(lead)) {
        Ok(()) => require_worked(tx, lead).await,
        refused => refused,
    };
    let state = lead.state();
    Ok(Resolved {
        related: RelatedRecords { account: lead.account_id(), stage: state.stage, ..RelatedRecords::lead(lead.id()) },
        name: lead.name().to_owned(),
        owner: state.owner_id,
        is_archived: lead.is_archived(),
        may_be_worked,
    })
}

/// Fails with `lead_already_converted` if the lead is converted.
pub(crate) fn not_converted(lead: &LockedLead) -> Result<()> {
    if lead.state().status == LeadStatus::Converted {
        let refusal = DomainError::from(Code::LeadAlreadyConverted);
        return Err(refusal.fact("conversion_id", lead.conversion_id()).into());
    }
    Ok(())
}

/// Fails with `owner_required` for a lead in the pool, unless the actor may assign leads.
pub(crate) async fn require_worked(tx: &Tx, lead: &LockedLead) -> Result<()> {
    let in_pool = lead.state().owner_id.is_none();
    if in_pool && !tx.actor.may(Permission::LeadsAssign) && !leads::is_owned_by_scope(tx, &tx.actor, lead.id()).await? {
        return Err(Code::OwnerRequired.into());
    }
    Ok(())
}
