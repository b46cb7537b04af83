use actix_web::{get, post, web::Path};
use chot_application::timers as actions;
use chot_domain::identity::Actor;
use chot_domain::shared::{Code, Nothing};
use chot_persistence::Page;
use chot_persistence::timers::{self, TimerBacklog, TimerFilter, TimerId, TimerView};

use crate::web::extract::{Caller, List, OptionalBody};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("timers", "What the system runs automatically at a set time, for operators.")];

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get_backlog).service(get_one).service(retry);
}

/// List timers.
///
/// Returns everything that the system runs at a set time: reminders, checks, follow-ups. `state=failed` lists the timers that
/// failed too often.
#[utoipa::path(tag = "timers", operation_id = "listTimers", security(("bearer" = ["timers:manage"])), params(TimerFilter),
    responses((status = 200, body = Page<TimerView>)))]
#[get("/timers")]
async fn list(caller: Caller, query: List<TimerFilter>) -> HandlerResult {
    caller.list(query, timers::list).await
}

/// Get the timer backlog.
///
/// Returns how many timers are due but have not run, since when the oldest is due, how many are waiting and how many failed. In a
/// healthy deployment almost none are due.
#[utoipa::path(tag = "timers", operation_id = "getTimerBacklog", security(("bearer" = ["timers:manage"])),
    responses((status = 200, body = TimerBacklog)))]
#[get("/timers/backlog")]
async fn get_backlog(caller: Caller) -> HandlerResult {
    Ok(ApiResponse::ok(&timers::backlog(caller.db(), caller.actor(), caller.ctx.engine.clock.now()).await?))
}

/// Get a timer.
///
/// Returns what will run, when, for which record, and how often it has failed.
#[utoipa::path(tag = "timers", operation_id = "getTimer", security(("bearer" = ["timers:manage"])),
    responses((status = 200, body = TimerView)))]
#[get("/timers/{timer_id}")]
async fn get_one(caller: Caller, id: Path<TimerId>) -> HandlerResult {
    let timer = timers::find(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&timer))
}

/// Retry a timer.
///
/// Runs a failed timer again at once. First read `last_error` and remove the cause.
#[utoipa::path(tag = "timers", operation_id = "retryTimer", security(("bearer" = ["timers:manage"])),
    responses((status = 200, body = TimerView)))]
#[post("/timers/{timer_id}/retry")]
async fn retry(caller: Caller, id: Path<TimerId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    let again = async |tx: &chot_persistence::Tx, _: &Nothing| {
        actions::retry(tx, *id).await?;
        Ok(ApiResponse::ok(&timers::find(tx, &Actor::system(), *id).await?.ok_or(Code::NotFound)?))
    };
    caller.post(&body, again).await
}
