use actix_web::{HttpRequest, delete, get, patch, post, web::Path};
use chot_application::{Result, identity as verbs};
use chot_domain::identity::{Actor, ApiKeyDraft, ApiKeyId, TeamDraft, TeamId, TeamPatch, UserDraft, UserId, UserPatch};
use chot_domain::shared::Code;
use chot_persistence::identity::{self, ApiKeyFilter, ApiKeyView, TeamFilter, TeamView, UserFilter, UserView};
use chot_persistence::{Page, Tx};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::{Answer, Reply};
use crate::extract::{Body, Caller, IfMatch, Patch, Query, state};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_users).service(create_user).service(me).service(get_user).service(update_user);
    config.service(list_teams).service(create_team).service(get_team).service(update_team);
    config.service(list_api_keys).service(create_api_key).service(get_api_key).service(revoke_api_key);
}

/// List users.
///
/// The people who work with the system, by name. Those who left are inactive.
#[utoipa::path(tag = "users", operation_id = "listUsers", params(UserFilter), responses((status = 200, body = Page<UserView>)))]
#[get("/users")]
async fn list_users(request: HttpRequest, caller: Caller, Query(filter): Query<UserFilter>) -> Answer {
    Ok(Reply::page(&request, &identity::list_users(caller.db(), caller.actor(), &filter).await?))
}

/// Create a user.
///
/// The role, one of the playbook's, decides what the user may do and how far they reach.
#[utoipa::path(tag = "users", operation_id = "createUser", request_body = UserDraft, responses((status = 201, body = UserView)))]
#[post("/users")]
async fn create_user(caller: Caller, body: Body<UserDraft>) -> Answer {
    let hash = verbs::hash_first_password(&caller.ctx, &body.value).await?;
    let created = async |tx: &Tx, draft: &UserDraft| {
        let id = verbs::create_user(tx, draft, hash.clone()).await?;
        Ok(Reply::created(format!("/api/v1/users/{id}"), 1, &seen_user(tx, id).await?))
    };
    caller.post(&body, created).await
}

/// Read oneself.
///
/// The user for whom the token or key acts.
#[utoipa::path(tag = "users", operation_id = "getCurrentUser", responses((status = 200, body = UserView)))]
#[get("/me")]
async fn me(caller: Caller) -> Answer {
    let id = caller.actor().user().ok_or(Code::NotFound)?;
    let user = identity::find_user(caller.db(), caller.actor(), id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(user.version, &user))
}

/// Read a user.
///
/// One user.
#[utoipa::path(tag = "users", operation_id = "getUser", responses((status = 200, body = UserView)))]
#[get("/users/{user_id}")]
async fn get_user(caller: Caller, id: Path<UserId>) -> Answer {
    let user = identity::find_user(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(user.version, &user))
}

/// Change a user.
///
/// A new role or team takes effect at once. Who is made inactive, or gets a new password, is signed out everywhere. The last
/// administrator stays one.
#[utoipa::path(tag = "users", operation_id = "updateUser", request_body = UserPatch, responses((status = 200, body = UserView)))]
#[patch("/users/{user_id}")]
async fn update_user(
    request: HttpRequest,
    caller: Caller,
    id: Path<UserId>,
    IfMatch(version): IfMatch,
    Patch(patch): Patch<UserDraft>,
) -> Answer {
    let hash = verbs::hash_new_password(&caller.ctx, &patch).await?;
    let updated = async |tx: &Tx| {
        verbs::update_user(tx, *id, &patch, hash.as_deref(), version).await?;
        let user = seen_user(tx, *id).await?;
        Ok(Reply::record(user.version, &user))
    };
    let answer = caller.write(updated).await;
    state(&request).authentication.forget();
    answer
}

async fn seen_user(tx: &Tx, id: UserId) -> Result<UserView> {
    Ok(identity::find_user(tx, &Actor::system(), id).await?.ok_or(Code::NotFound)?)
}

/// List teams.
///
/// The groups of users, by name.
#[utoipa::path(tag = "teams", operation_id = "listTeams", params(TeamFilter), responses((status = 200, body = Page<TeamView>)))]
#[get("/teams")]
async fn list_teams(request: HttpRequest, caller: Caller, Query(filter): Query<TeamFilter>) -> Answer {
    Ok(Reply::page(&request, &identity::list_teams(caller.db(), caller.actor(), &filter).await?))
}

/// Create a team.
///
/// Whoever reaches as far as their team sees the records of the teams below it, too.
#[utoipa::path(tag = "teams", operation_id = "createTeam", request_body = TeamDraft, responses((status = 201, body = TeamView)))]
#[post("/teams")]
async fn create_team(request: HttpRequest, caller: Caller, body: Body<TeamDraft>) -> Answer {
    let created = async |tx: &Tx, draft: &TeamDraft| {
        let id = verbs::create_team(tx, draft).await?;
        Ok(Reply::created(format!("/api/v1/teams/{id}"), 1, &seen_team(tx, id).await?))
    };
    let answer = caller.post(&body, created).await;
    state(&request).authentication.forget();
    answer
}

/// Read a team.
///
/// One team.
#[utoipa::path(tag = "teams", operation_id = "getTeam", responses((status = 200, body = TeamView)))]
#[get("/teams/{team_id}")]
async fn get_team(caller: Caller, id: Path<TeamId>) -> Answer {
    let team = identity::find_team(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(team.version, &team))
}

/// Change a team.
///
/// A team cannot stand below itself.
#[utoipa::path(tag = "teams", operation_id = "updateTeam", request_body = TeamPatch, responses((status = 200, body = TeamView)))]
#[patch("/teams/{team_id}")]
async fn update_team(
    request: HttpRequest,
    caller: Caller,
    id: Path<TeamId>,
    IfMatch(version): IfMatch,
    Patch(patch): Patch<TeamDraft>,
) -> Answer {
    let updated = async |tx: &Tx| {
        verbs::update_team(tx, *id, &patch, version).await?;
        let team = seen_team(tx, *id).await?;
        Ok(Reply::record(team.version, &team))
    };
    let answer = caller.write(updated).await;
    state(&request).authentication.forget();
    answer
}

async fn seen_team(tx: &Tx, id: TeamId) -> Result<TeamView> {
    Ok(identity::find_team(tx, &Actor::system(), id).await?.ok_or(Code::NotFound)?)
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
#[utoipa::path(tag = "api-keys", operation_id = "listApiKeys", params(ApiKeyFilter), responses((status = 200, body = Page<ApiKeyView>)))]
#[get("/api-keys")]
async fn list_api_keys(request: HttpRequest, caller: Caller, Query(filter): Query<ApiKeyFilter>) -> Answer {
    Ok(Reply::page(&request, &identity::list_api_keys(caller.db(), caller.actor(), &filter).await?))
}

/// Make an API key.
///
/// The key acts for the caller, with no more rights than its scopes name. Its secret is shown once.
#[utoipa::path(tag = "api-keys", operation_id = "createApiKey", request_body = ApiKeyDraft, responses((status = 201, body = NewApiKey)))]
#[post("/api-keys")]
async fn create_api_key(caller: Caller, body: Body<ApiKeyDraft>) -> Answer {
    let created = async |tx: &Tx, draft: &ApiKeyDraft| {
        let made = verbs::create_api_key(tx, draft).await?;
        let api_key = identity::find_api_key(tx, &tx.actor, made.id).await?.ok_or(Code::NotFound)?;
        let location = format!("/api/v1/api-keys/{}", made.id);
        let reply = Reply::created(location, 1, &NewApiKey { api_key: api_key.clone(), key: Some(made.key) });
        Ok(reply.keeping(&NewApiKey { api_key, key: None }))
    };
    caller.post(&body, created).await
}

/// Read an API key.
///
/// One of the caller's own keys, without its secret.
#[utoipa::path(tag = "api-keys", operation_id = "getApiKey", responses((status = 200, body = ApiKeyView)))]
#[get("/api-keys/{api_key_id}")]
async fn get_api_key(caller: Caller, id: Path<ApiKeyId>) -> Answer {
    let key = identity::find_api_key(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(key.version, &key))
}

/// Revoke an API key.
///
/// The key stops working for good.
#[utoipa::path(tag = "api-keys", operation_id = "revokeApiKey", responses((status = 204)))]
#[delete("/api-keys/{api_key_id}")]
async fn revoke_api_key(request: HttpRequest, caller: Caller, id: Path<ApiKeyId>, IfMatch(version): IfMatch) -> Answer {
    let revoked = async |tx: &Tx| {
        verbs::revoke_api_key(tx, *id, version).await?;
        Ok(Reply::nothing())
    };
    let answer = caller.write(revoked).await;
    state(&request).authentication.forget();
    answer
}
