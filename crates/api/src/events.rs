use actix_web::get;
use chot_application::worker;
use chot_domain::shared::Code;
use chot_persistence::events::{self, Feed, FeedFilter};

use crate::web::extract::{Caller, Query};
use crate::web::problem::ApiError;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("events", "All changes, in order, for programs that follow them.")];

pub fn routes(config: &mut impl Routes) {
    config.service(feed);
}

/// List events.
///
/// Returns all events of the organisation, in order. Send `next_cursor` as `cursor` in the next request: no event is skipped or
/// repeated. Only for users whose role has the scope `all`.
#[utoipa::path(tag = "events", operation_id = "listEvents", security(("bearer" = ["events:read"])), params(FeedFilter),
    responses((status = 200, body = Feed)))]
#[get("/events")]
async fn feed(caller: Caller, Query(filter): Query<FeedFilter>) -> HandlerResult {
    // Committed events must be in the response, even if the worker has not run yet.
    place_events(&caller).await?;
    Ok(ApiResponse::ok(&events::feed(caller.db(), caller.actor(), &filter).await?))
}

/// Assigns positions to new events. If the database is currently read-only, readers miss nothing: events without a position get one
/// later.
async fn place_events(caller: &Caller) -> Result<(), ApiError> {
    match worker::assign_event_positions(&caller.ctx.engine).await {
        Err(error) if matches!(error.code(), Code::Unavailable | Code::StorageFull) => {
            tracing::warn!(%error, "new events got no positions");
            Ok(())
        }
        placed => Ok(placed?),
    }
}
