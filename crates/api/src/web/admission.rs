//! Checks before the handler runs, cheap ones first: the caller, the size of the body, and whether it can be read.
//! CONTRIBUTING.md has the complete order.

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::Data;
use chot_domain::shared::Code;

use crate::web::extract::{LARGEST_BODY, authenticate, require_no_coding};
use crate::web::problem::ApiError;
use crate::web::route_table::KnownOperation;
use crate::web::state::State;

/// Admits a request to its handler. The caller is authenticated here and stored in the request.
///
/// # Errors
/// Why the request is refused.
pub async fn admit(request: &ServiceRequest) -> Result<(), ApiError> {
    let Some(state) = request.app_data::<Data<State>>() else {
        return Ok(());
    };
    let Some(operation) = state.known_paths.operation(request)? else {
        return Ok(());
    };
    if !operation.is_open {
        let known = authenticate(request.request()).await?;
        request.extensions_mut().insert(known);
    }
    require_readable(operation, request.headers())?;
    operation.refusal(request).map_or(Ok(()), Err)
}

/// Refuses a body by its headers: one that declares too large a size, or an unsupported coding.
fn require_readable(operation: &KnownOperation, headers: &HeaderMap) -> Result<(), ApiError> {
    if !operation.takes_body {
        return Ok(());
    }
    // A form with a file may be larger, as configured, and is only received from callers who may upload files.
    if !operation.takes_file && announced(headers) > LARGEST_BODY as u64 {
        return Err(Code::BodyTooLarge.into());
    }
    // Compressed bodies are not accepted from anonymous callers, nor for files.
    if operation.is_open || operation.takes_file { require_no_coding(headers) } else { Ok(()) }
}

fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
}
