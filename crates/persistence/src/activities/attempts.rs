//! Earlier contact attempts with a lead.

use chot_domain::activities::{ActivityKind, ActivityOutcome, ActivityStatus};
use chot_domain::leads::LeadId;
use chot_domain::shared::Key;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};

use super::row::{self, Column};
use crate::{Col, ReadDb, StoreError};

/// The completed activities of a lead with one of these outcomes.
fn done_about(lead: LeadId, outcomes: &[ActivityOutcome]) -> Select<row::Entity> {
    row::Entity::find()
        .filter(Column::LeadId.eq(lead.uuid()))
        .filter(Column::Status.eq(Col(ActivityStatus::Done)))
        .filter(Column::Outcome.is_in(outcomes.iter().copied().map(Col)))
        .filter(Column::ArchivedAt.is_null())
}

/// The number of failed attempts to contact a lead (R-EDU-17, A-31).
pub async fn failed_contacts(db: &dyn ReadDb, lead: LeadId) -> Result<u64, StoreError> {
    let failed = done_about(lead, &ActivityOutcome::NOT_REACHED);
    let by_contact = failed.filter(Column::Kind.is_in(ActivityKind::CONTACTS.map(Col)));
    Ok(by_contact.count(&db.executor()).await?)
}

/// The time of the last call to a lead that reached nobody (R-EDU-23).
pub async fn last_not_reached(db: &dyn ReadDb, lead: LeadId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let failed = done_about(lead, &ActivityOutcome::NOT_REACHED);
    newest(db, failed.filter(Column::Kind.eq(Col(ActivityKind::Call)))).await
}

/// The time of the last successful activity of a category with a lead, such as a demo (R-EDU-58).
pub async fn last_success(db: &dyn ReadDb, lead: LeadId, category: &Key) -> Result<Option<DateTime<Utc>>, StoreError> {
    let done = done_about(lead, &[ActivityOutcome::Successful]);
    newest(db, done.filter(Column::Category.eq(category.as_str()))).await
}

async fn newest(db: &dyn ReadDb, select: Select<row::Entity>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let newest = select.select_only().column_as(Column::DoneAt.max(), "newest");
    Ok(newest.into_tuple::<Option<DateTime<Utc>>>().one(&db.executor()).await?.flatten())
}
