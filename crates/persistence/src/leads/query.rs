use chot_domain::accounts::{AccountId, CustomerKind};
use chot_domain::catalog::ProductId;
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::leads::{LeadFormId, LeadId, LeadStatus};
use chot_domain::shared::{CitizenId, Draft, Email, Key, PhoneNumber, TaxCode, Text};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{LeadView, row};
use crate::activities::{self, row as activity_row};
use crate::events::{self, EventView, Subjects, TimelineFilter};
use crate::identity::user;
use crate::storage::locked::Scoped;
use crate::storage::page::{PageRequest, Paging, in_archive, one_with_parts, page_with_parts};
use crate::storage::part::Part;
use crate::storage::sort::SortKey;
use crate::storage::{scope, search};
use crate::tags::{self, TaggedKind};
use crate::{AnyOf, AnyUser, Col, Page, ReadDb, StoreError};

type AnyStatus = AnyOf<LeadStatus>;

/// Filter for leads.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadFilter {
    /// Words in the name, phone, e-mail, tax code or contact person, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only leads with this status. Default: all except junk, which is no longer worked.
    // R-SUNO-17.
    #[param(inline)]
    pub status: Option<LeadStatus>,
    /// Only leads with one of these statuses.
    #[param(inline, style = Form, explode = false)]
    pub status_in: Option<AnyStatus>,
    /// Only leads in this stage.
    #[param(value_type = Option<String>, max_length = 50)]
    pub stage: Option<Key>,
    /// Only companies or only individuals.
    #[param(inline)]
    pub kind: Option<CustomerKind>,
    /// Only leads from this source.
    #[param(value_type = Option<String>, max_length = 50)]
    pub source: Option<Key>,
    /// Only leads with this rank.
    #[param(value_type = Option<String>, max_length = 50)]
    pub rank: Option<Key>,
    /// Only leads with this tag.
    #[param(value_type = Option<String>, max_length = 50)]
    pub tag: Option<Key>,
    /// Only leads with this owner.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// Only leads with one of these owners.
    #[param(inline, style = Form, explode = false)]
    pub owner_id_in: Option<AnyUser>,
    /// Only leads with this product offered.
    #[param(value_type = Option<String>, format = Uuid)]
    pub product_id: Option<ProductId>,
    /// Only leads from this web form.
    #[param(value_type = Option<String>, format = Uuid)]
    pub form_id: Option<LeadFormId>,
    /// `true`: only leads without an owner, which can be assigned or claimed. `false`: only leads with an owner.
    pub in_pool: Option<bool>,
    /// `true`: only parked leads whose follow-up date has come. `false`: only others.
    pub is_follow_up_due: Option<bool>,
    /// Only leads that are recalled from their owners before this instant unless contact is made. A manager can still assign
    /// them by hand.
    // R-EDU-21, A-32.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub recall_at_lt: Option<DateTime<Utc>>,
    /// Only the lead with this phone number.
    #[param(value_type = Option<String>, max_length = 30)]
    pub phone: Option<PhoneNumber>,
    /// Only the lead with this e-mail address.
    #[param(value_type = Option<String>, max_length = 254)]
    pub email: Option<Email>,
    /// Only the lead with this tax code.
    #[param(value_type = Option<String>, max_length = 20)]
    pub tax_code: Option<TaxCode>,
    /// Only the lead with this citizen identity number.
    #[param(value_type = Option<String>, max_length = 20)]
    pub citizen_id: Option<CitizenId>,
    /// Only leads created at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only leads created before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_lt: Option<DateTime<Utc>>,
    /// Only leads changed at this instant or later. To poll for changes, use `sort=updated_at` and a value slightly before the
    /// last known change: concurrent writes become visible a moment later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub updated_at_gte: Option<DateTime<Utc>>,
    /// `true`: only archived records. Default: only records that are not archived.
    pub is_archived: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: LeadSort,
}

impl Draft for LeadFilter {}

/// Sort orders of leads.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum LeadSort {
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// Oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// Last changed first.
    #[serde(rename = "-updated_at")]
    ChangedLastFirst,
    /// Last changed at the end. Use it with `updated_at_gte` to poll for changes.
    #[serde(rename = "updated_at")]
    ChangedLastAtEnd,
    /// Earliest follow-up date first; leads that are not parked come last.
    #[serde(rename = "follow_up_at")]
    FollowUpFirst,
    /// By name, ignoring diacritics.
    #[serde(rename = "name")]
    Name,
}

impl SortKey<row::Entity> for LeadSort {
    fn column(self) -> (row::Column, Order) {
        match self {
            Self::NewestFirst => (row::Column::CreatedAt, Order::Desc),
            Self::OldestFirst => (row::Column::CreatedAt, Order::Asc),
            Self::ChangedLastFirst => (row::Column::UpdatedAt, Order::Desc),
            Self::ChangedLastAtEnd => (row::Column::UpdatedAt, Order::Asc),
            Self::FollowUpFirst => (row::Column::FollowUpKey, Order::Asc),
            Self::Name => (row::Column::NameKey, Order::Asc),
        }
    }
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        lead_visible_to(actor)
    }
}

/// The leads visible to the actor, joined with their owners.
pub(super) fn with_owner_visible_to(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    Ok(all_visible_to(actor)?.left_join(user::Entity))
}

/// The leads visible to the actor: those in the actor's scope, and the pool for actors who may assign or claim.
pub(super) fn all_visible_to(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    Ok(row::Entity::find().filter(lead_visible_to(actor)?))
}

/// The condition for leads visible to the actor.
pub(super) fn lead_visible_to(actor: &Actor) -> Result<Condition, StoreError> {
    actor.require(Permission::LeadsRead)?;
    Ok(match scope::owned_by_scope(actor, row::Column::HolderId) {
        everything if everything.is_empty() => everything,
        reach => Condition::any().add(reach).add_option(pool_visible_to(actor)),
    })
}

/// The condition for pooled leads, if the actor may assign or claim.
pub(crate) fn pool_visible_to(actor: &Actor) -> Option<SimpleExpr> {
    let sees_pool = actor.may(Permission::LeadsAssign) || actor.may(Permission::LeadsClaim);
    sees_pool.then(|| row::Column::OwnerId.is_null())
}

/// The account of a converted lead, visible or not.
pub async fn account_of(db: &dyn ReadDb, id: LeadId) -> Result<Option<AccountId>, StoreError> {
    let select = row::Entity::find_by_id(id.uuid()).select_only().column(row::Column::AccountId);
    let account = select.into_tuple::<Option<Uuid>>().one(&db.executor()).await?;
    Ok(account.flatten().map(chot_domain::shared::Id::new))
}

/// Whether a lead is in the actor's scope, without the pool.
pub async fn is_owned_by_scope(db: &dyn ReadDb, actor: &Actor, id: LeadId) -> Result<bool, StoreError> {
    let reached = row::Entity::find_by_id(id.uuid()).filter(scope::owned_by_scope(actor, row::Column::HolderId));
    Ok(reached.select_only().column(row::Column::Id).into_tuple::<Uuid>().one(&db.executor()).await?.is_some())
}

/// The base query for a filter: the leads in the actor's scope, or the pool if requested.
fn base_select(actor: &Actor, filter: &LeadFilter) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    let select = row::Entity::find().left_join(user::Entity);
    if filter.in_pool != Some(true) {
        return Ok(select.filter(scope::owned_by_scope(actor, row::Column::HolderId)));
    }
    if !actor.may(Permission::LeadsAssign) {
        actor.require(Permission::LeadsClaim)?;
    }
    Ok(select.filter(row::Column::OwnerId.is_null()))
}

/// The condition for the status. A plain list excludes junk, which is no longer worked (R-SUNO-17); the pool excludes what
/// cannot be claimed. A filter for specific leads finds them in any status.
fn of_status(filter: &LeadFilter) -> Condition {
    if filter.status.is_some() || filter.status_in.is_some() {
        let among = filter.status_in.as_ref().map(|any| row::Column::Status.is_in(any.iter().copied().map(Col)));
        return Condition::all().add_option(filter.status.map(|status| row::Column::Status.eq(Col(status)))).add_option(among);
    }
    let f = filter;
    let is_particular =
        f.q.is_some() || f.stage.is_some() || f.phone.is_some() || f.email.is_some() || f.is_archived == Some(true);
    let is_known = f.tax_code.is_some() || f.citizen_id.is_some() || f.form_id.is_some();
    if f.in_pool == Some(true) {
        let gone = [Col(LeadStatus::Junk), Col(LeadStatus::Converted)];
        return Condition::all().add(row::Column::Status.is_not_in(gone));
    }
    let hides_junk = !is_particular && !is_known;
    Condition::all().add_option(hides_junk.then(|| row::Column::Status.ne(Col(LeadStatus::Junk))))
}

/// One page of the leads visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads; `invalid_cursor`.
pub async fn list(db: &dyn ReadDb, actor: &Actor, filter: &LeadFilter, paging: &Paging) -> Result<Page<LeadView>, StoreError> {
    let backend = db.executor().get_database_backend();
    let select = base_select(actor, filter)?
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.q.as_ref(), |select, text| select.filter(search::matches(backend, "leads", text.as_str())))
        .filter(of_status(filter))
        .apply_if(filter.stage.as_ref(), |select, value| select.filter(row::Column::Stage.eq(value.as_str())))
        .apply_if(filter.kind, |select, value| select.filter(row::Column::Kind.eq(Col(value))))
        .apply_if(filter.source.as_ref(), |select, value| select.filter(row::Column::Source.eq(value.as_str())))
        .apply_if(filter.rank.as_ref(), |select, value| select.filter(row::Column::Rank.eq(value.as_str())))
        .apply_if(filter.tag.as_ref(), |select, value| {
            select.filter(row::Column::Id.in_subquery(tags::with_tag(TaggedKind::Lead, value)))
        })
        .apply_if(filter.owner_id, |select, value| select.filter(row::Column::OwnerId.eq(value.uuid())))
        .apply_if(filter.owner_id_in.as_ref(), |select, any| {
            select.filter(row::Column::OwnerId.is_in(any.iter().map(|id| id.uuid())))
        })
        .apply_if(filter.product_id, |select, value| select.filter(row::Column::ProductId.eq(value.uuid())))
        .apply_if(filter.form_id, |select, value| select.filter(row::Column::FormId.eq(value.uuid())))
        .apply_if(filter.in_pool.filter(|in_pool| !in_pool), |select, _| select.filter(row::Column::OwnerId.is_not_null()))
        .apply_if(filter.is_follow_up_due, |select, value| select.filter(row::Column::IsFollowUpDue.eq(value)))
        .apply_if(filter.recall_at_lt, |select, value| select.filter(row::Column::RecallAt.lt(value)))
        .apply_if(filter.phone.as_ref(), |select, value| select.filter(row::Column::Phone.eq(value.as_str())))
        .apply_if(filter.email.as_ref(), |select, value| select.filter(row::Column::Email.eq(value.as_str())))
        .apply_if(filter.tax_code.as_ref(), |select, value| select.filter(row::Column::TaxCode.eq(value.as_str())))
        .apply_if(filter.citizen_id.as_ref(), |select, value| select.filter(row::Column::CitizenId.eq(value.as_str())))
        .apply_if(filter.created_at_gte, |select, value| select.filter(row::Column::CreatedAt.gte(value)))
        .apply_if(filter.created_at_lt, |select, value| select.filter(row::Column::CreatedAt.lt(value)))
        .apply_if(filter.updated_at_gte, |select, value| select.filter(row::Column::UpdatedAt.gte(value)));
    let request = PageRequest::new(actor, paging);
    page_with_parts(db, select, &parts(db, actor), filter.sort, filter, request).await
}

/// The parts of the view of a lead.
fn parts(db: &dyn ReadDb, actor: &Actor) -> Vec<Part<LeadView>> {
    let (of, record) = (activity_row::Column::LeadId, row::Column::Id);
    let next = activities::next_activity(db, actor, of, record, |lead: &mut LeadView, next| lead.next_activity = Some(next));
    next.into_iter().collect()
}

/// The newest lead with a phone number that may still become a customer, visible or not.
pub async fn id_by_phone(db: &dyn ReadDb, phone: &PhoneNumber) -> Result<Option<LeadId>, StoreError> {
    let gone = [Col(LeadStatus::Junk), Col(LeadStatus::Converted)];
    let select = row::Entity::find()
        .filter(row::Column::Phone.eq(phone.as_str()))
        .filter(row::Column::Status.is_not_in(gone))
        .filter(row::Column::ArchivedAt.is_null())
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Id)
        .select_only()
        .column(row::Column::Id);
    Ok(select.into_tuple::<Uuid>().one(&db.executor()).await?.map(chot_domain::shared::Id::new))
}

/// One lead, if visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: LeadId) -> Result<Option<LeadView>, StoreError> {
    let select = with_owner_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid()));
    one_with_parts(db, select, &parts(db, actor)).await
}

/// Whether the lead is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn is_visible(db: &dyn ReadDb, actor: &Actor, id: LeadId) -> Result<bool, StoreError> {
    let select = with_owner_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid())).select_only().column(row::Column::Id);
    Ok(select.into_tuple::<Uuid>().one(&db.executor()).await?.is_some())
}

/// One page of the history of a visible lead; `None` if it is not visible.
///
/// # Errors
/// `forbidden` without permission to read leads; `invalid_cursor`.
pub async fn timeline(
    db: &dyn ReadDb,
    actor: &Actor,
    id: LeadId,
    filter: &TimelineFilter,
    paging: &Paging,
) -> Result<Option<Page<EventView>>, StoreError> {
    if !is_visible(db, actor, id).await? {
        return Ok(None);
    }
    let subjects = Subjects { records: vec![id.uuid()], account: None };
    events::timeline(db, actor, &subjects, filter, paging).await.map(Some)
}
