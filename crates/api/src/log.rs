//! The log: one line for each request, without personal data.

use std::io::{IsTerminal, stderr};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::RootSpanBuilder;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::ChronoLocal;

/// Writes the log to standard error: JSON lines for programs, short lines on a terminal.
pub fn start() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,actix_server=warn,sqlx=warn,sea_orm_migration=warn".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    // In tests several servers share a process, and the first one has already set this up.
    let _ = match stderr().is_terminal() {
        true => log.compact().with_target(false).with_timer(ChronoLocal::new("%H:%M:%S".into())).try_init(),
        false => log.json().with_span_list(false).try_init(),
    };
}

/// Logs method, route, status and duration of a request. Queries and bodies contain personal data, so they are not logged.
pub struct RequestLog;

/// The time at which a request arrived.
struct Begun(Instant);

impl RootSpanBuilder for RequestLog {
    fn on_request_start(request: &ServiceRequest) -> Span {
        request.extensions_mut().insert(Begun(Instant::now()));
        let route = request.match_pattern().unwrap_or_default();
        let trace_id = trace_id(request);
        tracing::info_span!("request", method = %request.method(), route, status = Empty, ms = Empty, request_id = Empty, trace_id)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        if let Ok(response) = outcome
            && let Some(Begun(begun)) = response.request().extensions().get()
        {
            span.record("ms", u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
        }
        span.in_scope(|| tracing::info!("answered"));
    }
}

/// The trace of the request, from `traceparent` (W3C Trace Context): version, trace, span and flags in hexadecimal digits.
fn trace_id(request: &ServiceRequest) -> Option<String> {
    let parts: Vec<&str> = request.headers().get("traceparent")?.to_str().ok()?.split('-').collect();
    let [_, trace, _, _] = parts[..] else {
        return None;
    };
    (trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| trace.to_owned())
}
