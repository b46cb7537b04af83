use actix_web::get;
use chot_domain::identity::{Actor, Permission, Permissions, Principal, RoleScope};
use chot_domain::shared::Code;
use chot_persistence::identity::{self, ApiKeyView, UserView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::web::extract::Caller;
use crate::web::response::{ApiResponse, HandlerResult};

pub fn routes(config: &mut ServiceConfig) {
    config.service(me);
}

/// The user for whom the caller acts, and what the caller may do.
#[derive(Serialize, ToSchema)]
struct CurrentUser {
    #[serde(flatten)]
    user: UserView,
    /// What the caller may do: what the role allows, and if an API key calls, of that no more than its scopes. Screens show their
    /// buttons by it.
    #[schema(max_items = 60)]
    permissions: Vec<Permission>,
    /// How far the caller reaches.
    scope: RoleScope,
    /// The API key that calls, with its scopes and when it stops working; `null` for somebody who signed in.
    api_key: Option<ApiKeyView>,
}

/// Get the current user.
///
/// The user of the token or key, with role, permissions and scope.
#[utoipa::path(tag = "current-user", operation_id = "getCurrentUser", responses((status = 200, body = CurrentUser)))]
#[get("/me")]
async fn me(caller: Caller) -> HandlerResult {
    let actor = caller.actor();
    let id = actor.user().ok_or(Code::NotFound)?;
    let user = identity::find_user(caller.db(), actor, id).await?.ok_or(Code::NotFound)?;
    let permissions = Permission::ALL.into_iter().filter(|permission| actor.may(*permission)).collect();
    Ok(ApiResponse::ok(&CurrentUser { user, permissions, scope: actor.scope, api_key: own_key(&caller).await? }))
}

/// The key that calls. What it is, it may know without a permission.
async fn own_key(caller: &Caller) -> Result<Option<ApiKeyView>, chot_persistence::StoreError> {
    let Principal::ApiKey(key, _) = caller.actor().who else {
        return Ok(None);
    };
    let owner = Actor { permissions: Permissions::all(), ..caller.actor().clone() };
    identity::find_api_key(caller.db(), &owner, key).await
}
