use actix_web::{get, web::Path};
use chot_domain::identity::Permission;
use chot_domain::playbook::{Pipeline, Role};
use chot_domain::shared::Code;
use chot_persistence::opportunities::{self, Board, BoardFilter};
use chot_persistence::playbook::PlaybookView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Caller, Query};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("playbook", "The organisation's sales process as one document."),
    ("pipelines", "The stages of a process in order, and their boards."),
];

pub fn routes(config: &mut impl Routes) {
    config.service(get_playbook).service(list_roles).service(list_pipelines).service(get_pipeline).service(get_board);
}

/// Get the playbook.
///
/// Returns the sales process of the organisation: pipelines, tags, value lists, roles and policies. Use it to fill the choices of
/// a screen.
#[utoipa::path(tag = "playbook", operation_id = "getPlaybook", security(("bearer" = ["playbook:read"])),
    responses((status = 200, body = PlaybookView)))]
#[get("/playbook")]
async fn get_playbook(caller: Caller) -> HandlerResult {
    caller.actor().require(Permission::PlaybookRead).map_err(chot_application::Error::from)?;
    let (version, playbook) = caller.ctx.engine.playbook().await?;
    Ok(ApiResponse::ok(&PlaybookView { version, playbook: (*playbook).clone() }).in_version(version))
}

/// The roles that users can have.
#[derive(Serialize, ToSchema)]
struct Roles {
    /// The roles, in the order of the playbook.
    #[schema(max_items = 50)]
    data: Vec<Role>,
}

/// List roles.
///
/// Returns the roles of the playbook, each with its permissions and its scope.
#[utoipa::path(tag = "users", operation_id = "listRoles", security(("bearer" = ["users:read"])),
    responses((status = 200, body = Roles)))]
#[get("/roles")]
async fn list_roles(caller: Caller) -> HandlerResult {
    caller.actor().require(Permission::UsersRead).map_err(chot_application::Error::from)?;
    Ok(ApiResponse::ok(&Roles { data: caller.ctx.playbook.roles.clone() }))
}

/// The pipelines of the playbook.
#[derive(Serialize, ToSchema)]
struct Pipelines {
    /// The pipelines, in order.
    #[schema(max_items = 20)]
    data: Vec<Pipeline>,
}

/// List pipelines.
///
/// Returns each pipeline with its stages in order. A stage contains one kind of record with one status.
#[utoipa::path(tag = "pipelines", operation_id = "listPipelines", security(("bearer" = ["playbook:read"])),
    responses((status = 200, body = Pipelines)))]
#[get("/pipelines")]
async fn list_pipelines(caller: Caller) -> HandlerResult {
    caller.actor().require(Permission::PlaybookRead).map_err(chot_application::Error::from)?;
    Ok(ApiResponse::ok(&Pipelines { data: caller.ctx.playbook.pipelines.clone() }))
}

/// Get a pipeline.
///
/// Returns one pipeline with its stages in order.
#[utoipa::path(tag = "pipelines", operation_id = "getPipeline", security(("bearer" = ["playbook:read"])),
    responses((status = 200, body = Pipeline)))]
#[get("/pipelines/{pipeline_key}")]
async fn get_pipeline(caller: Caller, key: Path<String>) -> HandlerResult {
    caller.actor().require(Permission::PlaybookRead).map_err(chot_application::Error::from)?;
    let pipeline = caller.ctx.playbook.pipeline(&key).ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(pipeline))
}

/// Get the board of a pipeline.
///
/// Returns the stages of a pipeline as columns. Each column has the number of cards, the sum of their expected revenue, and the
/// first cards. Only records that you may see are included. For the other cards, use the lists with a filter by stage.
#[utoipa::path(tag = "pipelines", operation_id = "getBoard", params(BoardFilter), responses((status = 200, body = Board)))]
#[get("/pipelines/{pipeline_key}/board")]
async fn get_board(caller: Caller, key: Path<String>, Query(filter): Query<BoardFilter>) -> HandlerResult {
    let pipeline = caller.ctx.playbook.pipeline(&key).ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&opportunities::board(caller.db(), caller.actor(), pipeline, &filter).await?))
}
