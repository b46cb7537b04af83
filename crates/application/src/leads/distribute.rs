use std::collections::HashMap;

use chot_domain::accounts::AssignOwner;
use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::leads::{AssignLeads, AssignmentCause, LeadId};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::shared::{Code, Text};
use chot_persistence::Tx;
use chot_persistence::events::NewEvent;
use chot_persistence::leads::LockedLead;
use serde::Serialize;
use utoipa::ToSchema;

use super::recall::reassign;
use super::{check_editable, load_for};
use crate::notifications::notify;
use crate::{Error, Result, checks};

/// Assigns a lead to a salesperson, who is notified (R-XCRM-11, R-XCRM-12).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations, such as an owner who is inactive; `wrong_status` for a closed lead.
pub async fn assign(tx: &Tx, id: LeadId, order: &AssignOwner) -> Result<()> {
    let lead = load_for(tx, id, Permission::LeadsAssign).await?;
    let mut violations = checks::validate(tx, order);
    checks::require_owner(tx, order.owner_id, Permission::LeadsUpdate, &mut violations).await?;
    violations.into_result(())?;
    check_editable(tx, &lead, None).await?;
    assign_to(tx, &lead, order.owner_id, order.reason.as_ref()).await?;
    if lead.state().owner_id == Some(order.owner_id) {
        return Ok(());
    }
    notify_owner(tx, order.owner_id, &[AssignedLead { id, name: lead.name().to_owned() }]).await
}

/// The result for one of several leads.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BulkAssignResult {
    /// The lead.
    pub lead_id: LeadId,
    /// The new owner; `null` if the lead was not assigned.
    pub owner_id: Option<UserId>,
    /// Why it was not assigned: the `code` that `POST /leads/{lead_id}/assign` would return.
    pub code: Option<Code>,
}

/// Assigns several leads to several salespeople in rotation, so that their numbers differ by at most one (R-XCRM-12). Leads that
/// cannot be assigned are returned with a code and skipped in the rotation. Each salesperson gets one notification.
///
/// # Errors
/// `forbidden`; violations, such as owners who are inactive.
pub async fn assign_many(tx: &Tx, order: &AssignLeads) -> Result<Vec<BulkAssignResult>> {
    tx.require(Permission::LeadsAssign)?;
    require_owners(tx, order).await?;
    // Locked in a fixed order, so that two requests with the same leads do not deadlock.
    let mut ids = order.lead_ids.clone();
    ids.sort_unstable();
    let mut turns = order.owner_ids.iter().copied().cycle().peekable();
    let (mut results, mut given) = (HashMap::new(), HashMap::<UserId, Vec<AssignedLead>>::new());
    for id in ids {
        let Some(owner) = turns.peek().copied() else {
            break;
        };
        match assign_one(tx, id, owner, order.reason.as_ref()).await {
            Ok(lead) => {
                turns.next();
                given.entry(owner).or_default().push(lead);
                results.insert(id, BulkAssignResult { lead_id: id, owner_id: Some(owner), code: None });
            }
            Err(Error::Refused(refusal)) => {
                results.insert(id, BulkAssignResult { lead_id: id, owner_id: None, code: Some(refusal.code) });
            }
            Err(failed) => return Err(failed),
        }
    }
    for owner in &order.owner_ids {
        if let Some(leads) = given.get(owner) {
            notify_owner(tx, *owner, leads).await?;
        }
    }
    Ok(order.lead_ids.iter().filter_map(|id| results.remove(id)).collect())
}

async fn require_owners(tx: &Tx, order: &AssignLeads) -> Result<()> {
    let mut violations = checks::validate(tx, order);
    // If the list is too long, its entries are not checked.
    let owners = if violations.can_check("/owner_ids") { &order.owner_ids[..] } else { &[] };
    for (index, owner) in owners.iter().enumerate() {
        checks::require_owner_at(tx, *owner, Permission::LeadsUpdate, &format!("/owner_ids/{index}"), &mut violations).await?;
    }
    Ok(violations.into_result(())?)
}

/// An assigned lead.
struct AssignedLead {
    id: LeadId,
    name: String,
}

/// All checks come before the first change.
async fn assign_one(tx: &Tx, id: LeadId, owner: UserId, reason: Option<&Text<500>>) -> Result<AssignedLead> {
    let lead = load_for(tx, id, Permission::LeadsAssign).await?;
    check_editable(tx, &lead, None).await?;
    assign_to(tx, &lead, owner, reason).await?;
    Ok(AssignedLead { id, name: lead.name().to_owned() })
}

async fn assign_to(tx: &Tx, lead: &LockedLead, owner: UserId, reason: Option<&Text<500>>) -> Result<()> {
    let next = lead.state().assigned_to(owner, tx.now, &tx.playbook)?;
    let event = NewEvent::new(EventKind::LeadAssigned, lead.id()).text("reason", reason);
    reassign(tx, lead, &next, AssignmentCause::Assigned, event).await
}

async fn notify_owner(tx: &Tx, owner: UserId, leads: &[AssignedLead]) -> Result<()> {
    let Some(first) = leads.first() else {
        return Ok(());
    };
    let ids: Vec<LeadId> = leads.iter().map(|lead| lead.id).collect();
    let notification = NewNotification::new(NotificationKind::LeadAssigned, owner, first.id).param("name", &first.name);
    notify(tx, &notification.param("count", leads.len()).param("lead_ids", ids)).await
}

/// Notifies a salesperson of a lead that another user has created for them.
pub(super) async fn notify_new_owner(tx: &Tx, owner: UserId, id: LeadId, name: &str) -> Result<()> {
    notify_owner(tx, owner, &[AssignedLead { id, name: name.to_owned() }]).await
}
