use chot_domain::accounts::{AccountId, MoveCard, TagRecord};
use chot_domain::catalog::ProductId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::{OpportunityDraft, OpportunityId, OpportunityPatch, OpportunityState, OpportunityStatus};
use chot_domain::playbook::CardKind;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Code, Key, Nothing, Violations};
use chot_persistence::accounts::LockedAccount;
use chot_persistence::events::append;
use chot_persistence::opportunities::{self, NewOpportunity};
use chot_persistence::tags::TaggedKind;
use chot_persistence::{Tx, catalog, lock, lock_unscoped};

use super::close::move_to;
use super::ownership::assign_to_account_owner;
use super::{load_editable, load_for, opportunity_event};
use crate::accounts::owner_of_opportunities;
use crate::{Result, checks, tagging, transition};

/// Creates an opportunity of an account (R-ICHK-36…49). Its owner is the owner of the account. Without a phone, the phone of the
/// account is used.
///
/// # Errors
/// `forbidden`; violations of the draft, such as an account that is not visible; `child_account`; `owner_required` while the
/// account is in the pool.
pub async fn open(tx: &Tx, draft: &OpportunityDraft) -> Result<OpportunityId> {
    tx.require(Permission::OpportunitiesCreate)?;
    let account = lock(tx, draft.account_id).await?;
    let mut violations = check(tx, draft, &[], tx.faults()).await?;
    match (account.as_ref().map(LockedAccount::owner_id), draft.owner_id) {
        (None, named) => {
            violations.add("/account_id", "not_found");
            if let Some(named) = named {
                checks::require_owner(tx, named, Permission::AccountsUpdate, &mut violations).await?;
            }
        }
        (Some(Some(owner)), Some(named)) if named != owner => violations.add("/owner_id", "not_the_account_owner"),
        (Some(_), _) => {}
    }
    violations.into_result(())?;
    let account = account.ok_or(Code::NotFound)?;
    let id = tx.new_id();
    open_as(tx, id, &account, draft, None).await?;
    Ok(id)
}

/// Validates the draft against the playbook and the catalogue, in addition to the known violations. Products that it already
/// offers stay valid, even if they are no longer sold.
pub(crate) async fn check(tx: &Tx, draft: &OpportunityDraft, offered: &[ProductId], known: Violations) -> Result<Violations> {
    let mut violations = checks::validate_part(tx, draft, known);
    if !violations.can_check("/product_ids") {
        return Ok(violations);
    }
    let new: Vec<_> = draft.product_ids.iter().copied().filter(|product| !offered.contains(product)).collect();
    let unsold = catalog::unsold(tx, &new).await?;
    for (index, _) in draft.product_ids.iter().enumerate().filter(|(_, product)| unsold.contains(product)) {
        violations.add(&format!("/product_ids/{index}"), "not_found");
    }
    Ok(violations)
}

/// Stores a validated opportunity of an account.
pub(crate) async fn open_as(
    tx: &Tx,
    id: OpportunityId,
    account: &LockedAccount,
    draft: &OpportunityDraft,
    lead: Option<LeadId>,
) -> Result<()> {
    let owner = owner_of_opportunities(account)?;
    let phone = draft.phone.clone().or_else(|| account.draft().phone);
    let draft = OpportunityDraft { phone, ..draft.clone() };
    let state = OpportunityState::new(draft.stage.as_ref(), draft.classification, tx.now, &tx.playbook)?;
    opportunities::insert(tx, &NewOpportunity { id, draft: &draft, state: &state, owner, lead }).await?;
    let opened = opportunity_event(EventKind::OpportunityOpened, id, draft.account_id).fact("status", state.status);
    let opened = opened.fact("stage", &state.stage).fact("owner_id", owner).fact("classification", draft.classification);
    append(tx, opened.fact("lead_id", lead)).await?;
    sync_stage_tag(tx, id, draft.account_id, &state.stage).await
}

/// Updates an opportunity.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations of the result; `archived`; `version_mismatch`.
pub async fn update(tx: &Tx, id: OpportunityId, patch: &OpportunityPatch, seen: Option<i64>) -> Result<()> {
    let opportunity = load_for(tx, id, Permission::OpportunitiesUpdate).await?;
    let before = opportunities::draft(tx, &opportunity).await?;
    let check = async |after: &OpportunityDraft| check(tx, after, &before.product_ids, tx.faults()).await;
    let patched = checks::patched(tx, patch, &before, check).await?;
    checks::check_editable(&opportunity, seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    opportunities::update(tx, &opportunity, &after).await?;
    Ok(append(tx, opportunity_event(EventKind::OpportunityUpdated, id, after.account_id).changes(changed)).await?)
}

/// Archives an opportunity.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `version_mismatch`.
pub async fn archive(tx: &Tx, id: OpportunityId, seen: Option<i64>) -> Result<()> {
    let opportunity = load_for(tx, id, Permission::OpportunitiesArchive).await?;
    checks::check_editable(&opportunity, seen).map_err(checks::gone_if_archived)?;
    transition::archive(tx, &opportunity, EventKind::OpportunityArchived).await?;
    transition::pause_activities(tx, RecordRef::Opportunity(id)).await
}

/// Restores an archived opportunity. If it is open, its owner is the account's owner again.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not archived; `archived` if its account is archived;
/// `child_account` if it is open and its account has become a child.
pub async fn restore(tx: &Tx, id: OpportunityId) -> Result<()> {
    let opportunity = checks::require_archived(tx, lock(tx, id).await?, Permission::OpportunitiesArchive)?;
    let account = lock_unscoped(tx, opportunity.account_id()).await?.ok_or(Code::NotFound)?;
    checks::not_archived(account.is_archived())?;
    if account.is_child() && opportunity.state().status == OpportunityStatus::Open {
        return Err(Code::ChildAccount.into());
    }
    transition::restore(tx, &opportunity, EventKind::OpportunityRestored).await?;
    transition::resume_activities(tx, RecordRef::Opportunity(id)).await?;
    assign_to_account_owner(tx, account.id(), account.owner_id()).await
}

/// Adds the tag of its stage to a new opportunity.
async fn sync_stage_tag(tx: &Tx, id: OpportunityId, account: AccountId, stage: &Key) -> Result<()> {
    let on = (TaggedKind::Opportunity, id.uuid());
    tagging::sync_stage_tag(tx, on, (None, Some(stage)), |kind| opportunity_event(kind, id, account)).await
}

/// Adds a tag to an opportunity (idempotent). The tag of a stage moves the opportunity to that stage.
///
/// # Errors
/// `not_found` if not visible; violations, such as an unknown tag; `stage_needs_action` for the tag of a stage of another status.
pub async fn tag(tx: &Tx, id: OpportunityId, order: &TagRecord) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::OpportunitiesUpdate, order).await?;
    if let Some(at) = tx.playbook.stage_tagged(CardKind::Opportunity, &order.tag) {
        return move_to(tx, id, &MoveCard { stage: at.stage.key.clone() }).await;
    }
    let event = || opportunity_event(EventKind::OpportunityTagged, id, opportunity.account_id());
    tagging::add(tx, (TaggedKind::Opportunity, id.uuid()), &[order.tag.as_str()], event).await?;
    Ok(())
}

/// Removes a tag from an opportunity.
///
/// # Errors
/// `not_found` if not visible, or if it does not have the tag; `tag_of_stage` for the tag of its stage.
pub async fn untag(tx: &Tx, id: OpportunityId, tag: &str) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::OpportunitiesUpdate, &Nothing {}).await?;
    let event = opportunity_event(EventKind::OpportunityUntagged, id, opportunity.account_id());
    let stage = opportunity.state().stage;
    tagging::remove(tx, (TaggedKind::Opportunity, id.uuid()), Some(&stage), tag, event).await
}
