use chot_domain::accounts::CustomerKind;
use chot_domain::catalog::ProductId;
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::leads::{LeadFormId, LeadId, LeadStatus};
use chot_domain::shared::{CitizenId, Draft, Email, Key, PhoneNumber, TaxCode, Text};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{LeadView, conversion_row, row};
use crate::events::Subjects;
use crate::identity::user;
use crate::page::page;
use crate::tags::{self, TaggedKind};
use crate::{Ask, Col, Limit, Page, Reads, SortKey, StoreError, search, sight};

/// Which leads are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadFilter {
    /// Words of the name, phone, e-mail, tax code or contact person, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only leads of this status. Without it, all but junk, which is no longer worked (R-SUNO-17).
    #[param(inline)]
    pub status: Option<LeadStatus>,
    /// Only leads in this stage.
    #[param(value_type = Option<String>, max_length = 50)]
    pub stage: Option<Key>,
    /// Only companies, or only individuals.
    #[param(inline)]
    pub kind: Option<CustomerKind>,
    /// Only leads from this source.
    #[param(value_type = Option<String>, max_length = 50)]
    pub source: Option<Key>,
    /// Only leads of this rank.
    #[param(value_type = Option<String>, max_length = 50)]
    pub rank: Option<Key>,
    /// Only leads with this tag.
    #[param(value_type = Option<String>, max_length = 50)]
    pub tag: Option<Key>,
    /// Only leads of this salesperson.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// Only leads that are offered this product.
    #[param(value_type = Option<String>, format = Uuid)]
    pub product_id: Option<ProductId>,
    /// Only leads from this web form.
    #[param(value_type = Option<String>, format = Uuid)]
    pub form_id: Option<LeadFormId>,
    /// Only leads without an owner: what those who assign give out and those who claim can take.
    pub in_pool: Option<bool>,
    /// Only parked leads whose day has come, or has not.
    pub is_follow_up_due: Option<bool>,
    /// Only the lead with this telephone number.
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
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only leads created before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub created_at_lt: Option<DateTime<Utc>>,
    /// The archive instead of the working list.
    pub is_archived: Option<bool>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: LeadSort,
    /// How many leads a page holds.
    #[param(inline)]
    pub limit: Limit,
    /// The cursor of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
    /// Count the whole list; the answer says it in `page.total`.
    pub include_total: Option<bool>,
}

impl Draft for LeadFilter {}

/// What leads can be sorted by.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum LeadSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// The oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// What changed last first.
    #[serde(rename = "-updated_at")]
    ChangedLastFirst,
    /// By name, diacritics aside.
    #[serde(rename = "name")]
    Name,
}

impl SortKey<row::Entity> for LeadSort {
    fn column(self) -> (row::Column, Order) {
        match self {
            Self::NewestFirst => (row::Column::CreatedAt, Order::Desc),
            Self::OldestFirst => (row::Column::CreatedAt, Order::Asc),
            Self::ChangedLastFirst => (row::Column::UpdatedAt, Order::Desc),
            Self::Name => (row::Column::NameKey, Order::Asc),
        }
    }
}

/// The leads that the actor may see, with their owners' names.
pub(super) fn visible(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    Ok(reachable(actor)?.left_join(user::Entity))
}

/// The leads that the actor may see: within reach, and the pool for those who give out or take from it.
pub(super) fn reachable(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    let sees_pool = actor.may(Permission::LeadsAssign) || actor.may(Permission::LeadsClaim);
    let pool = sees_pool.then(|| row::Column::OwnerId.is_null());
    let seen = match sight::reach(actor, row::Column::HolderId) {
        everything if everything.is_empty() => everything,
        reach => Condition::any().add(reach).add_option(pool),
    };
    Ok(row::Entity::find().filter(seen))
}

/// Whether a lead is within reach of the actor, the pool aside.
///
/// # Errors
/// When the database fails.
pub async fn is_in_reach(reads: &impl Reads, actor: &Actor, id: LeadId) -> Result<bool, StoreError> {
    let reached = row::Entity::find_by_id(id.uuid()).filter(sight::reach(actor, row::Column::HolderId));
    Ok(reached.select_only().column(row::Column::Id).into_tuple::<Uuid>().one(reads.connection()).await?.is_some())
}

/// The list that the filter begins with: what is within reach, or the pool when that is asked for.
fn listed(actor: &Actor, filter: &LeadFilter) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    let select = row::Entity::find().left_join(user::Entity);
    if filter.in_pool != Some(true) {
        return Ok(select.filter(sight::reach(actor, row::Column::HolderId)));
    }
    if !actor.may(Permission::LeadsAssign) {
        actor.require(Permission::LeadsClaim)?;
    }
    Ok(select.filter(row::Column::OwnerId.is_null()))
}

/// Leads of the status that is asked for. A plain working list leaves out junk, which is no longer worked (R-SUNO-17), and the pool
/// what cannot be taken; who asks for something particular finds it in any status.
fn of_status(filter: &LeadFilter) -> Condition {
    if let Some(status) = filter.status {
        return Condition::all().add(row::Column::Status.eq(Col(status)));
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

/// One page of the leads that the actor sees.
///
/// # Errors
/// `forbidden` without the right to read leads; when the database fails or the cursor is not of this list.
pub async fn list(reads: &impl Reads, actor: &Actor, filter: &LeadFilter) -> Result<Page<LeadView>, StoreError> {
    let f = filter.clone();
    let backend = reads.connection().get_database_backend();
    let archived = row::Column::ArchivedAt;
    let select = listed(actor, filter)?
        .filter(if f.is_archived == Some(true) { archived.is_not_null() } else { archived.is_null() })
        .apply_if(f.q, |s, q| s.filter(search::matches(backend, "leads", q.as_str())))
        .filter(of_status(filter))
        .apply_if(f.stage, |s, v| s.filter(row::Column::Stage.eq(v.as_str())))
        .apply_if(f.kind, |s, v| s.filter(row::Column::Kind.eq(Col(v))))
        .apply_if(f.source, |s, v| s.filter(row::Column::Source.eq(v.as_str())))
        .apply_if(f.rank, |s, v| s.filter(row::Column::Rank.eq(v.as_str())))
        .apply_if(f.tag, |s, v| s.filter(row::Column::Id.in_subquery(tags::tagged(TaggedKind::Lead, &v))))
        .apply_if(f.owner_id, |s, v| s.filter(row::Column::OwnerId.eq(v.uuid())))
        .apply_if(f.product_id, |s, v| s.filter(row::Column::ProductId.eq(v.uuid())))
        .apply_if(f.form_id, |s, v| s.filter(row::Column::FormId.eq(v.uuid())))
        .apply_if(f.in_pool.filter(|in_pool| !in_pool), |s, _| s.filter(row::Column::OwnerId.is_not_null()))
        .apply_if(f.is_follow_up_due, |s, v| s.filter(row::Column::IsFollowUpDue.eq(v)))
        .apply_if(f.phone, |s, v| s.filter(row::Column::Phone.eq(v.as_str())))
        .apply_if(f.email, |s, v| s.filter(row::Column::Email.eq(v.as_str())))
        .apply_if(f.tax_code, |s, v| s.filter(row::Column::TaxCode.eq(v.as_str())))
        .apply_if(f.citizen_id, |s, v| s.filter(row::Column::CitizenId.eq(v.as_str())))
        .apply_if(f.created_at_gte, |s, v| s.filter(row::Column::CreatedAt.gte(v)))
        .apply_if(f.created_at_lt, |s, v| s.filter(row::Column::CreatedAt.lt(v)));
    let bound_to = LeadFilter { cursor: None, limit: Limit::default(), include_total: None, ..filter.clone() };
    let ask = Ask { actor, cursor: filter.cursor.as_deref(), limit: filter.limit, include_total: filter.include_total };
    page(reads, select, filter.sort, &bound_to, ask).await
}

/// One lead, if the actor may see it.
///
/// # Errors
/// `forbidden` without the right to read leads; when the database fails.
pub async fn find(reads: &impl Reads, actor: &Actor, id: LeadId) -> Result<Option<LeadView>, StoreError> {
    let select = visible(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(reads.connection()).await?)
}

/// Whether the actor may see the lead.
///
/// # Errors
/// `forbidden` without the right to read leads; when the database fails.
pub async fn exists(reads: &impl Reads, actor: &Actor, id: LeadId) -> Result<bool, StoreError> {
    let select = visible(actor)?.filter(row::Column::Id.eq(id.uuid())).select_only().column(row::Column::Id);
    Ok(select.into_tuple::<Uuid>().one(reads.connection()).await?.is_some())
}

/// The history of a lead that the actor may see, and of its conversions; nothing, if the lead is out of sight.
///
/// # Errors
/// `forbidden` without the right to read leads; when the database fails.
pub async fn subjects(reads: &impl Reads, actor: &Actor, id: LeadId) -> Result<Option<Subjects>, StoreError> {
    if !exists(reads, actor, id).await? {
        return Ok(None);
    }
    let conversions = conversion_row::Entity::find().filter(conversion_row::Column::LeadId.eq(id.uuid())).select_only();
    let ids = conversions.column(conversion_row::Column::Id).into_tuple::<Uuid>().all(reads.connection()).await?;
    Ok(Some(Subjects { records: [vec![id.uuid()], ids].concat(), account: None }))
}
