use chot_domain::activities::{ActivityId, ActivityKind, ActivityOutcome, ActivityRule, ActivityStatus};
use chot_domain::identity::UserId;
use chot_domain::leads::LeadId;
use chot_domain::shared::Key;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::row::{self, Column};
use super::store::{About, LockedActivity};
use crate::locked::Locked;
use crate::{Col, Reads, StoreError, Tx};

/// What is planned and not in the archive, the first first.
fn planned() -> Select<row::Entity> {
    row::Entity::find()
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::ArchivedAt.is_null())
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
}

/// The lead or opportunity that something is about; nothing is about neither.
fn is_about(about: &About) -> Condition {
    let lead = about.lead.map(|lead| Column::LeadId.eq(lead.uuid()));
    let opportunity = about.opportunity.map(|opportunity| Column::OpportunityId.eq(opportunity.uuid()));
    Condition::any().add_option(lead).add_option(opportunity)
}

async fn locked(tx: &Tx, select: Select<row::Entity>) -> Result<Vec<LockedActivity>, StoreError> {
    Ok(select.lock_exclusive().all(&tx.conn).await?.into_iter().map(Locked).collect())
}

/// What rules have planned for a lead or an opportunity and is still to be done, locked.
///
/// # Errors
/// When the database fails.
pub async fn planned_by_rule(tx: &Tx, about: &About, rules: &[ActivityRule]) -> Result<Vec<LockedActivity>, StoreError> {
    if about.parent().is_none() {
        return Ok(Vec::new());
    }
    let of_rules = Column::Rule.is_in(rules.iter().copied().map(Col));
    locked(tx, planned().filter(is_about(about)).filter(of_rules)).await
}

/// What is still to be done about a lead or an opportunity by somebody, locked.
///
/// # Errors
/// When the database fails.
pub async fn planned_of(tx: &Tx, about: &About, owner: UserId) -> Result<Vec<LockedActivity>, StoreError> {
    if about.parent().is_none() {
        return Ok(Vec::new());
    }
    locked(tx, planned().filter(is_about(about)).filter(Column::OwnerId.eq(owner.uuid()))).await
}

/// What is still to be done to remind of an activity, locked.
///
/// # Errors
/// When the database fails.
pub async fn prompted_by(tx: &Tx, activity: ActivityId) -> Result<Vec<LockedActivity>, StoreError> {
    locked(tx, planned().filter(Column::PromptedById.eq(activity.uuid()))).await
}

/// When a call about a lead last reached nobody (R-EDU-23).
///
/// # Errors
/// When the database fails.
pub async fn last_not_reached(reads: &impl Reads, lead: LeadId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let failed = [ActivityOutcome::Failed, ActivityOutcome::NoAnswer].map(Col);
    let calls = done(lead).filter(Column::Kind.eq(Col(ActivityKind::Call))).filter(Column::Outcome.is_in(failed));
    newest(reads, calls).await
}

/// When something of a category was last done successfully about a lead.
///
/// # Errors
/// When the database fails.
pub async fn last_done(reads: &impl Reads, lead: LeadId, category: &Key) -> Result<Option<DateTime<Utc>>, StoreError> {
    let successful = Column::Outcome.eq(Col(ActivityOutcome::Successful));
    newest(reads, done(lead).filter(Column::Category.eq(category.as_str())).filter(successful)).await
}

fn done(lead: LeadId) -> Select<row::Entity> {
    row::Entity::find()
        .filter(Column::LeadId.eq(lead.uuid()))
        .filter(Column::Status.eq(Col(ActivityStatus::Done)))
        .filter(Column::ArchivedAt.is_null())
}

async fn newest(reads: &impl Reads, select: Select<row::Entity>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let newest = select.select_only().column_as(Column::DoneAt.max(), "newest");
    Ok(newest.into_tuple::<Option<DateTime<Utc>>>().one(reads.connection()).await?.flatten())
}
