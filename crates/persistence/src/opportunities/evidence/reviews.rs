use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{EvidenceReviewId, ReviewOutcome};
use chot_domain::shared::{Id, Text};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::row::review;
use crate::opportunities::LockedOpportunity;
use crate::related::{Strategy, in_account};
use crate::storage::locked::Scoped;
use crate::storage::locked::{LockRow, Locked, write};
use crate::{Col, StoreError, Tx};

/// A review, locked until the end of the unit of work.
pub type LockedReview = Locked<review::Model>;

impl Locked<review::Model> {
    /// The opportunity of the evidence.
    pub fn opportunity_id(&self) -> OpportunityId {
        OpportunityId::new(self.0.opportunity_id)
    }

    /// The result.
    pub fn outcome(&self) -> ReviewOutcome {
        self.0.outcome.0
    }
}

impl Scoped for review::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::OpportunitiesRead)?;
        Ok(in_account(actor, review::Column::AccountId, Strategy::EachRow))
    }
}

/// The pending review of a locked opportunity, if it was drawn.
pub async fn pending_review(tx: &Tx, opportunity: &LockedOpportunity) -> Result<Option<LockedReview>, StoreError> {
    let pending = review::Entity::find()
        .filter(review::Column::OpportunityId.eq(opportunity.id().uuid()))
        .filter(review::Column::Outcome.eq(Col(ReviewOutcome::Pending)))
        .lock_row();
    Ok(pending.one(&tx.executor()).await?.map(Locked))
}

/// Stores the result of a review. It refers to the newest evidence at this time.
pub async fn complete_review(
    tx: &Tx,
    review: &LockedReview,
    opportunity: &LockedOpportunity,
    outcome: ReviewOutcome,
    reason: Option<&Text<500>>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let newest = opportunity.state().newest_proof.map(Id::uuid).or(review.0.evidence_id);
    let row = review::ActiveModel { evidence_id: Set(newest), ..review.changed(tx) };
    write(tx, completed(row, tx, outcome, reason, at)).await
}

/// Stores the result of a review without a draw.
pub async fn insert_settled(
    tx: &Tx,
    opportunity: &LockedOpportunity,
    outcome: ReviewOutcome,
    reason: Option<&Text<500>>,
    at: DateTime<Utc>,
) -> Result<EvidenceReviewId, StoreError> {
    let id: EvidenceReviewId = tx.new_id();
    let row = review::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        opportunity_id: Set(opportunity.id().uuid()),
        account_id: Set(opportunity.account_id().uuid()),
        evidence_id: Set(opportunity.state().newest_proof.map(|proof| proof.uuid())),
        draw_id: Set(None),
        drawn_by: Set(None),
        drawn_at: Set(None),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    review::Entity::insert(completed(row, tx, outcome, reason, at)).exec_without_returning(&tx.executor()).await?;
    Ok(id)
}

fn completed(
    row: review::ActiveModel,
    tx: &Tx,
    outcome: ReviewOutcome,
    reason: Option<&Text<500>>,
    at: DateTime<Utc>,
) -> review::ActiveModel {
    review::ActiveModel {
        outcome: Set(Col(outcome)),
        reason: Set(reason.map(Into::into)),
        reviewed_by: Set(tx.actor.user().map(UserId::uuid)),
        reviewed_at: Set(Some(at)),
        ..row
    }
}
