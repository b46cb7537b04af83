use actix_web::{delete, get, patch, post, web::Path};
use chot_application::identity as actions;
use chot_domain::identity::{Actor, ApiKeyDraft, ApiKeyId, TeamDraft, TeamId, TeamPatch, UserDraft, UserId, UserPatch};
use chot_domain::shared::Code;
use chot_persistence::identity::{self, ApiKeyFilter, ApiKeyView, TeamFilter, TeamView, UserFilter, UserView};
use chot_persistence::{Page, ReadDb, StoreError, Tx};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Body, Caller, IfMatch, List, Patch};
use crate::web::record::{Record, address};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list_users).service(create_user).service(get_user).service(update_user);
    config.service(list_teams).service(create_team).service(get_team).service(update_team);
    config.service(list_api_keys).service(create_api_key).service(get_api_key).service(revoke_api_key);
}

impl Record for UserView {
    type Id = UserId;
    const PATH: &'static str = "/api/v1/users";
    const DECIDES_RIGHTS: bool = true;

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: UserId) -> Result<Option<Self>, StoreError> {
        identity::find_user(db, actor, id).await
    }
}

impl Record for TeamView {
    type Id = TeamId;
    const PATH: &'static str = "/api/v1/teams";
    const DECIDES_RIGHTS: bool = true;

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: TeamId) -> Result<Option<Self>, StoreError> {
        identity::find_team(db, actor, id).await
    }
}

impl Record for ApiKeyView {
    type Id = ApiKeyId;
    const PATH: &'static str = "/api/v1/api-keys";
    const DECIDES_RIGHTS: bool = true;

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: ApiKeyId) -> Result<Option<Self>, StoreError> {
        identity::find_api_key(db, actor, id).await
    }
}

/// List users.
///
/// Returns the users of the system, ordered by name. People who left are inactive users.
#[utoipa::path(tag = "users", operation_id = "listUsers", security(("bearer" = ["users:read"])), params(UserFilter),
    responses((status = 200, body = Page<UserView>)))]
#[get("/users")]
async fn list_users(caller: Caller, query: List<UserFilter>) -> HandlerResult {
    caller.list(query, identity::list_users).await
}

/// Create a user.
///
/// The role is a role of the playbook. It decides what the user may do and which records the user may see.
#[utoipa::path(tag = "users", operation_id = "createUser", security(("bearer" = ["users:write"])), request_body = UserDraft,
    responses((status = 201, body = UserView)))]
#[post("/users")]
async fn create_user(caller: Caller, body: Body<UserDraft>) -> HandlerResult {
    let hash = actions::hash_first_password(&caller.ctx, body.right().ok()).await?;
    caller.create::<UserView, _>(&body, async |tx, draft| actions::create_user(tx, draft, hash.clone()).await).await
}

/// Get a user.
///
/// Returns one user.
#[utoipa::path(tag = "users", operation_id = "getUser", security(("bearer" = ["users:read"])),
    responses((status = 200, body = UserView)))]
#[get("/users/{user_id}")]
async fn get_user(caller: Caller, id: Path<UserId>) -> HandlerResult {
    caller.read::<UserView>(*id).await
}

/// Update a user.
///
/// A new role or team takes effect at once. A user who is made inactive or gets a new password is signed out everywhere. A new
/// password also ends the user's API keys and calendar feed, unless `keep_keys` is true. The last administrator cannot lose that
/// role or become inactive.
#[utoipa::path(tag = "users", operation_id = "updateUser", security(("bearer" = ["users:write"])), request_body = UserPatch,
    responses((status = 200, body = UserView)))]
#[patch("/users/{user_id}")]
async fn update_user(caller: Caller, id: Path<UserId>, seen: IfMatch, Patch(patch): Patch<UserDraft>) -> HandlerResult {
    let hash = actions::hash_new_password(&caller.ctx, patch.right().ok()).await?;
    let updated =
        async |tx: &Tx, id, patch: &UserPatch, version| actions::update_user(tx, id, patch, hash.as_deref(), version).await;
    caller.change::<UserView, _>(*id, &seen, &patch, updated).await
}

/// List teams.
///
/// Returns the groups of users, ordered by name.
#[utoipa::path(tag = "teams", operation_id = "listTeams", security(("bearer" = ["users:read"])), params(TeamFilter),
    responses((status = 200, body = Page<TeamView>)))]
#[get("/teams")]
async fn list_teams(caller: Caller, query: List<TeamFilter>) -> HandlerResult {
    caller.list(query, identity::list_teams).await
}

/// Create a team.
///
/// Users whose role has the scope `team` see the records of their team and of the teams below it.
#[utoipa::path(tag = "teams", operation_id = "createTeam", security(("bearer" = ["users:write"])), request_body = TeamDraft,
    responses((status = 201, body = TeamView)))]
#[post("/teams")]
async fn create_team(caller: Caller, body: Body<TeamDraft>) -> HandlerResult {
    caller.create::<TeamView, _>(&body, actions::create_team).await
}

/// Get a team.
///
/// Returns one team.
#[utoipa::path(tag = "teams", operation_id = "getTeam", security(("bearer" = ["users:read"])),
    responses((status = 200, body = TeamView)))]
#[get("/teams/{team_id}")]
async fn get_team(caller: Caller, id: Path<TeamId>) -> HandlerResult {
    caller.read::<TeamView>(*id).await
}

/// Update a team.
///
/// Updates fields of the team. A team cannot be placed below itself.
#[utoipa::path(tag = "teams", operation_id = "updateTeam", security(("bearer" = ["users:write"])), request_body = TeamPatch,
    responses((status = 200, body = TeamView)))]
#[patch("/teams/{team_id}")]
async fn update_team(caller: Caller, id: Path<TeamId>, seen: IfMatch, Patch(patch): Patch<TeamDraft>) -> HandlerResult {
    caller.change::<TeamView, _>(*id, &seen, &patch, actions::update_team).await
}

/// A new API key, with its secret.
#[derive(Serialize, ToSchema)]
struct NewApiKey {
    /// The API key, without its secret.
    api_key: ApiKeyView,
    /// The complete key, shown only once. Send it as `Authorization: Bearer …`. `null` when the response is repeated for an
    /// `Idempotency-Key`.
    #[schema(max_length = 100)]
    key: Option<String>,
}

/// List API keys.
///
/// Returns your own keys, without their secrets.
#[utoipa::path(tag = "api-keys", operation_id = "listApiKeys", security(("bearer" = ["api_keys:write"])), params(ApiKeyFilter),
    responses((status = 200, body = Page<ApiKeyView>)))]
#[get("/api-keys")]
async fn list_api_keys(caller: Caller, query: List<ApiKeyFilter>) -> HandlerResult {
    caller.list(query, identity::list_api_keys).await
}

/// Create an API key.
///
/// The key acts for you, with only the permissions that its scopes name. Its secret is shown only once. A key that is created
/// with another key expires no later than that key, and is revoked together with it.
#[utoipa::path(tag = "api-keys", operation_id = "createApiKey", security(("bearer" = ["api_keys:write"])),
    request_body = ApiKeyDraft, responses((status = 201, body = NewApiKey)))]
#[post("/api-keys")]
async fn create_api_key(caller: Caller, body: Body<ApiKeyDraft>) -> HandlerResult {
    let created = async |tx: &Tx, draft: &ApiKeyDraft| {
        let made = actions::create_api_key(tx, draft).await?;
        let api_key = identity::find_api_key(tx, &tx.actor, made.id).await?.ok_or(Code::NotFound)?;
        let version = api_key.version;
        let reply =
            ApiResponse::made(&address::<ApiKeyView>(made.id), &NewApiKey { api_key: api_key.clone(), key: Some(made.key) });
        Ok(reply.in_version(version).with_stored_body(&NewApiKey { api_key, key: None }))
    };
    caller.post(&body, created).await
}

/// Get an API key.
///
/// Returns one of your own keys, without its secret.
#[utoipa::path(tag = "api-keys", operation_id = "getApiKey", security(("bearer" = ["api_keys:write"])),
    responses((status = 200, body = ApiKeyView)))]
#[get("/api-keys/{api_key_id}")]
async fn get_api_key(caller: Caller, id: Path<ApiKeyId>) -> HandlerResult {
    caller.read::<ApiKeyView>(*id).await
}

/// Revoke an API key.
///
/// Revokes the key permanently, together with the keys and the calendar feed that were created with it.
#[utoipa::path(tag = "api-keys", operation_id = "revokeApiKey", security(("bearer" = ["api_keys:write"])),
    responses((status = 204)))]
#[delete("/api-keys/{api_key_id}")]
async fn revoke_api_key(caller: Caller, id: Path<ApiKeyId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<ApiKeyView>(*id, &seen, actions::revoke_api_key).await
}
