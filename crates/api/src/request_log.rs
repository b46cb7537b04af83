use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

/// What the log tells of a request: method, route, status and how long it took. Queries and bodies hold names and numbers of people, so
/// they stay out of it.
pub struct RequestLog;

impl RootSpanBuilder for RequestLog {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_default();
        let id = request.extensions().get::<RequestId>().map(ToString::to_string);
        let trace_id = trace_id(request);
        tracing::info_span!("request", method = %request.method(), route, id, trace_id, status = tracing::field::Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        span.in_scope(|| tracing::info!("answered"));
    }
}

/// The trace that the request belongs to, from `traceparent` (W3C Trace Context): version, trace, span and flags in hexadecimal digits.
fn trace_id(request: &ServiceRequest) -> Option<String> {
    let parts: Vec<&str> = request.headers().get("traceparent")?.to_str().ok()?.split('-').collect();
    let [_, trace, _, _] = parts[..] else {
        return None;
    };
    (trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| trace.to_owned())
}
