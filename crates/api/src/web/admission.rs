//! What is decided about a request before its route is reached, the cheap before the dear: who calls, how much comes, and whether it
//! can be read at all. CONTRIBUTING.md has the whole order.

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::Data;
use chot_domain::shared::Code;

use crate::routes::KnownOperation;
use crate::server::State;
use crate::web::extract::{LARGEST_BODY, authenticate, require_no_coding};
use crate::web::problem::ApiError;

/// Lets a request go on to its route. Who calls is known from here on, and kept with the request.
///
/// # Errors
/// Why it goes no further.
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

/// Refuses a body by its headers alone: one that says that it is too large, and one in a coding that is not read here.
fn require_readable(operation: &KnownOperation, headers: &HeaderMap) -> Result<(), ApiError> {
    if !operation.takes_body {
        return Ok(());
    }
    // A form with a file may be larger, as settings say, and is taken in from those alone who may upload.
    if !operation.takes_file && announced(headers) > LARGEST_BODY as u64 {
        return Err(Code::BodyTooLarge.into());
    }
    // Nobody unpacks for strangers; and files are packed as they are.
    if operation.is_open || operation.takes_file { require_no_coding(headers) } else { Ok(()) }
}

fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
}
