use actix_web::get;
use chot_application::worker;
use chot_persistence::events::{self, Feed, FeedFilter};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::{Answer, Reply};
use crate::extract::{Caller, Query};

pub fn routes(config: &mut ServiceConfig) {
    config.service(feed);
}

/// List events.
///
/// All events of the organisation, in order. Send `next_cursor` as `cursor` in the next request: no event is skipped and none comes
/// twice. For users whose role has the scope `all`.
#[utoipa::path(tag = "events", operation_id = "listEvents", params(FeedFilter), responses((status = 200, body = Feed)))]
#[get("/events")]
async fn feed(caller: Caller, Query(filter): Query<FeedFilter>) -> Answer {
    // What is committed shall be in the answer, whether or not the worker has come round.
    worker::place_events(&caller.ctx.engine).await?;
    Ok(Reply::ok(&events::feed(caller.db(), caller.actor(), &filter).await?))
}
