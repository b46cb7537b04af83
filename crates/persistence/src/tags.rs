//! Tags of leads, accounts and opportunities, with author and time (R-EDU-11).

use chot_domain::shared::{Json, Key};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::account_row;
use crate::leads::row as lead_row;
use crate::opportunities::row as opportunity_row;
use crate::{Col, StoreError, Tx};

mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "taggings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tag: String,
        pub lead_id: Option<Uuid>,
        pub account_id: Option<Uuid>,
        pub opportunity_id: Option<Uuid>,
        pub created_by: Option<Uuid>,
        pub created_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A kind of record that can have tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaggedKind {
    /// A lead.
    Lead,
    /// An account.
    Account,
    /// An opportunity.
    Opportunity,
}

/// The tags of a record. The record stores them in the form of the response, so that reading a record or a list takes one
/// query.
pub type StoredTags = Col<Json<Vec<TagView>>>;

/// A tag of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    /// The tag of the playbook.
    #[schema(max_length = 50, example = "hot")]
    pub tag: String,
    /// The user who added it; `null` for the system.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

const fn column(kind: TaggedKind) -> row::Column {
    match kind {
        TaggedKind::Lead => row::Column::LeadId,
        TaggedKind::Account => row::Column::AccountId,
        TaggedKind::Opportunity => row::Column::OpportunityId,
    }
}

/// The identifiers of the records with a tag, as a subquery.
pub(crate) fn with_tag(kind: TaggedKind, tag: &Key) -> SelectStatement {
    let bearer = column(kind);
    row::Entity::find()
        .select_only()
        .column(bearer)
        .filter(row::Column::Tag.eq(tag.as_str()))
        .filter(bearer.is_not_null())
        .into_query()
}

async fn of(tx: &Tx, kind: TaggedKind, id: Uuid) -> Result<Vec<TagView>, StoreError> {
    let hanging =
        row::Entity::find().filter(column(kind).eq(id)).order_by_asc(row::Column::CreatedAt).order_by_asc(row::Column::Id);
    let rows = hanging.all(&tx.executor()).await?;
    Ok(rows.into_iter().map(|row| TagView { tag: row.tag, created_by: row.created_by, created_at: row.created_at }).collect())
}

/// Copies the current tags of a record into the record itself. Its version grows, so that nobody uses old tags.
async fn store_on_record(tx: &Tx, kind: TaggedKind, id: Uuid) -> Result<(), StoreError> {
    let tags = Expr::value(Col(Json(of(tx, kind, id).await?)));
    match kind {
        TaggedKind::Lead => {
            use lead_row::Column as C;
            let update =
                lead_row::Entity::update_many().col_expr(C::Tags, tags).col_expr(C::Version, Expr::col(C::Version).add(1));
            update.col_expr(C::UpdatedAt, Expr::value(tx.now)).filter(C::Id.eq(id)).exec(&tx.executor()).await?;
        }
        TaggedKind::Account => {
            use account_row::Column as C;
            let update =
                account_row::Entity::update_many().col_expr(C::Tags, tags).col_expr(C::Version, Expr::col(C::Version).add(1));
            update.col_expr(C::UpdatedAt, Expr::value(tx.now)).filter(C::Id.eq(id)).exec(&tx.executor()).await?;
        }
        TaggedKind::Opportunity => {
            use opportunity_row::Column as C;
            let update =
                opportunity_row::Entity::update_many().col_expr(C::Tags, tags).col_expr(C::Version, Expr::col(C::Version).add(1));
            update.col_expr(C::UpdatedAt, Expr::value(tx.now)).filter(C::Id.eq(id)).exec(&tx.executor()).await?;
        }
    }
    Ok(())
}

/// The tags of one record, by name.
pub async fn names(tx: &Tx, kind: TaggedKind, id: Uuid) -> Result<Vec<String>, StoreError> {
    Ok(of(tx, kind, id).await?.into_iter().map(|tag| tag.tag).collect())
}

/// Adds tags to a record. Returns those that it did not have before.
pub async fn add(tx: &Tx, kind: TaggedKind, id: Uuid, wanted: &[&str]) -> Result<Vec<String>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let hanging = names(tx, kind, id).await?;
    let new: Vec<_> = wanted.iter().filter(|tag| !hanging.iter().any(|known| known == *tag)).map(ToString::to_string).collect();
    if new.is_empty() {
        return Ok(new);
    }
    let only = |this| (kind == this).then_some(id);
    let rows = new.iter().map(|tag| row::ActiveModel {
        id: Set(tx.new_id::<TagView>().uuid()),
        tag: Set(tag.clone()),
        lead_id: Set(only(TaggedKind::Lead)),
        account_id: Set(only(TaggedKind::Account)),
        opportunity_id: Set(only(TaggedKind::Opportunity)),
        created_by: Set(tx.actor.user().map(|user| user.uuid())),
        created_at: Set(tx.now),
    });
    row::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    store_on_record(tx, kind, id).await?;
    Ok(new)
}

/// Removes a tag from a record. Returns whether the record had it.
pub async fn remove(tx: &Tx, kind: TaggedKind, id: Uuid, tag: &str) -> Result<bool, StoreError> {
    let gone =
        row::Entity::delete_many().filter(column(kind).eq(id)).filter(row::Column::Tag.eq(tag)).exec(&tx.executor()).await?;
    if gone.rows_affected == 0 {
        return Ok(false);
    }
    store_on_record(tx, kind, id).await?;
    Ok(true)
}
