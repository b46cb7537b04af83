use chot_domain::activities::{ActivityId, ActivityRule, ActivityStatus};
use chot_domain::identity::UserId;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::row::{self, Column};
use super::store::{About, LockedActivity};
use crate::locked::Locked;
use crate::{Col, StoreError, Tx};

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
