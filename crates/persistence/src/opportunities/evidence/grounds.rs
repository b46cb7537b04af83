use chot_domain::activities::{ActivityKind, ActivityOutcome, ActivityStatus};
use chot_domain::opportunities::evidence::{ActivityShown, ActivityShows, EvidenceDraft, FileShown, Grounds, QuotationForm};
use chot_domain::shared::{Id, Key};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect, RelationDef};
use uuid::Uuid;

use super::row::evidence;
use crate::accounts::holders_in_reach;
use crate::activities::row as activity;
use crate::attachments::row as attachment;
use crate::catalog::row as product;
use crate::opportunities::LockedOpportunity;
use crate::opportunities::row::product as offered;
use crate::{StoreError, Tx};

/// What evidence for an opportunity stands on, as far as the actor sees it.
///
/// # Errors
/// When the database fails.
pub async fn grounds(tx: &Tx, opportunity: &LockedOpportunity, draft: &EvidenceDraft) -> Result<Grounds, StoreError> {
    Ok(Grounds {
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

/// The categories of what an opportunity offers.
async fn categories(tx: &Tx, opportunity: &LockedOpportunity) -> Result<Vec<Option<Key>>, StoreError> {
    let to_product: RelationDef = offered::Entity::belongs_to(product::Entity)
        .from(offered::Column::ProductId)
        .to(product::Column::Id)
        .into();
    let select = offered::Entity::find()
        .filter(offered::Column::OpportunityId.eq(opportunity.id().uuid()))
        .join(JoinType::InnerJoin, to_product)
        .select_only()
        .column(product::Column::Category);
    let found: Vec<Option<String>> = select.into_tuple().all(&tx.conn).await?;
    Ok(found.into_iter().map(|category| category.map(Key::trusted)).collect())
}

async fn activity_shown(tx: &Tx, opportunity: &LockedOpportunity, id: Uuid) -> Result<Option<ActivityShown>, StoreError> {
    let seen = activity::Entity::find_by_id(id)
        .filter(activity::Column::ArchivedAt.is_null())
        .filter(holders_in_reach(&tx.actor, activity::Column::AccountId));
    let Some(row) = seen.one(&tx.conn).await? else {
        return Ok(None);
    };
    let is_successful = row.is_via_telephony && row.outcome.is_some_and(|outcome| outcome.0 == ActivityOutcome::Successful);
    let is_done = row.status.0 == ActivityStatus::Done;
    let shows = match row.kind.0 {
        ActivityKind::Call if is_done && is_successful => ActivityShows::SuccessfulCall,
        ActivityKind::Call => ActivityShows::Call,
        ActivityKind::Meeting | ActivityKind::OnlineMeeting => ActivityShows::Meeting,
        _ => ActivityShows::Other,
    };
    Ok(Some(ActivityShown {
        opportunity_id: row.opportunity_id.map(Id::new),
        shows,
        is_done,
        has_recap: row.summary.is_some(),
        is_used: has_proved(tx, opportunity, evidence::Column::ActivityId, id).await?,
    }))
}

async fn file_shown(tx: &Tx, opportunity: &LockedOpportunity, id: Uuid) -> Result<Option<FileShown>, StoreError> {
    let seen = attachment::Entity::find_by_id(id)
        .filter(attachment::Column::ArchivedAt.is_null())
        .filter(holders_in_reach(&tx.actor, attachment::Column::AccountId))
        .select_only()
        .column(attachment::Column::OpportunityId);
    let Some(hangs_on) = seen.into_tuple::<Option<Uuid>>().one(&tx.conn).await? else {
        return Ok(None);
    };
    let is_used = has_proved(tx, opportunity, evidence::Column::AttachmentId, id).await?;
    Ok(Some(FileShown { opportunity_id: hangs_on.map(Id::new), is_used }))
}

/// Whether a file or call has proved the opportunity before. What proves by its file does not use up the call beside it.
async fn has_proved(tx: &Tx, opportunity: &LockedOpportunity, by: evidence::Column, id: Uuid) -> Result<bool, StoreError> {
    let mut before = evidence::Entity::find()
        .filter(evidence::Column::OpportunityId.eq(opportunity.id().uuid()))
        .filter(evidence::Column::Proves.eq(true))
        .filter(by.eq(id));
    if matches!(by, evidence::Column::ActivityId) {
        before = before.filter(evidence::Column::AttachmentId.is_null());
    }
    Ok(before.count(&tx.conn).await? > 0)
}
