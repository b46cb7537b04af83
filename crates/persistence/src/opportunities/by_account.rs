//! The opportunities of an account: lookups for actions, and the change of the owner.

use chot_domain::accounts::AccountId;
use chot_domain::identity::UserId;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::{Classification, OpportunityId, OpportunityStatus};
use chot_domain::shared::Id;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::row;
use crate::{Col, ReadDb, StoreError, Tx};

/// The number of won opportunities of an account, including archived ones.
pub async fn won_of(tx: &Tx, account: AccountId) -> Result<u64, StoreError> {
    let won = row::Entity::find()
        .filter(row::Column::AccountId.eq(account.uuid()))
        .filter(row::Column::Status.eq(Col(OpportunityStatus::Won)));
    Ok(won.count(&tx.executor()).await?)
}

/// The identifiers of the open opportunities of an account.
fn open(account: AccountId) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::AccountId.eq(account.uuid()))
        .filter(row::Column::Status.eq(Col(OpportunityStatus::Open)))
        .filter(row::Column::ArchivedAt.is_null())
        .select_only()
        .column(row::Column::Id)
}

/// The open opportunities of an account.
pub async fn open_of(tx: &Tx, account: AccountId) -> Result<Vec<OpportunityId>, StoreError> {
    let ids: Vec<Uuid> = open(account).into_tuple().all(&tx.executor()).await?;
    Ok(ids.into_iter().map(Id::new).collect())
}

/// The open opportunities of an account that come from this lead.
pub async fn open_from(tx: &Tx, account: AccountId, lead: LeadId) -> Result<Vec<OpportunityId>, StoreError> {
    let ids: Vec<Uuid> = open(account).filter(row::Column::LeadId.eq(lead.uuid())).into_tuple().all(&tx.executor()).await?;
    Ok(ids.into_iter().map(Id::new).collect())
}

/// The open primary opportunity of an account, if there is exactly one.
pub async fn only_open_primary(tx: &Tx, account: AccountId) -> Result<Option<OpportunityId>, StoreError> {
    let primary = open(account).filter(row::Column::Classification.eq(Col(Classification::Primary))).limit(2);
    let ids: Vec<Uuid> = primary.into_tuple().all(&tx.executor()).await?;
    Ok(<[Uuid; 1]>::try_from(ids).ok().map(|[id]| Id::new(id)))
}

/// The number of primary opportunities of an account that are open or won.
pub async fn primary_open_or_won(db: &dyn ReadDb, account: AccountId) -> Result<u64, StoreError> {
    let primary = row::Entity::find()
        .filter(row::Column::AccountId.eq(account.uuid()))
        .filter(row::Column::Classification.eq(Col(Classification::Primary)))
        .filter(row::Column::Status.ne(Col(OpportunityStatus::Lost)))
        .filter(row::Column::ArchivedAt.is_null());
    Ok(primary.count(&db.executor()).await?)
}

/// Sets the owner of the open opportunities of an account to the account's owner, or to none. Returns those that changed, with
/// their owner before (R-ICHK-50).
pub async fn assign_to_account_owner(
    tx: &Tx,
    account: AccountId,
    owner: Option<UserId>,
) -> Result<Vec<(OpportunityId, Option<UserId>)>, StoreError> {
    let of_another = match owner {
        Some(owner) => Condition::any().add(row::Column::OwnerId.is_null()).add(row::Column::OwnerId.ne(owner.uuid())),
        None => Condition::all().add(row::Column::OwnerId.is_not_null()),
    };
    let found = open(account).column(row::Column::OwnerId).filter(of_another);
    let found: Vec<(Uuid, Option<Uuid>)> = found.into_tuple().all(&tx.executor()).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    row::Entity::update_many()
        .col_expr(row::Column::OwnerId, Expr::value(owner.map(UserId::uuid)))
        .col_expr(row::Column::Version, Expr::col(row::Column::Version).add(1))
        .col_expr(row::Column::UpdatedAt, Expr::value(tx.now))
        .filter(row::Column::Id.is_in(found.iter().map(|(id, _)| *id)))
        .exec(&tx.executor())
        .await?;
    Ok(found.into_iter().map(|(id, before)| (Id::new(id), before.map(Id::new))).collect())
}
