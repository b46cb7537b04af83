use chot_domain::attachments::AttachmentId;
use chot_domain::identity::{Actor, Permission};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::row;
use super::view::{AttachmentFilter, AttachmentView, FileContentRef, Origin};
use crate::activities::{self, row as activity_row};
use crate::identity::user;
use crate::related::{self, Strategy};
use crate::storage::locked::{Scoped, Versioned};
use crate::storage::page::{PageRequest, Paging, in_archive, page};
use crate::storage::scope;
use crate::{Page, ReadDb, StoreError};

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        attachment_visible_to(actor, Strategy::EachRow)
    }
}

/// A file is visible to everybody who sees a related record, and to the owner of a related activity.
fn attachment_visible_to(actor: &Actor, asked: Strategy) -> Result<Condition, StoreError> {
    actor.require(Permission::AttachmentsRead)?;
    let reads_activities = actor.may(Permission::ActivitiesRead);
    if related::sees_all(actor) && reads_activities {
        return Ok(Condition::all());
    }
    let mut ways = related::visible_through(actor, row::Model::PARENTS, asked);
    if reads_activities {
        ways.push(on_activity(activities::is_done_by(actor)));
        let hangs_on_activity_alone = related::has_no_parent(row::Model::PARENTS);
        ways.push(on_activity(scope::owned_by_scope(actor, activity_row::Column::OwnerId)).add(hangs_on_activity_alone));
    }
    Ok(related::in_any(ways, row::Column::Id, asked))
}

fn on_activity(which: Condition) -> Condition {
    let activities = activity_row::Entity::find().select_only().column(activity_row::Column::Id).filter(which);
    Condition::all().add(row::Column::ActivityId.in_subquery(activities.into_query()))
}

fn all_visible_to(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    Ok(row::Entity::find().filter(attachment_visible_to(actor, Strategy::EachRow)?))
}

/// One file, if its record is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read files.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: AttachmentId) -> Result<Option<AttachmentView>, StoreError> {
    let select = all_visible_to(actor)?.left_join(user::Entity).filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// The data for a download, if the record of the file is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read files.
pub async fn content(db: &dyn ReadDb, actor: &Actor, id: AttachmentId) -> Result<Option<FileContentRef>, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// The origin of a file, if its record is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read files.
pub async fn origin(db: &dyn ReadDb, actor: &Actor, id: AttachmentId) -> Result<Option<Origin>, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// One page of the files of records visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read files; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &AttachmentFilter,
    paging: &Paging,
) -> Result<Page<AttachmentView>, StoreError> {
    let names_record = filter.lead_id.is_some() || filter.account_id.is_some() || filter.opportunity_id.is_some();
    let asked = if names_record || filter.activity_id.is_some() { Strategy::EachRow } else { Strategy::ByIndex };
    let select = row::Entity::find()
        .filter(attachment_visible_to(actor, asked)?)
        .left_join(user::Entity)
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.lead_id, |select, value| select.filter(row::Column::LeadId.eq(value.uuid())))
        .apply_if(filter.account_id, |select, value| select.filter(row::Column::AccountId.eq(value.uuid())))
        .apply_if(filter.opportunity_id, |select, value| select.filter(row::Column::OpportunityId.eq(value.uuid())))
        .apply_if(filter.category.as_ref(), |select, value| select.filter(row::Column::Category.eq(value.as_str())))
        .apply_if(filter.activity_id, |select, value| select.filter(row::Column::ActivityId.eq(value.uuid())));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// Those of the given storage keys that no row refers to.
pub async fn orphans(db: &dyn ReadDb, keys: &[String]) -> Result<Vec<String>, StoreError> {
    let named = row::Entity::find().filter(row::Column::StorageKey.is_in(keys)).select_only().column(row::Column::StorageKey);
    let named: Vec<String> = named.into_tuple().all(&db.executor()).await?;
    Ok(keys.iter().filter(|key| !named.contains(key)).cloned().collect())
}
