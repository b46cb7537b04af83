use chot_domain::accounts::{AccountId, AccountType, CustomerKind};
use chot_domain::identity::{Actor, ActorKind, Permission, UserId};
use chot_domain::shared::{CitizenId, Draft, Email, Key, PhoneNumber, TaxCode, Text};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{AccountCard, AccountOrCard, AccountView, row};
use crate::events::{self, EventView, Subjects, TimelineFilter};
use crate::identity::user;
use crate::leads::row as lead_row;
use crate::storage::locked::Scoped;
use crate::storage::page::{PageRequest, Paging, in_archive, page};
use crate::storage::sort::RecordSort;
use crate::storage::{scope, search};
use crate::tags::{self, TaggedKind};
use crate::{AnyUser, Col, Page, ReadDb, StoreError};

/// Filter for accounts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AccountFilter {
    /// Words in the name, phone, e-mail or identity number, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only companies or only individuals.
    #[param(inline)]
    pub kind: Option<CustomerKind>,
    /// Only prospects, only customers or only inactive accounts.
    #[serde(rename = "type")]
    #[param(inline)]
    pub account_type: Option<AccountType>,
    /// Only accounts in this stage.
    #[param(value_type = Option<String>, max_length = 50)]
    pub stage: Option<Key>,
    /// Only accounts with this customer status of the playbook.
    #[param(value_type = Option<String>, max_length = 50)]
    pub customer_status: Option<Key>,
    /// Only accounts with this rank.
    #[param(value_type = Option<String>, max_length = 50)]
    pub rank: Option<Key>,
    /// Only accounts with this tag.
    #[param(value_type = Option<String>, max_length = 50)]
    pub tag: Option<Key>,
    /// Only accounts with this owner.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// Only accounts with one of these owners.
    #[param(inline, style = Form, explode = false)]
    pub owner_id_in: Option<AnyUser>,
    /// Only child accounts of this account.
    #[param(value_type = Option<String>, format = Uuid)]
    pub parent_id: Option<AccountId>,
    /// Only accounts with this phone number.
    #[param(value_type = Option<String>, max_length = 30)]
    pub phone: Option<PhoneNumber>,
    /// Only accounts with this e-mail address.
    #[param(value_type = Option<String>, max_length = 254)]
    pub email: Option<Email>,
    /// Only the account with this tax code.
    #[param(value_type = Option<String>, max_length = 20)]
    pub tax_code: Option<TaxCode>,
    /// Only the account with this citizen identity number.
    #[param(value_type = Option<String>, max_length = 20)]
    pub citizen_id: Option<CitizenId>,
    /// Only accounts created at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only accounts created before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_lt: Option<DateTime<Utc>>,
    /// Only accounts changed at this instant or later. To poll for changes, use `sort=updated_at` and a value slightly before
    /// the last known change: concurrent writes become visible a moment later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub updated_at_gte: Option<DateTime<Utc>>,
    /// `true`: only archived records. Default: only records that are not archived.
    pub is_archived: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: RecordSort,
}

impl Draft for AccountFilter {}

/// Filter for account cards: those in the pool, or the one with an identity number.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CardFilter {
    /// The account with this tax code, no matter who owns it.
    #[param(value_type = Option<String>, max_length = 20)]
    pub tax_code: Option<TaxCode>,
    /// The account with this citizen identity number, no matter who owns it.
    #[param(value_type = Option<String>, max_length = 20)]
    pub citizen_id: Option<CitizenId>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: RecordSort,
}

impl Draft for CardFilter {}

/// The accounts visible to the actor, joined with their owners.
pub(super) fn with_owner_visible_to(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::AccountsRead)?;
    Ok(all_visible_to(actor).left_join(user::Entity))
}

/// The accounts visible to the actor.
pub(super) fn all_visible_to(actor: &Actor) -> Select<row::Entity> {
    row::Entity::find().filter(scope::owned_by_scope(actor, row::Column::HolderId))
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::AccountsRead)?;
        Ok(scope::owned_by_scope(actor, row::Column::HolderId))
    }
}

/// Visible through the account, for records below accounts. No condition for actors who see all accounts.
pub(crate) fn account_visible_to<C: ColumnTrait>(actor: &Actor, account: C) -> Condition {
    let reach = scope::owned_by_scope(actor, row::Column::HolderId);
    if reach.is_empty() {
        return Condition::all();
    }
    let seen = row::Entity::find().select_only().column(row::Column::Id).filter(reach);
    Condition::all().add(account.in_subquery(seen.into_query()))
}

/// One page of the accounts visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read accounts; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &AccountFilter,
    paging: &Paging,
) -> Result<Page<AccountView>, StoreError> {
    let backend = db.executor().get_database_backend();
    let select = with_owner_visible_to(actor)?
        .filter(in_archive(row::Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.q.as_ref(), |select, text| select.filter(search::matches(backend, "accounts", text.as_str())))
        .apply_if(filter.kind, |select, value| select.filter(row::Column::Kind.eq(Col(value))))
        .apply_if(filter.account_type, |select, value| select.filter(row::Column::AccountType.eq(Col(value))))
        .apply_if(filter.stage.as_ref(), |select, value| select.filter(row::Column::Stage.eq(value.as_str())))
        .apply_if(filter.customer_status.as_ref(), |select, value| select.filter(row::Column::CustomerStatus.eq(value.as_str())))
        .apply_if(filter.rank.as_ref(), |select, value| select.filter(row::Column::Rank.eq(value.as_str())))
        .apply_if(filter.tag.as_ref(), |select, value| {
            select.filter(row::Column::Id.in_subquery(tags::with_tag(TaggedKind::Account, value)))
        })
        .apply_if(filter.owner_id, |select, value| select.filter(row::Column::OwnerId.eq(value.uuid())))
        .apply_if(filter.owner_id_in.as_ref(), |select, any| {
            select.filter(row::Column::OwnerId.is_in(any.iter().map(|id| id.uuid())))
        })
        .apply_if(filter.parent_id, |select, value| select.filter(row::Column::ParentId.eq(value.uuid())))
        .apply_if(filter.phone.as_ref(), |select, value| select.filter(row::Column::Phone.eq(value.as_str())))
        .apply_if(filter.email.as_ref(), |select, value| select.filter(row::Column::Email.eq(value.as_str())))
        .apply_if(filter.tax_code.as_ref(), |select, value| select.filter(row::Column::TaxCode.eq(value.as_str())))
        .apply_if(filter.citizen_id.as_ref(), |select, value| select.filter(row::Column::CitizenId.eq(value.as_str())))
        .apply_if(filter.created_at_gte, |select, value| select.filter(row::Column::CreatedAt.gte(value)))
        .apply_if(filter.created_at_lt, |select, value| select.filter(row::Column::CreatedAt.lt(value)))
        .apply_if(filter.updated_at_gte, |select, value| select.filter(row::Column::UpdatedAt.gte(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One account: in full if visible to the actor; otherwise its card, if everybody sees cards (R-ICHK-33, R-ICHK-34).
///
/// # Errors
/// `forbidden` if the actor may see neither.
pub async fn find_or_card(
    db: &dyn ReadDb,
    actor: &Actor,
    all_see_cards: bool,
    id: AccountId,
) -> Result<Option<AccountOrCard>, StoreError> {
    if all_see_cards {
        require_card_access(actor)?;
    } else {
        actor.require(Permission::AccountsRead)?;
    }
    if actor.may(Permission::AccountsRead)
        && let Some(account) = find(db, actor, id).await?
    {
        return Ok(Some(AccountOrCard::Account(Box::new(account))));
    }
    Ok(if all_see_cards { card(db, id).await?.map(AccountOrCard::Card) } else { None })
}

/// Every user may see account cards; other actors (API keys) need the permission to read accounts.
fn require_card_access(actor: &Actor) -> Result<(), StoreError> {
    if actor.kind() != ActorKind::User {
        actor.require(Permission::AccountsRead)?;
    }
    Ok(())
}

/// One account, if visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read accounts.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: AccountId) -> Result<Option<AccountView>, StoreError> {
    let select = with_owner_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// Whether the account is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read accounts.
pub async fn is_visible(db: &dyn ReadDb, actor: &Actor, id: AccountId) -> Result<bool, StoreError> {
    let select = with_owner_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid())).select_only().column(row::Column::Id);
    Ok(select.into_tuple::<Uuid>().one(&db.executor()).await?.is_some())
}

/// Whether an account exists and is not archived, visible or not.
pub async fn is_active_unscoped(db: &dyn ReadDb, id: AccountId) -> Result<bool, StoreError> {
    let select =
        row::Entity::find_by_id(id.uuid()).filter(row::Column::ArchivedAt.is_null()).select_only().column(row::Column::Id);
    Ok(select.into_tuple::<Uuid>().one(&db.executor()).await?.is_some())
}

/// The card of an account, visible or not.
pub async fn card(db: &dyn ReadDb, id: AccountId) -> Result<Option<AccountCard>, StoreError> {
    let select = row::Entity::find_by_id(id.uuid()).left_join(user::Entity).filter(row::Column::ArchivedAt.is_null());
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// One page of cards: those in the pool, for actors who may claim; or the account with an identity number (R-ICHK-35), if
/// everybody sees cards.
///
/// # Errors
/// `forbidden`; `invalid_cursor`.
pub async fn cards(
    db: &dyn ReadDb,
    actor: &Actor,
    all_see_cards: bool,
    filter: &CardFilter,
    paging: &Paging,
) -> Result<Page<AccountCard>, StoreError> {
    let mut select = row::Entity::find().left_join(user::Entity).filter(row::Column::ArchivedAt.is_null());
    if filter.tax_code.is_none() && filter.citizen_id.is_none() {
        if !actor.may(Permission::AccountsAssign) {
            actor.require(Permission::AccountsClaim)?;
        }
        select = select.filter(row::Column::OwnerId.is_null());
    } else if all_see_cards {
        require_card_access(actor)?;
    } else {
        actor.require(Permission::AccountsRead)?;
        select = select.filter(scope::owned_by_scope(actor, row::Column::HolderId));
    }
    let select = select
        .apply_if(filter.tax_code.as_ref(), |select, value| select.filter(row::Column::TaxCode.eq(value.as_str())))
        .apply_if(filter.citizen_id.as_ref(), |select, value| select.filter(row::Column::CitizenId.eq(value.as_str())));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One page of the full history of a visible account: its own events, those of records below it, and those of leads converted
/// into it. `None` if the account is not visible, even if its card is (R-ICHK-34).
///
/// # Errors
/// `forbidden` without permission to read accounts; `invalid_cursor`.
pub async fn timeline(
    db: &dyn ReadDb,
    actor: &Actor,
    id: AccountId,
    filter: &TimelineFilter,
    paging: &Paging,
) -> Result<Option<Page<EventView>>, StoreError> {
    if !is_visible(db, actor, id).await? {
        return Ok(None);
    }
    let leads = lead_row::Entity::find().filter(lead_row::Column::AccountId.eq(id.uuid())).select_only();
    let records = leads.column(lead_row::Column::Id).into_tuple::<Uuid>().all(&db.executor()).await?;
    let subjects = Subjects { records, account: Some(id.uuid()) };
    events::timeline(db, actor, &subjects, filter, paging).await.map(Some)
}
