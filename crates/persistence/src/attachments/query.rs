use chot_domain::attachments::AttachmentId;
use chot_domain::identity::{Actor, Permission, Scope};
use sea_orm::sea_query::UnionType;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::row;
use super::view::{AttachmentFilter, AttachmentView, KeptContent, Origin};
use crate::activities::row as activity_row;
use crate::identity::user;
use crate::page::{Ask, in_archive, page};
use crate::{Page, Reads, StoreError, accounts, leads, sight};

/// The files that the actor may see. Asked of each row, so for few of them.
pub(super) fn visible(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    let of_leads = leads::leads_in_sight(actor, row::Column::LeadId);
    let seen = ways_to_see(actor, of_leads)?.into_iter().fold(Condition::any().add(sight::nothing()), Condition::add);
    Ok(row::Entity::find().filter(seen))
}

/// The same for a list without an end, files of leads in the pool aside: what is in sight is gathered by the indexes, which costs as much as there is to see, and not as
/// much as there is.
fn gathered(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    let of_all = [Permission::LeadsRead, Permission::AccountsRead, Permission::OpportunitiesRead, Permission::ActivitiesRead];
    match actor.scope {
        Scope::All if of_all.into_iter().all(|permission| actor.may(permission)) => {
            actor.require(Permission::AttachmentsRead)?;
            return Ok(row::Entity::find());
        }
        Scope::All => return visible(actor),
        Scope::Own | Scope::Team => {}
    }
    let identifiers = |way: Condition| row::Entity::find().select_only().column(row::Column::Id).filter(way).into_query();
    let mut ways = ways_to_see(actor, leads::leads_in_reach(actor, row::Column::LeadId))?.into_iter().map(identifiers);
    let Some(mut all) = ways.next() else {
        return Ok(row::Entity::find().filter(sight::nothing()));
    };
    for way in ways {
        all.union(UnionType::Distinct, way);
    }
    Ok(row::Entity::find().filter(row::Column::Id.in_subquery(all)))
}

/// A file is seen by those who see a record that it belongs to, or who reach whoever does the activity that it belongs to.
fn ways_to_see(actor: &Actor, of_leads: Result<Condition, StoreError>) -> Result<Vec<Condition>, StoreError> {
    actor.require(Permission::AttachmentsRead)?;
    let mut ways = Vec::new();
    if actor.may(Permission::LeadsRead) {
        ways.push(of_leads?.add(row::Column::LeadId.is_not_null()));
    }
    let of_account = || accounts::holders_in_reach(actor, row::Column::AccountId).add(row::Column::AccountId.is_not_null());
    if actor.may(Permission::AccountsRead) {
        ways.push(of_account().add(row::Column::OpportunityId.is_null()));
    }
    if actor.may(Permission::OpportunitiesRead) {
        ways.push(of_account().add(row::Column::OpportunityId.is_not_null()));
    }
    if actor.may(Permission::ActivitiesRead) {
        let within_reach = activity_row::Entity::find().filter(sight::reach(actor, activity_row::Column::OwnerId));
        let within_reach = within_reach.select_only().column(activity_row::Column::Id).into_query();
        ways.push(Condition::all().add(row::Column::ActivityId.in_subquery(within_reach)));
    }
    Ok(ways)
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
    let select = gathered(actor)?
        .left_join(user::Entity)
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.lead_id, |select, value| select.filter(row::Column::LeadId.eq(value.uuid())))
        .apply_if(filter.account_id, |select, value| select.filter(row::Column::AccountId.eq(value.uuid())))
        .apply_if(filter.opportunity_id, |select, value| select.filter(row::Column::OpportunityId.eq(value.uuid())))
        .apply_if(filter.category.as_ref(), |select, value| select.filter(row::Column::Category.eq(value.as_str())))
        .apply_if(filter.activity_id, |select, value| select.filter(row::Column::ActivityId.eq(value.uuid())));
    let ask = Ask::new(actor, filter.cursor.as_ref(), filter.limit, filter.include_total);
    page(reads, select, filter.sort, filter, ask).await
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
