use chot_domain::identity::{Actor, ApiKeyId, Permission, TeamId, UserId};
use chot_domain::shared::{Draft, Key, Text};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::row::{api_key, team, user};
use super::{ApiKeyView, TeamView, UserView};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::search::contains;
use crate::storage::sort::{NameSort, TimeSort};
use crate::{Page, ReadDb, StoreError};

/// Filter for users.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// Part of the name, with or without diacritics.
    #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub q: Option<Text<100>>,
    /// Only users with this role.
    #[param(value_type = Option<String>, max_length = 50)]
    pub role: Option<Key>,
    /// Only members of this team.
    #[param(value_type = Option<String>, format = Uuid)]
    pub team_id: Option<TeamId>,
    /// Only users who can sign in, or only those who cannot.
    pub is_active: Option<bool>,
    /// Sort order. Default: by name.
    #[param(inline)]
    pub sort: NameSort,
}

impl Draft for UserFilter {}

/// Filter for teams.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TeamFilter {
    /// Only direct child teams of this team.
    #[param(value_type = Option<String>, format = Uuid)]
    pub parent_id: Option<TeamId>,
    /// Sort order. Default: by name.
    #[param(inline)]
    pub sort: NameSort,
}

impl Draft for TeamFilter {}

/// Filter for API keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ApiKeyFilter {
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for ApiKeyFilter {}

/// Whether any user exists.
pub async fn has_users(db: &dyn ReadDb) -> Result<bool, StoreError> {
    Ok(user::Entity::find().limit(1).count(&db.executor()).await? > 0)
}

/// Whether an active user has an e-mail address of this domain.
pub async fn has_active_users_at(db: &dyn ReadDb, mail_domain: &str) -> Result<bool, StoreError> {
    let active = user::Entity::find().filter(user::COLUMN.is_active.eq(true));
    let found = active.filter(user::COLUMN.email.ends_with(format!("@{mail_domain}"))).limit(1);
    Ok(found.count(&db.executor()).await? > 0)
}

/// One user. Users always see themselves.
///
/// # Errors
/// `forbidden` without permission to read users.
pub async fn find_user(db: &dyn ReadDb, actor: &Actor, id: UserId) -> Result<Option<UserView>, StoreError> {
    if actor.user() != Some(id) {
        actor.require(Permission::UsersRead)?;
    }
    Ok(user::Entity::find_by_id(id.uuid()).into_partial_model().one(&db.executor()).await?)
}

/// One page of the users.
///
/// # Errors
/// `forbidden` without permission to read users; `invalid_cursor`.
pub async fn list_users(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &UserFilter,
    paging: &Paging,
) -> Result<Page<UserView>, StoreError> {
    actor.require(Permission::UsersRead)?;
    let select = user::Entity::find()
        .apply_if(filter.q.as_ref(), |select, value| select.filter(contains(user::Column::NameKey, value.as_str())))
        .apply_if(filter.role.as_ref(), |select, value| select.filter(user::Column::Role.eq(value.as_str())))
        .apply_if(filter.team_id, |select, value| select.filter(user::Column::TeamId.eq(value.uuid())))
        .apply_if(filter.is_active, |select, value| select.filter(user::Column::IsActive.eq(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One team.
///
/// # Errors
/// `forbidden` without permission to read users.
pub async fn find_team(db: &dyn ReadDb, actor: &Actor, id: TeamId) -> Result<Option<TeamView>, StoreError> {
    actor.require(Permission::UsersRead)?;
    let select = team::Entity::find_by_id(id.uuid()).filter(team::Column::ArchivedAt.is_null());
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// One page of the teams.
///
/// # Errors
/// `forbidden` without permission to read users; `invalid_cursor`.
pub async fn list_teams(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &TeamFilter,
    paging: &Paging,
) -> Result<Page<TeamView>, StoreError> {
    actor.require(Permission::UsersRead)?;
    let select = team::Entity::find()
        .filter(team::Column::ArchivedAt.is_null())
        .apply_if(filter.parent_id, |select, value| select.filter(team::Column::ParentId.eq(value.uuid())));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One of the actor's own API keys.
///
/// # Errors
/// `forbidden` without permission to manage API keys.
pub async fn find_api_key(db: &dyn ReadDb, actor: &Actor, id: ApiKeyId) -> Result<Option<ApiKeyView>, StoreError> {
    let own = own_api_keys(actor)?.filter(api_key::Column::Id.eq(id.uuid()));
    Ok(own.into_partial_model().one(&db.executor()).await?)
}

/// One page of the actor's own API keys.
///
/// # Errors
/// `forbidden` without permission to manage API keys; `invalid_cursor`.
pub async fn list_api_keys(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &ApiKeyFilter,
    paging: &Paging,
) -> Result<Page<ApiKeyView>, StoreError> {
    let request = PageRequest::new(actor, paging);
    page(db, own_api_keys(actor)?, filter.sort, filter, request).await
}

fn own_api_keys(actor: &Actor) -> Result<sea_orm::Select<api_key::Entity>, StoreError> {
    actor.require(Permission::ApiKeysWrite)?;
    let user = actor.user().map(UserId::uuid).unwrap_or_default();
    Ok(api_key::Entity::find().filter(api_key::Column::UserId.eq(user)))
}
