use chot_domain::accounts::AccountId;
use chot_domain::catalog::ProductId;
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::opportunities::{Classification, EvidenceStatus, OpportunityDraft, OpportunityId, OpportunityStatus};
use chot_domain::shared::{Draft, Key, Text, Violations};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::OpportunityView;
use super::row::{self, product};
use crate::accounts::{account_row, account_visible_to};
use crate::activities::{self, row as activity_row};
use crate::identity::user;
use crate::related::{Strategy, in_account};
use crate::storage::locked::Scoped;
use crate::storage::page::{PageRequest, Paging, in_archive, one_with_parts, page_with_parts};
use crate::storage::part::{Part, json_id, json_list};
use crate::storage::search;
use crate::storage::sort::SortKey;
use crate::tags::{self, TaggedKind};
use crate::{AnyOf, AnyUser, Col, Page, ReadDb, StoreError};

type AnyStatus = AnyOf<OpportunityStatus>;
type AnyEvidenceStatus = AnyOf<EvidenceStatus>;

/// Filter for opportunities.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct OpportunityFilter {
    /// Words in the name or phone, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only opportunities with this status.
    // R-ICHK-61…63.
    #[param(inline)]
    pub status: Option<OpportunityStatus>,
    /// Only opportunities with one of these statuses.
    #[param(inline, style = Form, explode = false)]
    pub status_in: Option<AnyStatus>,
    /// Only opportunities in this stage.
    #[param(value_type = Option<String>, max_length = 50)]
    pub stage: Option<Key>,
    /// Only primary or only secondary opportunities.
    #[param(inline)]
    pub classification: Option<Classification>,
    /// Only opportunities with this evidence status.
    // R-ICHK-65.
    #[param(inline)]
    pub evidence_status: Option<EvidenceStatus>,
    /// Only opportunities with one of these evidence statuses. `missing,warned` with `status=open` lists opportunities without
    /// valid evidence.
    // R-ICHK-66.
    #[param(inline, style = Form, explode = false)]
    pub evidence_status_in: Option<AnyEvidenceStatus>,
    /// Only opportunities of this account.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only opportunities with this owner.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// Only opportunities with one of these owners.
    #[param(inline, style = Form, explode = false)]
    pub owner_id_in: Option<AnyUser>,
    /// Only opportunities with this product.
    #[param(value_type = Option<String>, format = Uuid)]
    pub product_id: Option<ProductId>,
    /// Only opportunities with this tag.
    #[param(value_type = Option<String>, max_length = 50)]
    pub tag: Option<Key>,
    /// Only opportunities with at least this number of stars.
    #[param(minimum = 0, maximum = 3)]
    pub stars_gte: Option<i32>,
    /// Only lost opportunities whose customer should be contacted again on this day or earlier.
    #[serde(default, deserialize_with = "chot_domain::shared::day")]
    pub next_approach_on_lte: Option<NaiveDate>,
    /// Only opportunities created at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only opportunities created before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_lt: Option<DateTime<Utc>>,
    /// Only opportunities changed at this instant or later. To poll for changes, use `sort=updated_at` and a value slightly
    /// before the last known change: concurrent writes become visible a moment later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub updated_at_gte: Option<DateTime<Utc>>,
    /// `true`: only archived records. Default: only records that are not archived.
    pub is_archived: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: OpportunitySort,
}

impl Draft for OpportunityFilter {
    fn check(&self, violations: &mut Violations) {
        if self.stars_gte.is_some_and(|stars| !(0..=OpportunityDraft::MOST_STARS).contains(&stars)) {
            violations.add("/stars_gte", "out_of_range");
        }
    }
}

/// Sort orders of opportunities.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum OpportunitySort {
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
    /// Earliest expected decision first; opportunities without this date come last.
    #[serde(rename = "expected_close_on")]
    ClosesFirst,
    /// Largest expected revenue first; opportunities without one come last.
    #[serde(rename = "-expected_revenue")]
    LargestFirst,
    /// By name, ignoring diacritics.
    #[serde(rename = "name")]
    Name,
}

impl SortKey<row::Entity> for OpportunitySort {
    fn column(self) -> (row::Column, Order) {
        match self {
            Self::NewestFirst => (row::Column::CreatedAt, Order::Desc),
            Self::OldestFirst => (row::Column::CreatedAt, Order::Asc),
            Self::ChangedLastFirst => (row::Column::UpdatedAt, Order::Desc),
            Self::ChangedLastAtEnd => (row::Column::UpdatedAt, Order::Asc),
            Self::ClosesFirst => (row::Column::CloseKey, Order::Asc),
            Self::LargestFirst => (row::Column::RevenueKey, Order::Desc),
            Self::Name => (row::Column::NameKey, Order::Asc),
        }
    }
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::OpportunitiesRead)?;
        Ok(in_account(actor, row::Column::AccountId, Strategy::EachRow))
    }
}

/// The opportunities visible to the actor: those of visible accounts.
pub(super) fn all_visible_to(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::OpportunitiesRead)?;
    let select = row::Entity::find().left_join(user::Entity).inner_join(account_row::Entity);
    Ok(select.filter(account_visible_to(actor, row::Column::AccountId)))
}

/// One page of the opportunities visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read opportunities; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &OpportunityFilter,
    paging: &Paging,
) -> Result<Page<OpportunityView>, StoreError> {
    let backend = db.executor().get_database_backend();
    let about = |id: ProductId| {
        let select = product::Entity::find().select_only().column(product::Column::OpportunityId);
        select.filter(product::Column::ProductId.eq(id.uuid())).into_query()
    };
    let select = all_visible_to(actor)?
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.q.as_ref(), |select, text| select.filter(search::matches(backend, "opportunities", text.as_str())))
        .apply_if(filter.status, |select, value| select.filter(row::Column::Status.eq(Col(value))))
        .apply_if(filter.status_in.as_ref(), |select, any| select.filter(row::Column::Status.is_in(any.iter().copied().map(Col))))
        .apply_if(filter.stage.as_ref(), |select, value| select.filter(row::Column::Stage.eq(value.as_str())))
        .apply_if(filter.classification, |select, value| select.filter(row::Column::Classification.eq(Col(value))))
        .apply_if(filter.evidence_status, |select, value| select.filter(row::Column::EvidenceStatus.eq(Col(value))))
        .apply_if(filter.evidence_status_in.as_ref(), |select, any| {
            select.filter(row::Column::EvidenceStatus.is_in(any.iter().copied().map(Col)))
        })
        .apply_if(filter.account_id, |select, value| select.filter(row::Column::AccountId.eq(value.uuid())))
        .apply_if(filter.owner_id, |select, value| select.filter(row::Column::OwnerId.eq(value.uuid())))
        .apply_if(filter.owner_id_in.as_ref(), |select, any| {
            select.filter(row::Column::OwnerId.is_in(any.iter().map(|id| id.uuid())))
        })
        .apply_if(filter.product_id, |select, value| select.filter(row::Column::Id.in_subquery(about(value))))
        .apply_if(filter.tag.as_ref(), |select, value| {
            select.filter(row::Column::Id.in_subquery(tags::with_tag(TaggedKind::Opportunity, value)))
        })
        // All accepted values, because SQLite takes an index for values, but not for this range.
        .apply_if(filter.stars_gte, |select, least| {
            select.filter(row::Column::Stars.is_in((least..=OpportunityDraft::MOST_STARS).map(i64::from)))
        })
        .apply_if(filter.next_approach_on_lte, |select, value| select.filter(row::Column::NextApproachOn.lte(value)))
        .apply_if(filter.created_at_gte, |select, value| select.filter(row::Column::CreatedAt.gte(value)))
        .apply_if(filter.created_at_lt, |select, value| select.filter(row::Column::CreatedAt.lt(value)))
        .apply_if(filter.updated_at_gte, |select, value| select.filter(row::Column::UpdatedAt.gte(value)));
    let request = PageRequest::new(actor, paging);
    page_with_parts(db, select, &parts(db, actor), filter.sort, filter, request).await
}

/// One opportunity, if visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read opportunities.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: OpportunityId) -> Result<Option<OpportunityView>, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid()));
    one_with_parts(db, select, &parts(db, actor)).await
}

/// The parts of the view of an opportunity.
fn parts(db: &dyn ReadDb, actor: &Actor) -> Vec<Part<OpportunityView>> {
    let backend = db.executor().get_database_backend();
    let product_id = json_id(backend, product::Column::ProductId.into_expr());
    let in_order = Query::select()
        .expr_as(product_id, "product_id")
        .from(product::Entity)
        .and_where(Expr::col(product::Column::OpportunityId.as_column_ref()).eq(Expr::col(row::Column::Id.as_column_ref())))
        .order_by(product::Column::Place.as_column_ref(), Order::Asc)
        .to_owned();
    let offered = Query::select()
        .expr(json_list(backend, Expr::col(("offered", "product_id"))))
        .from_subquery(in_order, "offered")
        .to_owned();
    let offered = Part::new("product_ids", offered, |opportunity: &mut OpportunityView, ids| opportunity.product_ids = ids);
    let (of, record) = (activity_row::Column::OpportunityId, row::Column::Id);
    let next = activities::next_activity(db, actor, of, record, |opportunity: &mut OpportunityView, next| {
        opportunity.next_activity = Some(next);
    });
    next.into_iter().chain([offered]).collect()
}

/// Whether the opportunity is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read opportunities.
pub async fn is_visible(db: &dyn ReadDb, actor: &Actor, id: OpportunityId) -> Result<bool, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid())).select_only().column(row::Column::Id);
    Ok(select.into_tuple::<Uuid>().one(&db.executor()).await?.is_some())
}
