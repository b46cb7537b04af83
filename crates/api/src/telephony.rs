use actix_web::web::Bytes;
use actix_web::{HttpRequest, get, post, put};
use chot_application::telephony as actions;
use chot_domain::identity::Actor;
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_domain::telephony::{CallDraft, STRINGEE, StringeeEvent, StringeeSettings};
use chot_persistence::Tx;
use chot_persistence::telephony::{self, CallView, ExchangeView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Body, Caller, RawBody, Unread, keep_to_rate, state};
use crate::web::network::caller_address;
use crate::web::problem::ApiError;
use crate::web::rate_limits::Policy;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("telephony", "Calls reported by telephone exchanges.")];

pub fn routes(config: &mut impl Routes) {
    config.service(log_call).service(get_stringee).service(set_stringee).service(receive_stringee_event);
}

/// Log a call.
///
/// For telephone exchanges without a webhook of their own in this API. Forward each report of the exchange as it arrives. The
/// reports of one call may be repeated and may come in any order; `provider` and `call_id` identify the call. A call that has
/// ended is stored as an activity. It counts as successful if the people talked, or talked as long as the playbook requires.
#[utoipa::path(tag = "telephony", operation_id = "logCall", security(("bearer" = ["calls:log"])), request_body = CallDraft,
    responses((status = 200, body = CallView)))]
#[post("/calls")]
async fn log_call(caller: Caller, body: Body<CallDraft>) -> HandlerResult {
    let logged = async |tx: &Tx, draft: &CallDraft| {
        let id = actions::log_call(tx, draft).await?;
        Ok(ApiResponse::ok(&telephony::find(tx, id).await?.ok_or(Code::NotFound)?))
    };
    caller.post(&body, logged).await
}

/// Get the Stringee settings.
///
/// Returns whether the secret is set, and to which address Stringee must send its events. The secret is never returned.
#[utoipa::path(tag = "telephony", operation_id = "getStringee", security(("bearer" = ["calls:log"])),
    responses((status = 200, body = ExchangeView)))]
#[get("/telephony/stringee")]
async fn get_stringee(caller: Caller) -> HandlerResult {
    Ok(ApiResponse::ok(&telephony::find_exchange(caller.db(), caller.actor(), STRINGEE).await?))
}

/// Set the Stringee settings.
///
/// Sets the secret with which Stringee signs its events; copy it from the Stringee dashboard. In Stringee, set the event URL to
/// `webhook_path` on this server, give users the same e-mail addresses as here, and send the identifier of the opportunity or
/// lead as custom data when dialling.
#[utoipa::path(tag = "telephony", operation_id = "setStringee", security(("bearer" = ["calls:log"])),
    request_body = StringeeSettings, responses((status = 200, body = ExchangeView)))]
#[put("/telephony/stringee")]
async fn set_stringee(caller: Caller, body: Body<StringeeSettings>) -> HandlerResult {
    let set = async |tx: &Tx, settings: &StringeeSettings| {
        actions::set_stringee_secret(tx, settings).await?;
        Ok(ApiResponse::ok(&telephony::find_exchange(tx, &tx.actor, STRINGEE).await?))
    };
    caller.patch(&body, set).await
}

/// The receipt for an event.
#[derive(Serialize, ToSchema)]
struct EventReceipt {
    /// Always true.
    received: bool,
}

/// Receive an event from Stringee.
///
/// For Stringee's `event_url`. `X-STRINGEE-SIGNATURE` must be the Base64 of the HMAC-SHA1 of the body with the secret. Events may
/// be repeated and may come in any order. An event older than 24 hours or more than 5 minutes in the future is refused. These
/// fields are used: `call_id`, `call_status`, `timestamp_ms`, `from`, `to`, `request_from_user_id`, `clientCustomData` (the
/// identifier of the opportunity, lead or account, or a JSON object with `opportunity_id`, `lead_id` or `account_id`),
/// `answerDuration` and `recording_url`.
#[utoipa::path(tag = "telephony", operation_id = "receiveStringeeEvent", security(()),
    params(("X-STRINGEE-SIGNATURE" = String, Header, description = "The signature of the body.", max_length = 100, example = "7/zfauXrL6LSdBbV8YTfnCWafHk=")),
    request_body(content = StringeeEvent, description = "A call event of Stringee. Members that are not known are ignored.", example = json!({"type": "stringee_call", "call_id": "call-vn-1-ABC", "call_status": "ended", "timestamp_ms": 1795399200000_i64, "from": {"number": "842471000000", "alias": "lan@congty.example.vn", "type": "internal"}, "to": {"number": "84912345678", "alias": "84912345678", "type": "external"}, "request_from_user_id": "lan@congty.example.vn", "clientCustomData": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "answerDuration": 62})),
    responses((status = 200, body = EventReceipt)))]
#[post("/public/telephony/stringee/events")]
async fn receive_stringee_event(request: HttpRequest, body: Unread<RawBody>) -> HandlerResult {
    keep_to_rate(&request, Policy::ExchangeAddress, &caller_address(&request))?;
    let bytes = signed(&request, body).await?;
    let body = Body::<StringeeEvent>::parse(&request, &bytes)?;
    let received_at = SystemClock.now();
    let received = async |tx: &Tx, event: &StringeeEvent| {
        actions::receive_stringee_event(tx, event, received_at).await?;
        Ok(ApiResponse::ok(&EventReceipt { received: true }))
    };
    Caller::anonymous(&request, Actor::system()).await?.post(&body, received).await
}

/// The body, if Stringee has signed it. The body is not read without a signature or without a configured secret.
async fn signed(request: &HttpRequest, body: Unread<RawBody>) -> Result<Bytes, ApiError> {
    let signature = request.headers().get("x-stringee-signature").and_then(|value| value.to_str().ok());
    let signature = signature.ok_or(Code::InvalidSignature)?;
    let secret = telephony::signing_secret(&state(request).engine.db, STRINGEE).await?.ok_or(Code::InvalidSignature)?;
    let RawBody(bytes) = body.read().await?;
    if actions::is_signed(&secret, &bytes, signature) { Ok(bytes) } else { Err(Code::InvalidSignature.into()) }
}
