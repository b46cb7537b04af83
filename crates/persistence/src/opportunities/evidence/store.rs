use std::collections::HashMap;

use chot_domain::identity::UserId;
use chot_domain::opportunities::evidence::{EvidenceDraft, EvidenceId, Ledger, LedgerEntry, LedgerEntryKind, ReviewOutcome};
use chot_domain::opportunities::{EvidenceStatus, OpportunityId, OpportunityState};
use chot_domain::shared::Id;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::row::{evidence, review};
use crate::opportunities::LockedOpportunity;
use crate::{Col, ReadDb, StoreError, Tx};

/// Evidence to insert.
pub struct NewEvidence<'a> {
    /// Its identifier.
    pub id: EvidenceId,
    /// The draft.
    pub draft: &'a EvidenceDraft,
    /// Whether it is a proof.
    pub proves: bool,
    /// When it was given, as entered in the ledger.
    pub given_at: DateTime<Utc>,
}

/// Inserts evidence for an opportunity.
///
/// # Errors
/// When the file or call is already a proof for the opportunity.
pub async fn insert_evidence(tx: &Tx, opportunity: &LockedOpportunity, new: &NewEvidence<'_>) -> Result<(), StoreError> {
    let EvidenceDraft { kind, sent_at, code_count, code_quantity, service_name, price, summary, activity_id, attachment_id } =
        new.draft;
    let row = evidence::ActiveModel {
        id: Set(new.id.uuid()),
        opportunity_id: Set(opportunity.id().uuid()),
        account_id: Set(opportunity.account_id().uuid()),
        kind: Set(Col(*kind)),
        proves: Set(new.proves),
        sent_at: Set(*sent_at),
        code_count: Set(*code_count),
        code_quantity: Set(*code_quantity),
        service_name: Set(service_name.as_ref().map(Into::into)),
        price: Set(price.map(Col)),
        summary: Set(summary.as_ref().map(Into::into)),
        activity_id: Set(activity_id.map(Id::uuid)),
        attachment_id: Set(attachment_id.map(Id::uuid)),
        given_at: Set(new.given_at),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
    };
    evidence::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The ledger of an opportunity.
pub async fn ledger(tx: &Tx, opportunity: &LockedOpportunity) -> Result<Ledger, StoreError> {
    ledger_of(tx, opportunity.id(), &opportunity.state()).await
}

/// The ledger of an opportunity in a state.
pub(super) async fn ledger_of(db: &dyn ReadDb, id: OpportunityId, state: &OpportunityState) -> Result<Ledger, StoreError> {
    let entries = entries(db, vec![id.uuid()]).await?;
    let entries = entries.into_iter().map(|(_, at, word)| LedgerEntry { at, word }).collect();
    Ok(Ledger { entries, ..empty(state) })
}

/// The ledgers of opportunities, with two queries for all.
pub async fn ledgers(tx: &Tx, opportunities: &[LockedOpportunity]) -> Result<HashMap<Uuid, Ledger>, StoreError> {
    let ids: Vec<Uuid> = opportunities.iter().map(|opportunity| opportunity.id().uuid()).collect();
    let mut ledgers: HashMap<Uuid, Ledger> = opportunities.iter().map(|one| (one.id().uuid(), empty(&one.state()))).collect();
    for (id, at, word) in entries(tx, ids).await? {
        if let Some(ledger) = ledgers.get_mut(&id) {
            ledger.entries.push(LedgerEntry { at, word });
        }
    }
    Ok(ledgers)
}

fn empty(state: &OpportunityState) -> Ledger {
    let is_required = state.evidence_status != EvidenceStatus::NotRequired;
    Ledger { is_required, open_since: state.open_since, entries: Vec::new() }
}

async fn entries(db: &dyn ReadDb, ids: Vec<Uuid>) -> Result<Vec<(Uuid, DateTime<Utc>, LedgerEntryKind)>, StoreError> {
    let proofs = evidence::Entity::find()
        .filter(evidence::Column::OpportunityId.is_in(ids.iter().copied()))
        .filter(evidence::Column::Proves.eq(true))
        .select_only()
        .columns([evidence::Column::OpportunityId, evidence::Column::GivenAt]);
    let judgements = review::Entity::find()
        .filter(review::Column::OpportunityId.is_in(ids))
        .filter(review::Column::ReviewedAt.is_not_null())
        .select_only()
        .columns([review::Column::OpportunityId, review::Column::ReviewedAt, review::Column::Outcome]);
    let proofs: Vec<(Uuid, DateTime<Utc>)> = proofs.into_tuple().all(&db.executor()).await?;
    let judgements: Vec<(Uuid, DateTime<Utc>, super::ReviewOutcome)> = judgements.into_tuple().all(&db.executor()).await?;
    let word = |outcome| match outcome {
        ReviewOutcome::Pending => None,
        ReviewOutcome::Accepted => Some(LedgerEntryKind::Acceptance),
        ReviewOutcome::Warned => Some(LedgerEntryKind::Warning),
    };
    let judged = judgements.into_iter().filter_map(|(id, at, outcome)| word(outcome.0).map(|word| (id, at, word)));
    Ok(proofs.into_iter().map(|(id, at)| (id, at, LedgerEntryKind::Proof)).chain(judged).collect())
}
