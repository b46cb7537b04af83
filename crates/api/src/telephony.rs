use actix_web::web::Bytes;
use actix_web::{HttpRequest, get, post};
use chot_application::telephony as actions;
use chot_domain::identity::Actor;
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_domain::telephony::{CallDraft, STRINGEE, StringeeEvent, StringeeSettings};
use chot_persistence::Tx;
use chot_persistence::telephony::{self, CallView, ExchangeView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::web::extract::{Body, Caller, RawBody, Unread, keep_to_rate, state};
use crate::web::network::caller_address;
use crate::web::problem::ApiError;
use crate::web::rate_limits::Policy;
use crate::web::response::{ApiResponse, HandlerResult};

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("telephony", "Calls reported by telephone exchanges.")];

pub fn routes(config: &mut ServiceConfig) {
    config.service(log_call).service(get_stringee).service(set_stringee).service(receive_stringee_event);
}

/// Log a call.
///
/// For telephone exchanges that have no webhook of their own here. Send what the exchange tells as it comes: the same call may be told
/// more than once and in any order, and is one call by `provider` and `call_id`. Once it has ended it is written down as an activity, which
/// counts as successful if people talked at all, or as long as the playbook wants.
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
/// Whether its secret is set, and where Stringee is to send its events. The secret is never told.
#[utoipa::path(tag = "telephony", operation_id = "getStringee", security(("bearer" = ["calls:log"])),
    responses((status = 200, body = ExchangeView)))]
#[get("/telephony/stringee")]
async fn get_stringee(caller: Caller) -> HandlerResult {
    Ok(ApiResponse::ok(&telephony::find_exchange(caller.db(), caller.actor(), STRINGEE).await?))
}

/// Set the Stringee settings.
///
/// Sets the secret with which Stringee signs its events, as its dashboard shows it. In Stringee, set the event URL to `webhook_path` on this
/// server, give the users of Stringee the e-mail addresses that they have here, and pass the identifier of the opportunity or lead as custom
/// data when dialling.
#[utoipa::path(tag = "telephony", operation_id = "setStringee", security(("bearer" = ["calls:log"])),
    request_body = StringeeSettings, responses((status = 200, body = ExchangeView)))]
#[post("/telephony/stringee")]
async fn set_stringee(caller: Caller, body: Body<StringeeSettings>) -> HandlerResult {
    let set = async |tx: &Tx, settings: &StringeeSettings| {
        actions::set_stringee_secret(tx, settings).await?;
        Ok(ApiResponse::ok(&telephony::find_exchange(tx, &tx.actor, STRINGEE).await?))
    };
    caller.post(&body, set).await
}

/// The receipt for an event.
#[derive(Serialize, ToSchema)]
struct EventReceipt {
    /// Always true.
    received: bool,
}

/// Receive an event from Stringee.
///
/// For Stringee's `event_url`. The body is believed if `X-STRINGEE-SIGNATURE` is the Base64 of its HMAC-SHA1 with the secret. Events may come
/// more than once and in any order; one that is older than 24 hours or more than 5 minutes ahead is refused. Read are `call_id`,
/// `call_status`, `timestamp_ms`, `from`, `to`, `request_from_user_id`, `clientCustomData` (the identifier of the opportunity, lead or account,
/// or a JSON object with `opportunity_id`, `lead_id` or `account_id`), `answerDuration` and `recording_url`.
#[utoipa::path(tag = "telephony", operation_id = "receiveStringeeEvent", security(()),
    params(("X-STRINGEE-SIGNATURE" = String, Header, description = "The signature of the body.", max_length = 100, example = "7/zfauXrL6LSdBbV8YTfnCWafHk=")),
    request_body( content((Object = "application/json", example = json!({"type": "stringee_call", "call_id": "call-vn-1-ABC", "call_status": "ended", "timestamp_ms": 1795399200000_i64, "from": {"number": "842471000000", "alias": "lan@congty.example.vn", "type": "internal"}, "to": {"number": "84912345678", "alias": "84912345678", "type": "external"}, "request_from_user_id": "lan@congty.example.vn", "clientCustomData": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "answerDuration": 62}))), description = "What Stringee tells of a call; members that are not read are left aside." ),
    responses((status = 200, body = EventReceipt)))]
#[post("/public/telephony/stringee/events")]
async fn receive_stringee_event(request: HttpRequest, body: Unread<RawBody>) -> HandlerResult {
    keep_to_rate(&request, Policy::ExchangeAddress, &caller_address(&request))?;
    let bytes = signed(&request, body).await?;
    let body = Body::<StringeeEvent>::parse(&request, &bytes)?;
    let received_at = SystemClock.now();
    let heard = async |tx: &Tx, event: &StringeeEvent| {
        actions::receive_stringee_event(tx, event, received_at).await?;
        Ok(ApiResponse::ok(&EventReceipt { received: true }))
    };
    Caller::anonymous(&request, Actor::system()).await?.post(&body, heard).await
}

/// The body, if Stringee has signed it. Nothing is read that has no signature, or that cannot be signed because there is no secret.
async fn signed(request: &HttpRequest, body: Unread<RawBody>) -> Result<Bytes, ApiError> {
    let signature = request.headers().get("x-stringee-signature").and_then(|value| value.to_str().ok());
    let signature = signature.ok_or(Code::InvalidSignature)?;
    let secret = telephony::signing_secret(&state(request).engine.db, STRINGEE).await?.ok_or(Code::InvalidSignature)?;
    let RawBody(bytes) = body.read().await?;
    if actions::is_signed(&secret, &bytes, signature) { Ok(bytes) } else { Err(Code::InvalidSignature.into()) }
}
