use chot_domain::activities::{ActivityId, ActivityRule, ActivityStatus};
use chot_domain::identity::UserId;
use chot_domain::records::RecordRef;
use chot_domain::timers::{Due, State};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::row::{self, Column};
use super::store::LockedActivity;
use crate::related::no_archived_parent;
use crate::storage::locked::{LockRow, Locked, Versioned};
use crate::storage::state::Stateful;
use crate::{Col, StoreError, Tx};

/// Planned activities that are not archived, sorted by start.
fn planned() -> Select<row::Entity> {
    row::Entity::find()
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::ArchivedAt.is_null())
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
}

/// The condition for activities related to a record, including those below an account.
fn is_related(record: RecordRef) -> Condition {
    Condition::all().add(match record {
        RecordRef::Lead(id) => Column::LeadId.eq(id.uuid()),
        RecordRef::Account(id) => Column::AccountId.eq(id.uuid()),
        RecordRef::Opportunity(id) => Column::OpportunityId.eq(id.uuid()),
        RecordRef::Activity(id) => Column::ReminderOfId.eq(id.uuid()),
    })
}

async fn locked(tx: &Tx, select: Select<row::Entity>) -> Result<Vec<LockedActivity>, StoreError> {
    Ok(select.lock_row().all(&tx.executor()).await?.into_iter().map(Locked).collect())
}

/// The planned activities of a record that rules created, locked.
pub async fn planned_by_rule(tx: &Tx, record: RecordRef, rules: &[ActivityRule]) -> Result<Vec<LockedActivity>, StoreError> {
    let of_rules = Column::Rule.is_in(rules.iter().copied().map(Col));
    locked(tx, planned().filter(is_related(record)).filter(of_rules)).await
}

/// The planned activities of a record with this owner, or those without owner, locked.
pub async fn planned_of(tx: &Tx, record: RecordRef, owner: Option<UserId>) -> Result<Vec<LockedActivity>, StoreError> {
    let owned = match owner {
        Some(owner) => Column::OwnerId.eq(owner.uuid()),
        None => Column::OwnerId.is_null(),
    };
    locked(tx, planned().filter(is_related(record)).filter(owned)).await
}

/// The planned reminders of an activity, locked.
pub async fn reminder_of(tx: &Tx, activity: ActivityId) -> Result<Vec<LockedActivity>, StoreError> {
    locked(tx, planned().filter(is_related(RecordRef::Activity(activity)))).await
}

/// The planned activities related to a record, with their timers. Activities that are also related to an archived record are
/// left out.
pub async fn due_below(tx: &Tx, record: RecordRef) -> Result<Vec<(ActivityId, Vec<Due>)>, StoreError> {
    let hidden = no_archived_parent(row::Model::PARENTS);
    let rows = planned().filter(is_related(record)).filter(hidden).all(&tx.executor()).await?;
    Ok(rows.into_iter().map(|row| (ActivityId::new(row.id), row.state().timers())).collect())
}

/// Whether an activity is related to an archived record.
pub async fn has_archived_parent(tx: &Tx, id: ActivityId) -> Result<bool, StoreError> {
    let open = row::Entity::find_by_id(id.uuid()).filter(no_archived_parent(row::Model::PARENTS));
    Ok(open.select_only().column(Column::Id).into_tuple::<uuid::Uuid>().one(&tx.executor()).await?.is_none())
}

/// The identifiers of the planned activities related to a record that have a due time.
pub(crate) fn planned_ids(record: RecordRef) -> SelectStatement {
    row::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_related(record))
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::DueAt.is_not_null())
        .into_query()
}
