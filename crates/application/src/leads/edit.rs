use chot_domain::accounts::{MoveCard, TagRecord};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{AssignmentCause, LeadAssignment, LeadDraft, LeadFormId, LeadId, LeadPatch, LeadState};
use chot_domain::playbook::CardKind;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Draft, Nothing, Violations};
use chot_domain::timers::State;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::leads::{self, NewLead};
use chot_persistence::tags::TaggedKind;
use chot_persistence::{Tx, lock, timers};

use super::distribute::notify_new_owner;
use super::transitions::{add_tag, move_to, sync_stage_tag};
use super::{check_editable, load_editable, load_for};
use crate::related::not_converted;
use crate::{Result, checks, tagging, transition};

/// Creates a lead. Every user can (R-ICHK-96). Another owner requires the permission to assign, and is notified.
///
/// # Errors
/// `forbidden`; violations of the draft.
pub async fn create(tx: &Tx, draft: &LeadDraft) -> Result<LeadId> {
    tx.require(Permission::LeadsCreate)?;
    if let Some(owner) = draft.owner_id {
        checks::may_give_to(tx, owner, Permission::LeadsAssign)?;
    }
    check(tx, draft).await?.into_result(())?;
    let id = insert(tx, draft, None).await?;
    match draft.owner_id {
        Some(owner) => notify_new_owner(tx, owner, id, draft.name.as_str()).await.map(|()| id),
        None => Ok(id),
    }
}

/// Stores a validated lead.
pub(super) async fn insert(tx: &Tx, draft: &LeadDraft, form: Option<LeadFormId>) -> Result<LeadId> {
    let id = tx.new_id();
    let draft = &draft.clone().with_defaults(&tx.playbook);
    let state = LeadState::new(draft.owner_id, tx.now, &tx.playbook);
    leads::insert(tx, &NewLead { id, draft, state: &state, form }).await?;
    let created = NewEvent::new(EventKind::LeadCreated, id).fact("status", state.status).fact("stage", &state.stage);
    let created = created.fact("owner_id", draft.owner_id).fact("source", &draft.source).fact("form_id", form);
    append(tx, created).await?;
    sync_stage_tag(tx, id, state.stage.as_ref()).await?;
    if let Some(giving) = LeadAssignment::between(None, state.owner_id, AssignmentCause::Created) {
        leads::note_assignment(tx, id, &giving).await?;
    }
    timers::replace(tx, id.uuid(), &[], &state.timers()).await?;
    Ok(id)
}

async fn check(tx: &Tx, draft: &LeadDraft) -> Result<Violations> {
    let mut violations = checks::validate(tx, draft);
    if let Some(product) = draft.product_id {
        checks::require_product(tx, product, "/product_id", &mut violations).await?;
    }
    if let Some(owner) = draft.owner_id {
        checks::require_owner(tx, owner, Permission::LeadsUpdate, &mut violations).await?;
    }
    Ok(violations)
}

/// Updates a lead.
///
/// # Errors
/// `not_found` if not visible; violations of the result; `version_mismatch`; `lead_already_converted`.
pub async fn update(tx: &Tx, id: LeadId, patch: &LeadPatch, seen: Option<i64>) -> Result<()> {
    let lead = load_for(tx, id, Permission::LeadsUpdate).await?;
    let patched = checks::patched(tx, patch, &lead.draft(), async |after| check(tx, after).await).await?;
    check_editable(tx, &lead, seen).await?;
    not_converted(&lead)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    leads::update(tx, &lead, &after).await?;
    Ok(append(tx, NewEvent::new(EventKind::LeadUpdated, id).changes(changed)).await?)
}

/// Archives a lead. It can be restored.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `version_mismatch`.
pub async fn archive(tx: &Tx, id: LeadId, seen: Option<i64>) -> Result<()> {
    let lead = load_for(tx, id, Permission::LeadsArchive).await?;
    check_editable(tx, &lead, seen).await.map_err(checks::gone_if_archived)?;
    transition::archive(tx, &lead, EventKind::LeadArchived).await?;
    transition::pause_activities(tx, RecordRef::Lead(id)).await
}

/// Restores an archived lead.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not archived.
pub async fn restore(tx: &Tx, id: LeadId) -> Result<()> {
    let lead = checks::require_archived(tx, lock(tx, id).await?, Permission::LeadsArchive)?;
    transition::restore(tx, &lead, EventKind::LeadRestored).await?;
    transition::resume_activities(tx, RecordRef::Lead(id)).await
}

/// Adds a tag to a lead (idempotent). The tag of a stage moves the lead to that stage.
///
/// # Errors
/// `not_found` if not visible; violations, such as an unknown tag; `stage_needs_action` for the tag of a stage of another status.
pub async fn tag(tx: &Tx, id: LeadId, order: &TagRecord) -> Result<()> {
    load_editable(tx, id, Permission::LeadsUpdate, order).await?;
    if let Some(at) = tx.playbook.stage_tagged(CardKind::Lead, &order.tag) {
        return move_to(tx, id, &MoveCard { stage: at.stage.key.clone() }).await;
    }
    add_tag(tx, id, &order.tag).await
}

/// Removes a tag from a lead.
///
/// # Errors
/// `not_found` if not visible, or if it does not have the tag; `tag_of_stage` for the tag of its stage.
pub async fn untag(tx: &Tx, id: LeadId, tag: &str) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, &Nothing {}).await?;
    let (stage, event) = (lead.state().stage, NewEvent::new(EventKind::LeadUntagged, id));
    tagging::remove(tx, (TaggedKind::Lead, id.uuid()), stage.as_ref(), tag, event).await
}
