//! What holds for every answer: one shape of problems, a request identifier, safe headers, a measurement.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderName, HeaderValue, InvalidHeaderValue, VARY};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use chot_domain::shared::Code;
use futures_util::FutureExt;
use uuid::Uuid;

use crate::messages::Locale;
use crate::problem::{Failure, Occasion};
use crate::rate_limits::Standing;
use crate::server::State;
use crate::shutdown::Shutdown;

/// Answers every request in the house's manner, whatever became of it.
pub async fn dress(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let shutdown = request.app_data::<Data<State>>().map(|state| state.shutdown.clone());
    let _under_way = shutdown.as_ref().map(Shutdown::count_request);
    let request_id = request_id(&request);
    let locale = Locale::accepted(request.headers().get("accept-language").and_then(|value| value.to_str().ok()));
    let method = request.method().clone();
    if method == Method::HEAD {
        // Answered as GET is; the server leaves the body out (RFC 9110, section 9.3.2).
        request.head_mut().method = Method::GET;
    }
    let mut response = told(answered(request, next).await?, locale, &request_id);
    let standing = response.request().extensions().get::<Standing>().copied();
    if let Some(standing) = standing {
        put(&mut response, "ratelimit-policy", &standing.policy());
        put(&mut response, "ratelimit", &standing.limit());
    }
    put(&mut response, "x-request-id", &request_id);
    if response.headers().contains_key(CONTENT_LANGUAGE) {
        response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Language"));
    }
    let is_page = response.request().path().starts_with("/docs");
    add_safety(&mut response, is_page);
    if shutdown.is_some_and(|shutdown| shutdown.is_stopping()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    measure(response.request().match_pattern(), method.as_str(), response.status(), started);
    Ok(response)
}

/// The answer of the route, or a refusal before it is reached. A panic is a fault of ours: the caller still gets an answer, and the
/// connection lives.
async fn answered(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let known = request.app_data::<Data<State>>().map(|state| state.known_paths.clone());
    if let Some(refusal) = known.and_then(|known| known.refusal(&request)) {
        return Ok(request.error_response(refusal));
    }
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let answered = outcome.unwrap_or_else(|_| Err(Failure::from(Code::InternalError).into()))?;
    Ok(answered.map_into_boxed_body())
}

/// The caller's identifier for the request, if it is a sane one, or one of ours.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let sane = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    given.filter(sane).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// The answer itself, or the problem document for the failure that it carries.
fn told(response: ServiceResponse<BoxBody>, locale: Locale, request_id: &str) -> ServiceResponse<BoxBody> {
    let Some(error) = response.response().error() else {
        return response;
    };
    let occasion = Occasion { path: response.request().uri().path(), request_id };
    let failure = tell(&failure_of(error), locale, &occasion);
    response.into_response(failure)
}

fn failure_of(error: &Error) -> Failure {
    if let Some(failure) = error.as_error::<Failure>() {
        return failure.clone();
    }
    let code = match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::MalformedBody,
        _ => Code::InternalError,
    };
    Failure { cause: Some(error.to_string()), ..code.into() }
}

/// The problem document for a failure, with the headers that belong to it.
pub fn tell(failure: &Failure, locale: Locale, occasion: &Occasion<'_>) -> HttpResponse<BoxBody> {
    if matches!(failure.code, Code::InternalError | Code::Unavailable | Code::StorageUnavailable | Code::StorageFull) {
        tracing::error!(
            request_id = occasion.request_id,
            cause = failure.cause.as_deref().unwrap_or("a panic"),
            "a request failed"
        );
    }
    let problem = failure.tell(locale, occasion);
    let mut response = HttpResponse::build(crate::problem::status(failure.code));
    response.content_type("application/problem+json").insert_header(("content-language", locale.tag()));
    if let Some(seconds) = failure.retry_after {
        response.insert_header(("retry-after", seconds.to_string()));
    }
    for (name, value) in &failure.headers {
        response.insert_header((*name, value.as_str()));
    }
    if failure.code == Code::FormQuotaExceeded {
        response.insert_header(("retry-after", "600"));
    }
    if problem.status == 401 {
        response.insert_header(("www-authenticate", "Bearer realm=\"chot\""));
    }
    response.json(problem)
}

fn put(response: &mut ServiceResponse<BoxBody>, name: &'static str, value: &str) {
    let value: Result<HeaderValue, InvalidHeaderValue> = value.parse();
    if let Ok(value) = value {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// What the pages of Swagger UI may do: run their own scripts and call this server. Nobody may show them in a frame, where a click
/// could be stolen with the token that was typed into them. Its styles are set by scripts, element by element.
const POLICY_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Personal data is neither stored by others nor guessed at by browsers.
fn add_safety(response: &mut ServiceResponse<BoxBody>, is_page: bool) {
    put(response, "x-content-type-options", "nosniff");
    put(response, "referrer-policy", "no-referrer");
    if is_page {
        put(response, "content-security-policy", POLICY_OF_DOCS);
        put(response, "x-frame-options", "DENY");
        return;
    }
    let has_tag = response.headers().contains_key("etag");
    put(response, "cache-control", if has_tag { "private, no-cache" } else { "no-store" });
    put(response, "content-security-policy", "default-src 'none'; frame-ancestors 'none'");
}

fn measure(pattern: Option<String>, method: &str, status: StatusCode, started: Instant) {
    let path = pattern.unwrap_or_else(|| "none".into());
    // Any word can be a method; only those that we know are counted by name.
    let method = if matches!(method, "GET" | "POST" | "PATCH" | "DELETE" | "OPTIONS" | "HEAD") { method } else { "other" };
    let labels = [("method", method.to_owned()), ("path", path), ("status", status.as_u16().to_string())];
    metrics::counter!("chot_http_requests_total", &labels).increment(1);
    metrics::histogram!("chot_http_request_duration_seconds", &labels[..2]).record(started.elapsed().as_secs_f64());
}
