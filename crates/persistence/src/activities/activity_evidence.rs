use chot_domain::accounts::AccountId;
use chot_domain::activities::{ActivityId, ActivityKind, ActivityOutcome, ActivityStatus};
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::Id;
use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;

use super::row;
use crate::{ReadDb, StoreError};

/// The data of an activity as evidence for an opportunity (R-ICHK-75).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityEvidenceRow {
    /// Type of the activity.
    pub kind: ActivityKind,
    /// The related account.
    pub account: Option<AccountId>,
    /// The related opportunity.
    pub opportunity: Option<OpportunityId>,
    /// Planned, done or cancelled.
    pub status: ActivityStatus,
    /// The outcome.
    pub outcome: Option<ActivityOutcome>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// Whether a telephone exchange reported it.
    pub is_via_telephony: bool,
    /// Whether it has a recap.
    pub has_recap: bool,
    /// Whether it is archived.
    pub is_archived: bool,
}

impl ActivityEvidenceRow {
    /// Whether it is a successful call through the telephone exchange (R-ICHK-75, A-22).
    pub fn is_successful_call(&self) -> bool {
        self.is_via_telephony
            && !self.is_archived
            && (self.kind, self.status) == (ActivityKind::Call, ActivityStatus::Done)
            && self.outcome == Some(ActivityOutcome::Successful)
    }
}

/// The data of an activity as evidence, whether the activity is visible or not.
pub async fn activity_evidence(db: &dyn ReadDb, id: ActivityId) -> Result<Option<ActivityEvidenceRow>, StoreError> {
    let row = row::Entity::find_by_id(id.uuid()).one(&db.executor()).await?;
    Ok(row.map(|row| ActivityEvidenceRow {
        kind: row.kind.0,
        account: row.account_id.map(Id::new),
        opportunity: row.opportunity_id.map(Id::new),
        status: row.status.0,
        outcome: row.outcome.map(|outcome| outcome.0),
        done_at: row.done_at,
        is_via_telephony: row.is_via_telephony,
        has_recap: row.summary.is_some(),
        is_archived: row.archived_at.is_some(),
    }))
}
