//! Products and services.

use chot_domain::catalog::{ProductDraft, ProductId};
use chot_domain::identity::{Actor, Permission};
use chot_domain::shared::{Draft, Key, Money, Text, fold};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::storage::locked::{Locked, write};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::search::contains;
use crate::storage::sort::NameSort;
use crate::{Col, Page, ReadDb, StoreError, Tx};

/// Code of the value added tax.
pub type VatCode = Col<chot_domain::catalog::VatCode>;
/// An amount of money.
pub type StoredMoney = Col<Money>;

pub(crate) mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use super::{StoredMoney, VatCode};
    use crate::storage::locked::{HasRow, Versioned};
    use crate::storage::sort::{HasCreatedAt, HasName};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub code: String,
        pub code_key: String,
        pub name: String,
        pub name_key: String,
        pub category: Option<String>,
        pub unit_price: Option<StoredMoney>,
        pub currency: String,
        pub vat_code: VatCode,
        pub unit: Option<String>,
        pub description: Option<String>,
        pub is_active: bool,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasName for Entity {
        const NAME_KEY: Column = Column::NameKey;
    }

    impl HasRow for chot_domain::catalog::Product {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::catalog::Product;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    }
}

/// A product or service that the organisation sells.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Product)]
pub struct ProductView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// Short code.
    #[schema(max_length = 50, example = "TRUYXUAT")]
    pub code: String,
    /// Name as printed on quotes.
    #[schema(max_length = 200, example = "Truy xuất nguồn gốc")]
    pub name: String,
    /// A product category of the playbook.
    #[schema(max_length = 50)]
    pub category: Option<String>,
    /// Price of one unit without tax.
    pub unit_price: Option<StoredMoney>,
    /// The currency of the price.
    #[schema(max_length = 3, example = "VND")]
    pub currency: String,
    /// Code of the value added tax.
    pub vat_code: VatCode,
    /// Unit of sale.
    #[schema(max_length = 50)]
    pub unit: Option<String>,
    /// What the customer gets.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// Whether it is currently sold.
    pub is_active: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Filter for products.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ProductFilter {
    /// Part of the name, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only products of this category.
    #[param(value_type = Option<String>, max_length = 50)]
    pub category: Option<Key>,
    /// Only products that are currently sold, or only those that are not.
    pub is_active: Option<bool>,
    /// Sort order. Default: by name.
    #[param(inline)]
    pub sort: NameSort,
}

impl Draft for ProductFilter {}

/// A product, locked until the end of the unit of work.
pub type LockedProduct = Locked<row::Model>;

impl Locked<row::Model> {
    /// The draft with the current values.
    pub fn draft(&self) -> ProductDraft {
        let row = self.0.clone();
        ProductDraft {
            code: Text::from_stored(row.code),
            name: Text::from_stored(row.name),
            category: row.category.map(Key::from_stored),
            unit_price: row.unit_price.map(|price| price.0),
            vat_code: row.vat_code.0,
            unit: row.unit.map(Text::from_stored),
            description: row.description.map(Text::from_stored),
            is_active: row.is_active,
        }
    }
}

fn with_draft(row: row::ActiveModel, draft: &ProductDraft) -> row::ActiveModel {
    let ProductDraft { code, name, category, unit_price, vat_code, unit, description, is_active } = draft;
    row::ActiveModel {
        code: Set(code.into()),
        code_key: Set(fold(code.as_str())),
        name: Set(name.into()),
        name_key: Set(fold(name.as_str())),
        category: Set(category.as_ref().map(Into::into)),
        unit_price: Set(unit_price.map(Col)),
        vat_code: Set(Col(*vat_code)),
        unit: Set(unit.as_ref().map(Into::into)),
        description: Set(description.as_ref().map(Into::into)),
        is_active: Set(*is_active),
        ..row
    }
}

/// Inserts a product.
///
/// # Errors
/// When the code is taken.
pub async fn insert(tx: &Tx, id: ProductId, draft: &ProductDraft) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        currency: Set((&tx.playbook.currency).into()),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    row::Entity::insert(with_draft(row, draft)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Updates a product.
///
/// # Errors
/// When the code is taken.
pub async fn update(tx: &Tx, product: &LockedProduct, draft: &ProductDraft) -> Result<(), StoreError> {
    write(tx, with_draft(product.changed(tx), draft)).await
}

/// Those of the given products that do not exist or are not currently sold.
pub async fn unsold(tx: &Tx, ids: &[ProductId]) -> Result<Vec<ProductId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let named = row::Entity::find().filter(row::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    let sold = named.filter(row::Column::IsActive.eq(true)).select_only().column(row::Column::Id);
    let sold: Vec<Uuid> = sold.into_tuple().all(&tx.executor()).await?;
    Ok(ids.iter().copied().filter(|id| !sold.contains(&id.uuid())).collect())
}

/// One product.
///
/// # Errors
/// `forbidden` without permission to read products.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: ProductId) -> Result<Option<ProductView>, StoreError> {
    actor.require(Permission::ProductsRead)?;
    Ok(row::Entity::find_by_id(id.uuid()).into_partial_model().one(&db.executor()).await?)
}

/// One page of the products.
///
/// # Errors
/// `forbidden` without permission to read products; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &ProductFilter,
    paging: &Paging,
) -> Result<Page<ProductView>, StoreError> {
    actor.require(Permission::ProductsRead)?;
    let select = row::Entity::find()
        .apply_if(filter.q.as_ref(), |select, value| select.filter(contains(row::Column::NameKey, value.as_str())))
        .apply_if(filter.category.as_ref(), |select, value| select.filter(row::Column::Category.eq(value.as_str())))
        .apply_if(filter.is_active, |select, value| select.filter(row::Column::IsActive.eq(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}
