use actix_web::get;
use chot_domain::identity::{Actor, Permission, Permissions, Principal, RoleScope};
use chot_domain::shared::Code;
use chot_persistence::identity::{self, ApiKeyView, UserView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::Caller;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(me);
}

/// The user for whom the caller acts, and the caller's rights.
#[derive(Serialize, ToSchema)]
struct CurrentUser {
    #[serde(flatten)]
    user: UserView,
    /// The caller's permissions: those of the role. For an API key, only those that its scopes also allow. Use them to show or
    /// hide buttons.
    #[schema(max_items = 60)]
    permissions: Vec<Permission>,
    /// The scope of the caller's role: own records, those of the team, or all.
    scope: RoleScope,
    /// The calling API key, with its scopes and expiry; `null` if the user signed in.
    api_key: Option<ApiKeyView>,
}

/// Get the current user.
///
/// Returns the user of the token or key, with role, permissions and scope.
#[utoipa::path(tag = "current-user", operation_id = "getCurrentUser", responses((status = 200, body = CurrentUser)))]
#[get("/me")]
async fn me(caller: Caller) -> HandlerResult {
    let actor = caller.actor();
    let id = actor.user().ok_or(Code::NotFound)?;
    let user = identity::find_user(caller.db(), actor, id).await?.ok_or(Code::NotFound)?;
    let permissions = Permission::ALL.into_iter().filter(|permission| actor.may(*permission)).collect();
    Ok(ApiResponse::ok(&CurrentUser { user, permissions, scope: actor.scope, api_key: own_key(&caller).await? }))
}

/// The calling API key. A key may read itself without a permission.
async fn own_key(caller: &Caller) -> Result<Option<ApiKeyView>, chot_persistence::StoreError> {
    let Principal::ApiKey(key, _) = caller.actor().who else {
        return Ok(None);
    };
    let owner = Actor { permissions: Permissions::all(), ..caller.actor().clone() };
    identity::find_api_key(caller.db(), &owner, key).await
}
