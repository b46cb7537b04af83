use std::collections::HashMap;

use chot_domain::identity::{Actor, Permission};
use chot_domain::playbook::{CardKind, CardStatus, Pipeline, Stage};
use chot_domain::shared::{Draft, Money};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row;
use crate::accounts::{account_row, account_visible_to};
use crate::catalog::StoredMoney;
use crate::identity::user;
use crate::leads::row as lead_row;
use crate::storage::scope;
use crate::{ReadDb, StoreError};

/// Options of a board.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct BoardFilter {
    /// Maximum number of cards per column, 0 to 50. Default: 10. For more, use the lists with the filter `stage`.
    #[param(minimum = 0, maximum = 50)]
    pub cards_per_column: Option<i32>,
    /// Only records with this owner.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<chot_domain::identity::UserId>,
}

impl Draft for BoardFilter {
    fn check(&self, violations: &mut chot_domain::shared::Violations) {
        if self.cards_per_column.is_some_and(|cards| !(0..=50).contains(&cards)) {
            violations.add("/cards_per_column", "out_of_range");
        }
    }
}

/// A pipeline with its stages as columns.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Board {
    /// The pipeline.
    #[schema(max_length = 50, example = "sales")]
    pub pipeline: String,
    /// Display name of the pipeline.
    #[schema(max_length = 100)]
    pub name: String,
    /// The stages, in order.
    #[schema(max_items = 50)]
    pub columns: Vec<BoardColumn>,
}

/// A stage of a pipeline with its records, as far as visible to the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BoardColumn {
    /// The stage.
    #[schema(max_length = 50, example = "negotiating")]
    pub stage: String,
    /// Display name of the stage.
    #[schema(max_length = 100)]
    pub name: String,
    /// The kind of record in this stage.
    pub card: CardKind,
    /// The status of the records in this stage.
    pub status: CardStatus,
    /// Number of records in this stage.
    pub count: i64,
    /// Sum of their expected revenue; zero for leads and accounts.
    #[schema(value_type = String, max_length = 20, pattern = r"^(0|[1-9]\d{0,18})$", example = "150000000")]
    pub expected_revenue: Money,
    /// The first records, newest first.
    #[schema(max_items = 50)]
    pub cards: Vec<BoardCard>,
}

/// A record on a board; `card` contains its kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BoardCard {
    /// A lead.
    Lead(LeadCard),
    /// An opportunity.
    Opportunity(OpportunityCard),
    /// An account.
    Account(BoardAccountCard),
}

/// Marks a lead on a board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadWord {
    /// Lead.
    #[default]
    Lead,
}

/// A lead on a board.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "lead_row::Entity")]
pub struct LeadCard {
    /// The kind of record.
    #[sea_orm(skip)]
    pub card: LeadWord,
    /// Identifier of the lead.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version of the lead, for actions with `If-Match`.
    pub version: i64,
    /// Name of the company or person.
    #[schema(max_length = 200)]
    pub name: String,
    /// Main phone number.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
}

/// Marks an opportunity on a board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpportunityWord {
    /// Opportunity.
    #[default]
    Opportunity,
}

/// An opportunity on a board.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
pub struct OpportunityCard {
    /// The kind of record.
    #[sea_orm(skip)]
    pub card: OpportunityWord,
    /// Identifier of the opportunity.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version of the opportunity, for actions with `If-Match`.
    pub version: i64,
    /// Short description of what may be sold.
    #[schema(max_length = 200)]
    pub name: String,
    /// Name of the account.
    #[sea_orm(from_expr = "Expr::col((account_row::Entity, account_row::Column::Name))")]
    #[schema(max_length = 200)]
    pub account_name: String,
    /// Expected revenue.
    pub expected_revenue: Option<StoredMoney>,
    /// Priority in stars.
    pub stars: i64,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
}

/// Marks an account on a board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountWord {
    /// Account.
    #[default]
    Account,
}

/// An account on a board.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "account_row::Entity")]
pub struct BoardAccountCard {
    /// The kind of record.
    #[sea_orm(skip)]
    pub card: AccountWord,
    /// Identifier of the account.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version of the account, for actions with `If-Match`.
    pub version: i64,
    /// Name of the company or person.
    #[schema(max_length = 200)]
    pub name: String,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
}

#[derive(FromQueryResult)]
struct Total {
    stage: String,
    cards: i64,
    revenue: Option<i64>,
}

/// The board of a pipeline. Counts with one query for each kind of record, and reads the first records of each column by an
/// index.
///
/// # Errors
/// `forbidden` without permission to read a kind of record in the pipeline.
pub async fn board(db: &dyn ReadDb, actor: &Actor, pipeline: &Pipeline, filter: &BoardFilter) -> Result<Board, StoreError> {
    let mut totals: HashMap<String, Total> = HashMap::new();
    for kind in [CardKind::Lead, CardKind::Opportunity, CardKind::Account] {
        let stages: Vec<&str> =
            pipeline.stages.iter().filter(|stage| stage.card == kind).map(|stage| stage.key.as_str()).collect();
        if stages.is_empty() {
            continue;
        }
        let found = match kind {
            CardKind::Lead => count_leads(db, leads(actor, filter)?, stages).await?,
            CardKind::Opportunity => count_opportunities(db, opportunities(actor, filter)?, stages).await?,
            CardKind::Account => count_accounts(db, accounts(actor, filter)?, stages).await?,
        };
        totals.extend(found.into_iter().map(|total| (total.stage.clone(), total)));
    }
    let mut columns = Vec::new();
    for stage in &pipeline.stages {
        let total = totals.remove(stage.key.as_str());
        if stage.is_retired && total.is_none() {
            continue;
        }
        let cards = if total.is_some() { first_cards(db, actor, stage, filter).await? } else { Vec::new() };
        let revenue = total.as_ref().and_then(|total| total.revenue).unwrap_or_default();
        columns.push(BoardColumn {
            stage: (&stage.key).into(),
            name: (&stage.name).into(),
            card: stage.card,
            status: stage.status,
            count: total.map_or(0, |total| total.cards),
            expected_revenue: Money::whole(revenue),
            cards,
        });
    }
    Ok(Board { pipeline: (&pipeline.key).into(), name: (&pipeline.name).into(), columns })
}

fn leads(actor: &Actor, filter: &BoardFilter) -> Result<Select<lead_row::Entity>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    let select = lead_row::Entity::find().filter(lead_row::Column::ArchivedAt.is_null());
    let reached = select.filter(scope::owned_by_scope(actor, lead_row::Column::HolderId));
    Ok(match filter.owner_id {
        Some(owner) => reached.filter(lead_row::Column::OwnerId.eq(owner.uuid())),
        None => reached,
    })
}

fn opportunities(actor: &Actor, filter: &BoardFilter) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::OpportunitiesRead)?;
    let select = row::Entity::find().filter(row::Column::ArchivedAt.is_null());
    let reached = select.filter(account_visible_to(actor, row::Column::AccountId));
    Ok(match filter.owner_id {
        Some(owner) => reached.filter(row::Column::OwnerId.eq(owner.uuid())),
        None => reached,
    })
}

fn accounts(actor: &Actor, filter: &BoardFilter) -> Result<Select<account_row::Entity>, StoreError> {
    actor.require(Permission::AccountsRead)?;
    let select = account_row::Entity::find().filter(account_row::Column::ArchivedAt.is_null());
    let reached = select.filter(scope::owned_by_scope(actor, account_row::Column::HolderId));
    Ok(match filter.owner_id {
        Some(owner) => reached.filter(account_row::Column::OwnerId.eq(owner.uuid())),
        None => reached,
    })
}

async fn count_leads(db: &dyn ReadDb, select: Select<lead_row::Entity>, stages: Vec<&str>) -> Result<Vec<Total>, StoreError> {
    let grouped = select.filter(lead_row::Column::Stage.is_in(stages)).select_only().column(lead_row::Column::Stage);
    counted(db, grouped.group_by(lead_row::Column::Stage), Expr::val(0_i64).cast_as("bigint"), lead_row::Column::Id).await
}

async fn count_opportunities(db: &dyn ReadDb, select: Select<row::Entity>, stages: Vec<&str>) -> Result<Vec<Total>, StoreError> {
    let grouped = select.filter(row::Column::Stage.is_in(stages)).select_only().column(row::Column::Stage);
    // Sums whole units: the column can hold the sum of many maximum amounts; in 1/10,000, ten of them would overflow.
    let units = Expr::col((row::Entity, row::Column::ExpectedRevenue)).div(Money::UNITS);
    let sum = units.sum().cast_as("bigint");
    counted(db, grouped.group_by(row::Column::Stage), sum, row::Column::Id).await
}

async fn count_accounts(
    db: &dyn ReadDb,
    select: Select<account_row::Entity>,
    stages: Vec<&str>,
) -> Result<Vec<Total>, StoreError> {
    let grouped = select.filter(account_row::Column::Stage.is_in(stages)).select_only().column(account_row::Column::Stage);
    counted(db, grouped.group_by(account_row::Column::Stage), Expr::val(0_i64).cast_as("bigint"), account_row::Column::Id).await
}

async fn counted<E: EntityTrait, C: ColumnTrait>(
    db: &dyn ReadDb,
    grouped: Select<E>,
    revenue: sea_orm::sea_query::SimpleExpr,
    counted: C,
) -> Result<Vec<Total>, StoreError> {
    let select = grouped.column_as(counted.count().cast_as("bigint"), "cards").column_as(revenue, "revenue");
    Ok(select.into_model::<Total>().all(&db.executor()).await?)
}

async fn first_cards(db: &dyn ReadDb, actor: &Actor, stage: &Stage, filter: &BoardFilter) -> Result<Vec<BoardCard>, StoreError> {
    let most = u64::try_from(filter.cards_per_column.unwrap_or(10)).unwrap_or_default();
    if most == 0 {
        return Ok(Vec::new());
    }
    let conn = db.executor();
    Ok(match stage.card {
        CardKind::Lead => {
            let select = leads(actor, filter)?.left_join(user::Entity).filter(lead_row::Column::Stage.eq(stage.key.as_str()));
            let newest = select.order_by_desc(lead_row::Column::CreatedAt).order_by_desc(lead_row::Column::Id).limit(most);
            newest.into_partial_model().all(&conn).await?.into_iter().map(BoardCard::Lead).collect()
        }
        CardKind::Opportunity => {
            let joined = opportunities(actor, filter)?.left_join(user::Entity).inner_join(account_row::Entity);
            let select = joined.filter(row::Column::Stage.eq(stage.key.as_str()));
            let newest = select.order_by_desc(row::Column::CreatedAt).order_by_desc(row::Column::Id).limit(most);
            newest.into_partial_model().all(&conn).await?.into_iter().map(BoardCard::Opportunity).collect()
        }
        CardKind::Account => {
            let select =
                accounts(actor, filter)?.left_join(user::Entity).filter(account_row::Column::Stage.eq(stage.key.as_str()));
            let newest = select.order_by_desc(account_row::Column::CreatedAt).order_by_desc(account_row::Column::Id).limit(most);
            newest.into_partial_model().all(&conn).await?.into_iter().map(BoardCard::Account).collect()
        }
    })
}
