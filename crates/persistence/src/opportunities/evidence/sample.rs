use chot_domain::accounts::AccountId;
use chot_domain::identity::UserId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{DrawEvidence, EvidenceDrawId, EvidenceId, EvidenceReviewId, ReviewOutcome};
use chot_domain::shared::Id;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::row::{evidence, review};
use crate::identity::user;
use crate::opportunities::query::all_visible_to;
use crate::opportunities::row;
use crate::{Col, StoreError, Tx};

/// An opportunity for a draw.
#[derive(Clone, Copy, Debug)]
pub struct SampledOpportunity {
    /// The opportunity.
    pub opportunity: OpportunityId,
    /// Its account.
    pub account: AccountId,
    /// Its newest evidence.
    pub evidence: EvidenceId,
}

/// The opportunities that can be drawn: visible to the actor, open, with evidence, and the newest evidence neither drawn nor
/// reviewed before (R-ICHK-91).
///
/// # Errors
/// `forbidden` without permission to read opportunities.
pub async fn eligible(tx: &Tx, order: &DrawEvidence) -> Result<Vec<SampledOpportunity>, StoreError> {
    let given_since = order.given_since.map(|since| {
        let newer = Query::select()
            .column(evidence::Column::Id)
            .from(evidence::Entity)
            .and_where(evidence::Column::GivenAt.gte(since))
            .take();
        row::Column::NewestProofId.in_subquery(newer)
    });
    let select = all_visible_to(&tx.actor)?
        // Worded like the condition of the index.
        .filter(Expr::cust("opportunities.status = 'open' AND opportunities.evidence_status = 'provided'"))
        .filter(row::Column::ArchivedAt.is_null())
        .filter(row::Column::NewestProofId.is_not_null())
        .filter(Expr::exists(seen_before()).not())
        .apply_if(order.owner_id, |select, value| select.filter(row::Column::OwnerId.eq(value.uuid())))
        .apply_if(order.team_id, |select, value| select.filter(user::Column::TeamId.eq(value.uuid())))
        .apply_if(order.stage.as_ref(), |select, value| select.filter(row::Column::Stage.eq(value.as_str())))
        .filter(Condition::all().add_option(given_since))
        .select_only()
        .columns([row::Column::Id, row::Column::AccountId, row::Column::NewestProofId]);
    let found: Vec<(Uuid, Uuid, Uuid)> = select.into_tuple().all(&tx.executor()).await?;
    let sampled = |(opportunity, account, evidence)| SampledOpportunity {
        opportunity: Id::new(opportunity),
        account: Id::new(account),
        evidence: Id::new(evidence),
    };
    Ok(found.into_iter().map(sampled).collect())
}

/// Reviews of the opportunity's newest evidence, and pending reviews.
fn seen_before() -> sea_orm::sea_query::SelectStatement {
    let of_the_newest = Expr::col((review::Entity, review::Column::EvidenceId)).equals((row::Entity, row::Column::NewestProofId));
    let waiting = Expr::col((review::Entity, review::Column::OpportunityId))
        .equals((row::Entity, row::Column::Id))
        .and(Expr::cust("evidence_reviews.outcome = 'pending'"));
    Query::select().expr(Expr::val(1)).from(review::Entity).cond_where(Condition::any().add(of_the_newest).add(waiting)).take()
}

/// Stores a draw, so that each opportunity is reviewed once.
///
/// # Errors
/// When a concurrent draw contains the same opportunity.
pub async fn insert_sample(tx: &Tx, draw: EvidenceDrawId, sampled: &[SampledOpportunity]) -> Result<(), StoreError> {
    let row = |one: &SampledOpportunity| review::ActiveModel {
        id: Set(tx.new_id::<EvidenceReviewId>().uuid()),
        version: Set(1),
        opportunity_id: Set(one.opportunity.uuid()),
        account_id: Set(one.account.uuid()),
        evidence_id: Set(Some(one.evidence.uuid())),
        outcome: Set(Col(ReviewOutcome::Pending)),
        reason: Set(None),
        draw_id: Set(Some(draw.uuid())),
        drawn_by: Set(tx.actor.user().map(UserId::uuid)),
        drawn_at: Set(Some(tx.now)),
        reviewed_by: Set(None),
        reviewed_at: Set(None),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
    };
    if sampled.is_empty() {
        return Ok(());
    }
    review::Entity::insert_many(sampled.iter().map(row)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}
