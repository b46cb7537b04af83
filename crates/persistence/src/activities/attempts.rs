//! What was tried with a lead before.

use chot_domain::activities::{ActivityKind, ActivityOutcome, ActivityStatus};
use chot_domain::leads::LeadId;
use chot_domain::shared::Key;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::row::{self, Column};
use crate::{Col, Reads, StoreError};

/// What was done about a lead and came to such an end.
fn done_about(lead: LeadId, outcomes: &[ActivityOutcome]) -> Select<row::Entity> {
    row::Entity::find()
        .filter(Column::LeadId.eq(lead.uuid()))
        .filter(Column::Status.eq(Col(ActivityStatus::Done)))
        .filter(Column::Outcome.is_in(outcomes.iter().copied().map(Col)))
        .filter(Column::ArchivedAt.is_null())
}

/// How many attempts to make contact with a lead have failed (R-EDU-17, A-31).
///
/// # Errors
/// When the database fails.
pub async fn failed_contacts(reads: &impl Reads, lead: LeadId) -> Result<u64, StoreError> {
    let failed = done_about(lead, &[ActivityOutcome::Failed, ActivityOutcome::NoAnswer]);
    let by_contact = failed.filter(Column::Kind.is_in(ActivityKind::CONTACTS.map(Col)));
    Ok(by_contact.count(reads.connection()).await?)
}

/// Whether something of a category was done about a lead with success, such as a presentation (R-EDU-58).
///
/// # Errors
/// When the database fails.
pub async fn has_succeeded(reads: &impl Reads, lead: LeadId, category: &Key) -> Result<bool, StoreError> {
    let done = done_about(lead, &[ActivityOutcome::Successful]).filter(Column::Category.eq(category.as_str()));
    let found: Option<Uuid> = done.select_only().column(Column::Id).limit(1).into_tuple().one(reads.connection()).await?;
    Ok(found.is_some())
}
