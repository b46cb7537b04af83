use actix_web::{delete, get, patch, post, web::Path};
use chot_application::identity as actions;
use chot_domain::identity::{Actor, ApiKeyDraft, ApiKeyId, TeamDraft, TeamId, TeamPatch, UserDraft, UserId, UserPatch};
use chot_domain::shared::Code;
use chot_persistence::identity::{self, ApiKeyFilter, ApiKeyView, TeamFilter, TeamView, UserFilter, UserView};
use chot_persistence::{Page, ReadDb, StoreError, Tx};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::web::extract::{Body, Caller, IfMatch, List, Patch};
use crate::web::record::{Record, address};
use crate::web::response::{ApiResponse, HandlerResult};

pub fn routes(config: &mut ServiceConfig) {
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

    async fn find(db: &impl ReadDb, actor: &Actor, id: UserId) -> Result<Option<Self>, StoreError> {
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

    async fn find(db: &impl ReadDb, actor: &Actor, id: TeamId) -> Result<Option<Self>, StoreError> {
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

    async fn find(db: &impl ReadDb, actor: &Actor, id: ApiKeyId) -> Result<Option<Self>, StoreError> {
        identity::find_api_key(db, actor, id).await
    }
}

/// List users.
///
/// The people who work with the system, by name. Those who left are inactive.
#[utoipa::path(tag = "users", operation_id = "listUsers", security(("bearer" = ["users:read"])), params(UserFilter),
    responses((status = 200, body = Page<UserView>)))]
#[get("/users")]
async fn list_users(caller: Caller, query: List<UserFilter>) -> HandlerResult {
    caller.list(query, identity::list_users).await
}

/// Create a user.
///
/// The role, one of the playbook's, decides what the user may do and how far they reach.
#[utoipa::path(tag = "users", operation_id = "createUser", security(("bearer" = ["users:write"])), request_body = UserDraft,
    responses((status = 201, body = UserView)))]
#[post("/users")]
async fn create_user(caller: Caller, body: Body<UserDraft>) -> HandlerResult {
    let hash = actions::hash_first_password(&caller.ctx, body.right().ok()).await?;
    caller.create::<UserView, _>(&body, async |tx, draft| actions::create_user(tx, draft, hash.clone()).await).await
}

/// Get a user.
///
/// One user.
#[utoipa::path(tag = "users", operation_id = "getUser", security(("bearer" = ["users:read"])),
    responses((status = 200, body = UserView)))]
#[get("/users/{user_id}")]
async fn get_user(caller: Caller, id: Path<UserId>) -> HandlerResult {
    caller.read::<UserView>(*id).await
}

/// Update a user.
///
/// A new role or team takes effect at once. Who is made inactive, or gets a new password, is signed out everywhere. A new password also
/// ends the user's API keys and calendar feed, unless `keep_keys` is true. The last administrator stays one.
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
/// The groups of users, by name.
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
/// One team.
#[utoipa::path(tag = "teams", operation_id = "getTeam", security(("bearer" = ["users:read"])),
    responses((status = 200, body = TeamView)))]
#[get("/teams/{team_id}")]
async fn get_team(caller: Caller, id: Path<TeamId>) -> HandlerResult {
    caller.read::<TeamView>(*id).await
}

/// Update a team.
///
/// A team cannot be below itself.
#[utoipa::path(tag = "teams", operation_id = "updateTeam", security(("bearer" = ["users:write"])), request_body = TeamPatch,
    responses((status = 200, body = TeamView)))]
#[patch("/teams/{team_id}")]
async fn update_team(caller: Caller, id: Path<TeamId>, seen: IfMatch, Patch(patch): Patch<TeamDraft>) -> HandlerResult {
    caller.change::<TeamView, _>(*id, &seen, &patch, actions::update_team).await
}

/// An API key that was just made, with its secret.
#[derive(Serialize, ToSchema)]
struct NewApiKey {
    /// The key, as it can be read again.
    api_key: ApiKeyView,
    /// The whole key, shown this once: send it as `Authorization: Bearer …`. `null` when the answer is given again for an
    /// `Idempotency-Key`.
    #[schema(max_length = 100)]
    key: Option<String>,
}

/// List API keys.
///
/// The caller's own keys, without their secrets.
#[utoipa::path(tag = "api-keys", operation_id = "listApiKeys", security(("bearer" = ["api_keys:write"])), params(ApiKeyFilter),
    responses((status = 200, body = Page<ApiKeyView>)))]
#[get("/api-keys")]
async fn list_api_keys(caller: Caller, query: List<ApiKeyFilter>) -> HandlerResult {
    caller.list(query, identity::list_api_keys).await
}

/// Create an API key.
///
/// The key acts for the caller, with no more rights than its scopes name. Its secret is shown once. A key that is made with a key ends
/// with that one, and lives no longer.
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
/// One of the caller's own keys, without its secret.
#[utoipa::path(tag = "api-keys", operation_id = "getApiKey", security(("bearer" = ["api_keys:write"])),
    responses((status = 200, body = ApiKeyView)))]
#[get("/api-keys/{api_key_id}")]
async fn get_api_key(caller: Caller, id: Path<ApiKeyId>) -> HandlerResult {
    caller.read::<ApiKeyView>(*id).await
}

/// Revoke an API key.
///
/// Revokes the key for good, and with it the keys and the calendar feed that were made with it.
#[utoipa::path(tag = "api-keys", operation_id = "revokeApiKey", security(("bearer" = ["api_keys:write"])),
    responses((status = 204)))]
#[delete("/api-keys/{api_key_id}")]
async fn revoke_api_key(caller: Caller, id: Path<ApiKeyId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<ApiKeyView>(*id, &seen, actions::revoke_api_key).await
}
