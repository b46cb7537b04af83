//! Common parts of all responses: problem documents, request identifiers, security headers, metrics.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue, VARY};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use chot_domain::shared::Code;
use futures_util::FutureExt;
use tracing::Span;
use uuid::Uuid;

use crate::web::admission::admit;
use crate::web::messages::{Locale, word};
use crate::web::problem::{ApiError, RequestContext};
use crate::web::rate_limits::Allowances;
use crate::web::shutdown::Shutdown;
use crate::web::state::State;

/// The data of a request that its response needs, even if the request itself is gone.
struct Visit {
    started: Instant,
    request_id: String,
    locale: Locale,
    method: String,
    path: String,
    is_page: bool,
}

/// Finishes the response of every request in the same way, including failures.
pub async fn middleware(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let visit = Visit::of(&request);
    let shutdown = request.app_data::<Data<State>>().map(|state| state.shutdown.clone());
    let _under_way = shutdown.as_ref().map(Shutdown::count_request);
    if request.method() == Method::HEAD {
        // Handled like GET; the server omits the body (RFC 9110, section 9.3.2).
        request.head_mut().method = Method::GET;
    }
    // After a panic the caller still gets a response and the connection stays open. The request itself is lost.
    let outcome = AssertUnwindSafe(answer(request, next)).catch_unwind().await;
    let response = match outcome {
        Ok(Ok(response)) => visit.finish(response),
        Ok(Err(error)) => return Err(visit.failed(&failure_of(&error))),
        Err(_) => return Err(visit.failed(&ApiError { cause: Some("a panic".into()), ..Code::InternalError.into() })),
    };
    let mut response = visit.with_headers(response);
    if shutdown.is_some_and(|shutdown| shutdown.is_stopping()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// The response of the handler, or the error of admission.
async fn answer(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&request).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

impl Visit {
    fn of(request: &ServiceRequest) -> Self {
        let accepted = request.headers().get("accept-language").and_then(|value| value.to_str().ok());
        let request_id = request_id(request);
        Span::current().record("request_id", &request_id);
        Self {
            started: Instant::now(),
            request_id,
            locale: Locale::accepted(accepted),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            is_page: request.path().starts_with("/docs"),
        }
    }

    /// The response itself, or the problem document for its error.
    fn finish(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let Some(error) = response.response().error() else {
            return response;
        };
        let problem = self.problem(&failure_of(error));
        response.into_response(problem)
    }

    fn problem(&self, failure: &ApiError) -> HttpResponse<BoxBody> {
        note(failure, &self.request_id);
        problem_response(failure, self.locale, &RequestContext { path: &self.path, request_id: &self.request_id })
    }

    fn with_headers(&self, mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let standings = response.request().extensions_mut().remove::<Allowances>();
        let (pattern, status) = (response.request().match_pattern(), response.status());
        let headers = response.headers_mut();
        if let Some(standings) = standings {
            put(headers, "ratelimit-policy", &standings.policy());
            put(headers, "ratelimit", &standings.limit());
        }
        self.add_headers(headers);
        measure(pattern, &self.method, status, self.started);
        response
    }

    /// The same for a failure that left no request to respond to.
    fn failed(&self, failure: &ApiError) -> Error {
        let mut response = self.problem(failure);
        self.add_headers(response.headers_mut());
        measure(None, &self.method, response.status(), self.started);
        InternalError::from_response("a request failed", response).into()
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        put(headers, "x-request-id", &self.request_id);
        if headers.contains_key(CONTENT_LANGUAGE) {
            headers.append(VARY, HeaderValue::from_static("Accept-Language"));
        }
        add_safety(headers, self.is_page);
    }
}

/// The request identifier of the caller if it is well-formed, otherwise a new one.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let sane = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    given.filter(sane).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn failure_of(error: &Error) -> ApiError {
    if let Some(failure) = error.as_error::<ApiError>() {
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
    ApiError { cause: Some(error.to_string()), ..code.into() }
}

/// Logs an internal failure with its cause, for operators.
fn note(failure: &ApiError, request_id: &str) {
    if matches!(failure.code, Code::InternalError | Code::Unavailable | Code::StorageUnavailable | Code::StorageFull) {
        let (code, cause) = (word(failure.code), failure.cause.as_deref().unwrap_or_default());
        tracing::error!(request_id, code, cause, "a request failed");
    }
}

/// The problem document of a failure, with its headers.
pub fn problem_response(failure: &ApiError, locale: Locale, occasion: &RequestContext<'_>) -> HttpResponse<BoxBody> {
    let problem = failure.to_problem(locale, occasion);
    let mut response = HttpResponse::build(crate::web::problem::status(failure.code));
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

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value: Result<HeaderValue, InvalidHeaderValue> = value.parse();
    if let Ok(value) = value {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The policy for the pages of Swagger UI: they may run their own scripts and call this server. They cannot be shown in a frame,
/// which prevents clickjacking with the entered token. Scripts set styles on elements.
const POLICY_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Personal data must not be stored by caches, and browsers must not guess content types.
fn add_safety(headers: &mut HeaderMap, is_page: bool) {
    put(headers, "x-content-type-options", "nosniff");
    put(headers, "referrer-policy", "no-referrer");
    if is_page {
        put(headers, "content-security-policy", POLICY_OF_DOCS);
        put(headers, "x-frame-options", "DENY");
        return;
    }
    let has_tag = headers.contains_key("etag");
    put(headers, "cache-control", if has_tag { "private, no-cache" } else { "no-store" });
    put(headers, "content-security-policy", "default-src 'none'; frame-ancestors 'none'");
}

fn measure(pattern: Option<String>, method: &str, status: StatusCode, started: Instant) {
    let path = pattern.unwrap_or_else(|| "none".into());
    // Any word can be a method; only known methods get their own label.
    let method = if matches!(method, "GET" | "POST" | "PATCH" | "DELETE" | "OPTIONS" | "HEAD") { method } else { "other" };
    let labels = [("method", method.to_owned()), ("path", path), ("status", status.as_u16().to_string())];
    metrics::counter!("chot_http_requests_total", &labels).increment(1);
    metrics::histogram!("chot_http_request_duration_seconds", &labels[..2]).record(started.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, web};

    use super::*;

    async fn broken() -> HttpResponse {
        panic!("a fault of ours")
    }

    #[actix_web::test]
    async fn a_panic_is_answered_with_the_request_id_and_the_headers_of_every_answer() {
        let app = init_service(App::new().wrap(from_fn(middleware)).route("/broken", web::get().to(broken))).await;
        let request = TestRequest::get().uri("/broken").insert_header(("x-request-id", "r-1")).to_request();
        let outcome = try_call_service(&app, request).await;
        let response = outcome.map_or_else(|error| error.error_response(), |answered| answered.into_parts().1);
        assert_eq!(response.status(), 500);
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(header("x-request-id"), Some("r-1"));
        assert_eq!(header("content-type"), Some("application/problem+json"));
        assert_eq!(header("x-content-type-options"), Some("nosniff"));
        assert_eq!(header("cache-control"), Some("no-store"));
        assert_eq!(header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    }
}
