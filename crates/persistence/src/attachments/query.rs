use chot_domain::attachments::AttachmentId;
use chot_domain::identity::{Actor, Permission};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::view::{AttachmentFilter, AttachmentView, KeptContent, Origin};
use super::row;
use crate::identity::user;
use crate::page::{Ask, in_archive, page};
use crate::{Page, Reads, StoreError, accounts, leads, sight};

/// The files of records that the actor may see.
pub(super) fn visible(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::AttachmentsRead)?;
    Ok(row::Entity::find().filter(in_sight(actor)?))
}

/// A file is seen by those who see the record that it belongs to.
fn in_sight(actor: &Actor) -> Result<Condition, StoreError> {
    let mut seen = Condition::any().add(sight::nothing());
    if actor.may(Permission::LeadsRead) {
        seen = seen.add(leads::leads_in_sight(actor, row::Column::LeadId)?.add(row::Column::LeadId.is_not_null()));
    }
    let on_account = || accounts::holders_in_reach(actor, row::Column::AccountId).add(row::Column::AccountId.is_not_null());
    if actor.may(Permission::AccountsRead) {
        seen = seen.add(on_account().add(row::Column::OpportunityId.is_null()));
    }
    if actor.may(Permission::OpportunitiesRead) {
        seen = seen.add(on_account().add(row::Column::OpportunityId.is_not_null()));
    }
    Ok(seen)
}

/// One file, if the actor may see the record that it belongs to.
///
/// # Errors
/// `forbidden` without the right to read files; when the database fails.
pub async fn find(reads: &impl Reads, actor: &Actor, id: AttachmentId) -> Result<Option<AttachmentView>, StoreError> {
    let select = visible(actor)?.left_join(user::Entity).filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(reads.connection()).await?)
}

/// Where the content of a file is, if the actor may see the record that it belongs to.
///
/// # Errors
/// `forbidden` without the right to read files; when the database fails.
pub async fn content(reads: &impl Reads, actor: &Actor, id: AttachmentId) -> Result<Option<KeptContent>, StoreError> {
    let select = visible(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(reads.connection()).await?)
}

/// Where a file comes from, if the actor may see the record that it belongs to.
///
/// # Errors
/// `forbidden` without the right to read files; when the database fails.
pub async fn origin(reads: &impl Reads, actor: &Actor, id: AttachmentId) -> Result<Option<Origin>, StoreError> {
    let select = visible(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(reads.connection()).await?)
}

/// One page of the files of records that the actor may see.
///
/// # Errors
/// `forbidden` without the right to read files; when the database fails or the cursor is not of this list.
pub async fn list(reads: &impl Reads, actor: &Actor, filter: &AttachmentFilter) -> Result<Page<AttachmentView>, StoreError> {
    let select = visible(actor)?
        .left_join(user::Entity)
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.lead_id, |select, value| select.filter(row::Column::LeadId.eq(value.uuid())))
        .apply_if(filter.account_id, |select, value| select.filter(row::Column::AccountId.eq(value.uuid())))
        .apply_if(filter.opportunity_id, |select, value| select.filter(row::Column::OpportunityId.eq(value.uuid())))
        .apply_if(filter.category.as_ref(), |select, value| select.filter(row::Column::Category.eq(value.as_str())));
    let ask = Ask::new(actor, filter.cursor.as_ref(), filter.limit, filter.include_total);
    page(reads, select, filter.sort, filter, ask).await
}

/// The files of a record, whose histories are part of its own.
pub(crate) async fn files_of(reads: &impl Reads, parent: row::Column, records: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let of_records = row::Entity::find().filter(parent.is_in(records.iter().copied()));
    Ok(of_records.select_only().column(row::Column::Id).into_tuple().all(reads.connection()).await?)
}

/// Those of some places where files are kept that no row names.
///
/// # Errors
/// When the database fails.
pub async fn unnamed(reads: &impl Reads, keys: &[String]) -> Result<Vec<String>, StoreError> {
    let named = row::Entity::find().filter(row::Column::StorageKey.is_in(keys)).select_only().column(row::Column::StorageKey);
    let named: Vec<String> = named.into_tuple().all(reads.connection()).await?;
    Ok(keys.iter().filter(|key| !named.contains(key)).cloned().collect())
}
