use chot_domain::activities::{ActivityId, ActivityKind, ActivityStatus};
use chot_domain::attachments::AttachmentId;
use chot_domain::opportunities::evidence::{
    ActivityEvidence, ActivityShows, EvidenceContext, EvidenceDraft, FileEvidence, QuotationForm,
};
use chot_domain::shared::{Id, Key};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect, RelationDef};
use uuid::Uuid;

use super::row::evidence;
use crate::activities::row as activity;
use crate::catalog::row as product;
use crate::opportunities::LockedOpportunity;
use crate::opportunities::row::product as offered;
use crate::related::Strategy;
use crate::{StoreError, Tx, activities, attachments};

/// What a piece of evidence is validated against, as far as visible to the actor.
pub async fn load_context(
    tx: &Tx,
    opportunity: &LockedOpportunity,
    draft: &EvidenceDraft,
) -> Result<EvidenceContext, StoreError> {
    Ok(EvidenceContext {
        opportunity_id: opportunity.id(),
        quotation: QuotationForm::of(&tx.playbook, &categories(tx, opportunity).await?),
        activity: match draft.activity_id {
            Some(id) => activity_shown(tx, opportunity, id).await?,
            None => None,
        },
        file: match draft.attachment_id {
            Some(id) => file_shown(tx, opportunity, id).await?,
            None => None,
        },
    })
}

/// The categories of an opportunity's products.
async fn categories(tx: &Tx, opportunity: &LockedOpportunity) -> Result<Vec<Option<Key>>, StoreError> {
    let to_product: RelationDef =
        offered::Entity::belongs_to(product::Entity).from(offered::Column::ProductId).to(product::Column::Id).into();
    let select = offered::Entity::find()
        .filter(offered::Column::OpportunityId.eq(opportunity.id().uuid()))
        .join(JoinType::InnerJoin, to_product)
        .select_only()
        .column(product::Column::Category);
    let found: Vec<Option<String>> = select.into_tuple().all(&tx.executor()).await?;
    Ok(found.into_iter().map(|category| category.map(Key::from_stored)).collect())
}

/// An activity, if visible to the actor.
async fn activity_shown(
    tx: &Tx,
    opportunity: &LockedOpportunity,
    id: ActivityId,
) -> Result<Option<ActivityEvidence>, StoreError> {
    let Some(found) = activities::activity_evidence(tx, id).await?.filter(|found| !found.is_archived) else {
        return Ok(None);
    };
    let is_ours = found.opportunity == Some(opportunity.id());
    if !is_ours && !is_visible(tx, id).await? {
        return Ok(None);
    }
    let shows = match found.kind {
        ActivityKind::Call if found.is_successful_call() => ActivityShows::SuccessfulCall,
        ActivityKind::Call => ActivityShows::Call,
        kind if kind.is_meeting() => ActivityShows::Meeting,
        _ => ActivityShows::Other,
    };
    Ok(Some(ActivityEvidence {
        opportunity_id: found.opportunity,
        shows,
        is_done: found.status == ActivityStatus::Done,
        has_recap: found.has_recap,
        is_used: has_proved(tx, opportunity, evidence::Column::ActivityId, id.uuid()).await?,
    }))
}

async fn is_visible(tx: &Tx, id: ActivityId) -> Result<bool, StoreError> {
    let reached = activity::Entity::find_by_id(id.uuid())
        .filter(activity::Column::AccountId.is_not_null())
        .filter(activities::activity_visible_to(&tx.actor, Strategy::EachRow));
    Ok(reached.count(&tx.executor()).await? > 0)
}

/// A file, if visible to the actor.
async fn file_shown(tx: &Tx, opportunity: &LockedOpportunity, id: AttachmentId) -> Result<Option<FileEvidence>, StoreError> {
    let Some(found) = attachments::origin(tx, &tx.actor, id).await?.filter(|found| found.archived_at.is_none()) else {
        return Ok(None);
    };
    let is_used = has_proved(tx, opportunity, evidence::Column::AttachmentId, id.uuid()).await?;
    Ok(Some(FileEvidence { opportunity_id: found.opportunity_id.map(Id::new), is_used }))
}

/// Whether a file or call is already a proof for the opportunity. Evidence proved by its file does not use up its call.
async fn has_proved(tx: &Tx, opportunity: &LockedOpportunity, by: evidence::Column, id: Uuid) -> Result<bool, StoreError> {
    let mut before = evidence::Entity::find()
        .filter(evidence::Column::OpportunityId.eq(opportunity.id().uuid()))
        .filter(evidence::Column::Proves.eq(true))
        .filter(by.eq(id));
    if matches!(by, evidence::Column::ActivityId) {
        before = before.filter(evidence::Column::AttachmentId.is_null());
    }
    Ok(before.count(&tx.executor()).await? > 0)
}
