use actix_web::{HttpRequest, get};
use chot_domain::shared::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::state;
use crate::web::problem::ApiError;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("health", "Whether the server is running and ready.")];

pub fn routes(config: &mut impl Routes) {
    config.service(live).service(ready);
}

/// The health of the server.
#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`; a server that is not ready returns an error instead.
    #[schema(max_length = 10, example = "ok")]
    status: &'static str,
}

/// Check that the server is running.
///
/// Returns 200 as long as the process runs. It does not query the database.
#[utoipa::path(tag = "health", operation_id = "getLiveness", security(()), responses((status = 200, body = Health)))]
#[get("/health/live")]
async fn live() -> HandlerResult {
    Ok(ApiResponse::ok(&Health { status: "ok" }))
}

/// Check that the server is ready.
///
/// Returns 200 while the database responds. Returns 503 when it does not, and while the server is stopping: then send requests
/// elsewhere.
#[utoipa::path(tag = "health", operation_id = "getReadiness", security(()), responses((status = 200, body = Health)))]
#[get("/health/ready")]
async fn ready(request: HttpRequest) -> HandlerResult {
    let state = state(&request);
    if state.shutdown.is_stopping() {
        return Err(ApiError { retry_after: Some(5), ..Code::Unavailable.into() });
    }
    let alive = state.engine.db.ping().await;
    alive.map_err(|error| ApiError { cause: Some(error.to_string()), retry_after: Some(5), ..Code::Unavailable.into() })?;
    Ok(ApiResponse::ok(&Health { status: "ok" }))
}
