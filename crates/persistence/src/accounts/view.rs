use chot_domain::accounts::AccountId;
use chot_domain::identity::Actor;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::is_visible;
use super::{AccountType, contact_row, row};
use crate::activities;
use crate::identity::user;
use crate::leads::{CustomerKind, StoredCustomFields, StoredProfile};
use crate::opportunities::row as opportunity_row;
use crate::tags::{StoredTags, TagView};
use crate::{ReadDb, StoreError};

/// An account: a customer or prospect.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Account)]
pub struct AccountView {
    /// `full`: the complete account, for users who may see it.
    #[sea_orm(skip)]
    #[schema(max_length = 4, pattern = "^full$", example = "full")]
    pub view: FullView,
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// Company or individual.
    pub kind: CustomerKind,
    /// Prospect, customer or inactive.
    #[serde(rename = "type")]
    #[sea_orm(from_col = "account_type")]
    pub account_type: AccountType,
    /// Name of the company or person.
    #[schema(max_length = 200, example = "Công ty Cổ phần Nông sản Hoa Sen")]
    pub name: String,
    /// The parent account.
    #[schema(format = Uuid)]
    pub parent_id: Option<Uuid>,
    /// Main phone number in E.164 format.
    #[schema(max_length = 30, example = "+842438251234")]
    pub phone: Option<String>,
    /// Main e-mail address.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Tax code, for companies only. Digits only.
    #[schema(max_length = 20, example = "0100112437")]
    pub tax_code: Option<String>,
    /// Citizen identity number, for individuals only. Digits only.
    #[schema(max_length = 20)]
    pub citizen_id: Option<String>,
    /// A customer rank of the playbook.
    #[schema(max_length = 50)]
    pub rank: Option<String>,
    /// A lead source of the playbook: where the customer came from.
    #[schema(max_length = 50)]
    pub source: Option<String>,
    /// Registration data and business details.
    pub profile: StoredProfile,
    /// Answers to the custom fields that the playbook defines for accounts.
    pub custom_fields: StoredCustomFields,
    /// Free text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The stage, in pipelines that hold accounts.
    #[schema(max_length = 50)]
    pub stage: Option<String>,
    /// The customer status: one of the playbook's customer statuses.
    // R-EDU-58, R-EDU-74.
    #[schema(max_length = 50, example = "active")]
    pub customer_status: Option<String>,
    /// The owner, a salesperson; `null` while the account is in the pool.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// Tags, oldest first.
    #[schema(value_type = Vec<TagView>, max_items = 500)]
    pub tags: StoredTags,
    /// The user who created it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

/// Marks a complete account, not a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FullView {
    /// The complete account.
    #[default]
    Full,
}

/// Marks a card, not a complete account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardView {
    /// Name, identity number and owner.
    #[default]
    Card,
}

/// The card of an account: what users who cannot see the account may know. It contains nothing except name, identity number and
/// owner.
// R-ICHK-34.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
pub struct AccountCard {
    /// `card`: only name, identity number and owner.
    #[sea_orm(skip)]
    #[schema(max_length = 4, pattern = "^card$", example = "card")]
    pub view: CardView,
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Company or individual.
    pub kind: CustomerKind,
    /// Name of the company or person.
    #[schema(max_length = 200, example = "Công ty Cổ phần Nông sản Hoa Sen")]
    pub name: String,
    /// Tax code, for companies only. Digits only.
    #[schema(max_length = 20, example = "0100112437")]
    pub tax_code: Option<String>,
    /// Citizen identity number, for individuals only. Digits only.
    #[schema(max_length = 20)]
    pub citizen_id: Option<String>,
    /// The owner, a salesperson; `null` while the account is in the pool.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
}

/// An account in full or as a card; `view` contains which one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AccountOrCard {
    /// The complete account.
    Account(Box<AccountView>),
    /// Name, identity number and owner.
    Card(AccountCard),
}

/// Number of records below an account.
// R-ICHK-14.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AccountCounters {
    /// Opportunities of any status.
    pub opportunities: u64,
    /// Contacts.
    pub contacts: u64,
    /// Child accounts.
    pub children: u64,
    /// Past and future meetings, without cancelled ones.
    // R-ICHK-16.
    pub meetings: u64,
    /// Calls with a recording.
    // R-ICHK-17.
    pub recordings: u64,
}

/// Counts the records below a visible account; `None` if it is not visible.
///
/// # Errors
/// `forbidden` without permission to read accounts.
pub async fn counters(db: &dyn ReadDb, actor: &Actor, id: AccountId) -> Result<Option<AccountCounters>, StoreError> {
    if !is_visible(db, actor, id).await? {
        return Ok(None);
    }
    let (conn, id) = (db.executor(), id.uuid());
    let opportunities = opportunity_row::Entity::find()
        .filter(opportunity_row::Column::AccountId.eq(id))
        .filter(opportunity_row::Column::ArchivedAt.is_null());
    let contacts = contact_row::Entity::find()
        .filter(contact_row::Column::AccountId.eq(id))
        .filter(contact_row::Column::ArchivedAt.is_null());
    let children = row::Entity::find().filter(row::Column::ParentId.eq(id)).filter(row::Column::ArchivedAt.is_null());
    let (meetings, recordings) = activities::counted(db, id).await?;
    Ok(Some(AccountCounters {
        opportunities: opportunities.count(&conn).await?,
        contacts: contacts.count(&conn).await?,
        children: children.count(&conn).await?,
        meetings,
        recordings,
    }))
}
