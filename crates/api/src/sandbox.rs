use actix_web::{get, post};
use chot_application::sandbox::{self, ClockAdvance, ClockReading};
use chot_domain::identity::Permission;
use chot_domain::sandbox::MoveClock;
use chot_domain::shared::Code;

use crate::web::extract::{Body, Caller};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("sandbox", "The clock of a test deployment, which can be moved forward.")];

pub fn routes(config: &mut impl Routes) {
    config.service(get_clock).service(move_clock);
}

/// Get the sandbox clock.
///
/// Returns the current time of this sandbox. A server that is not a sandbox returns 404 `sandbox_off`.
#[utoipa::path(tag = "sandbox", operation_id = "getSandboxClock", security(("bearer" = ["sandbox:write"])),
    responses((status = 200, body = ClockReading)))]
#[get("/sandbox/clock")]
async fn get_clock(caller: Caller) -> HandlerResult {
    Ok(ApiResponse::ok(&sandbox::read_clock(&caller.ctx)?))
}

/// Advance the sandbox clock.
///
/// Advances the clock, to test rules that depend on time. Everything that is due until the new time runs in order, and the
/// response contains the counts. The clock cannot go back. A server that is not a sandbox returns 404 `sandbox_off`.
#[utoipa::path(tag = "sandbox", operation_id = "moveSandboxClock", security(("bearer" = ["sandbox:write"])),
    request_body = MoveClock, responses((status = 200, body = ClockAdvance)))]
#[post("/sandbox/clock")]
async fn move_clock(caller: Caller, body: Body<MoveClock>) -> HandlerResult {
    sandbox::read_clock(&caller.ctx)?;
    let moved = if caller.is_answered().await? { None } else { Some(sandbox::move_clock(&caller.ctx, body.right()?).await?) };
    let answer = async |tx: &chot_persistence::Tx, _: &MoveClock| {
        tx.require(Permission::SandboxWrite)?;
        Ok(ApiResponse::ok(moved.as_ref().ok_or(Code::InternalError)?))
    };
    caller.post(&body, answer).await
}
