use chot_domain::accounts::{AccountId, ContactDraft, ContactId};
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::shared::{Draft, Email, Id, PhoneNumber, Text, fold};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait, Select,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{account_visible_to, contact_row as row};
use crate::related::{Strategy, in_account};
use crate::storage::locked::Scoped;
use crate::storage::locked::{Locked, write};
use crate::storage::page::{PageRequest, Paging, in_archive, page};
use crate::storage::search;
use crate::storage::sort::RecordSort;
use crate::{Page, ReadDb, StoreError, Tx};

/// A contact: a person who represents a customer.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Contact)]
pub struct ContactView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The account of the customer.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// Full name.
    #[schema(max_length = 200, example = "Trần Thị Hương")]
    pub full_name: String,
    /// Job title or role.
    #[schema(max_length = 100)]
    pub job_title: Option<String>,
    /// Phone number in E.164 format.
    #[schema(max_length = 30, example = "+84912345678")]
    pub phone: Option<String>,
    /// E-mail address.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Free text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
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

/// Filter for contacts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ContactFilter {
    /// Words in the name, phone or e-mail, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only contacts of this account.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only contacts with this phone number.
    #[param(value_type = Option<String>, max_length = 30)]
    pub phone: Option<PhoneNumber>,
    /// Only contacts with this e-mail address.
    #[param(value_type = Option<String>, max_length = 254)]
    pub email: Option<Email>,
    /// Only contacts changed at this instant or later. To poll for changes, use `sort=updated_at` and a value slightly before
    /// the last known change: concurrent writes become visible a moment later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub updated_at_gte: Option<DateTime<Utc>>,
    /// `true`: only archived records. Default: only records that are not archived.
    pub is_archived: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: RecordSort,
}

impl Draft for ContactFilter {}

/// A contact, locked until the end of the unit of work.
pub type LockedContact = Locked<row::Model>;

impl Locked<row::Model> {
    /// The account of the customer.
    pub fn account_id(&self) -> AccountId {
        Id::new(self.0.account_id)
    }

    /// The draft with the current values.
    pub fn draft(&self) -> ContactDraft {
        let row = self.0.clone();
        ContactDraft {
            account_id: Id::new(row.account_id),
            full_name: Text::from_stored(row.full_name),
            job_title: row.job_title.map(Text::from_stored),
            phone: row.phone.map(PhoneNumber::from_stored),
            email: row.email.map(Email::from_stored),
            date_of_birth: row.date_of_birth,
            description: row.description.map(Text::from_stored),
        }
    }
}

/// Inserts a contact.
pub async fn insert_contact(tx: &Tx, id: ContactId, draft: &ContactDraft) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        account_id: Set(draft.account_id.uuid()),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    row::Entity::insert(with_draft(row, draft)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Updates a contact.
pub async fn update_contact(tx: &Tx, contact: &LockedContact, draft: &ContactDraft) -> Result<(), StoreError> {
    write(tx, with_draft(contact.changed(tx), draft)).await
}

fn with_draft(row: row::ActiveModel, draft: &ContactDraft) -> row::ActiveModel {
    let ContactDraft { account_id: _, full_name, job_title, phone, email, date_of_birth, description } = draft;
    let parts = [Some(full_name.as_str()), phone.as_ref().map(PhoneNumber::as_str), email.as_ref().map(Email::as_str)];
    row::ActiveModel {
        full_name: Set(full_name.into()),
        name_key: Set(fold(full_name.as_str())),
        job_title: Set(job_title.as_ref().map(Into::into)),
        phone: Set(phone.as_ref().map(Into::into)),
        email: Set(email.as_ref().map(Into::into)),
        date_of_birth: Set(*date_of_birth),
        description: Set(description.as_ref().map(Into::into)),
        search_text: Set(fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))),
        ..row
    }
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::AccountsRead)?;
        Ok(in_account(actor, row::Column::AccountId, Strategy::EachRow))
    }
}

/// A contact is visible to everybody who sees its account.
pub(super) fn all_visible_to(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::AccountsRead)?;
    Ok(row::Entity::find().filter(account_visible_to(actor, row::Column::AccountId)))
}

/// One contact, if its account is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read accounts.
pub async fn find_contact(db: &dyn ReadDb, actor: &Actor, id: ContactId) -> Result<Option<ContactView>, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// Those of the given contacts that are visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read accounts.
pub async fn contacts_among(db: &dyn ReadDb, actor: &Actor, ids: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.is_in(ids)).select_only().column(row::Column::Id);
    Ok(select.into_tuple().all(&db.executor()).await?)
}

/// One page of the contacts of accounts visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read accounts; `invalid_cursor`.
pub async fn list_contacts(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &ContactFilter,
    paging: &Paging,
) -> Result<Page<ContactView>, StoreError> {
    let backend = db.executor().get_database_backend();
    let select = all_visible_to(actor)?
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.q.as_ref(), |select, text| select.filter(search::matches(backend, "contacts", text.as_str())))
        .apply_if(filter.account_id, |select, value| select.filter(row::Column::AccountId.eq(value.uuid())))
        .apply_if(filter.phone.as_ref(), |select, value| select.filter(row::Column::Phone.eq(value.as_str())))
        .apply_if(filter.email.as_ref(), |select, value| select.filter(row::Column::Email.eq(value.as_str())))
        .apply_if(filter.updated_at_gte, |select, value| select.filter(row::Column::UpdatedAt.gte(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}
