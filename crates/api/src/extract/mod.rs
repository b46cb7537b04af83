//! What a handler gets from a request: who calls, and the body, query and headers in typed and checked form.

mod body;
mod caller;
mod conditions;
mod file_form;
mod form;
mod idempotency;
mod query;

use std::future::Future;
use std::pin::Pin;

use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};

use crate::problem::Failure;
use crate::rate_limits::{Policy, Standing};
use crate::server::State;

pub use body::{Body, LARGEST_BODY, OptionalBody, Patch, RawBody};
pub use caller::{Caller, has_credential};
pub use conditions::{Condition, Seen};
pub use file_form::FileForm;
pub use form::Fields;
pub use query::Query;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// What every process has once, as the server put it there.
pub fn state(request: &HttpRequest) -> &Data<State> {
    #[expect(clippy::expect_used, reason = "the server puts the state into every app that it builds")]
    request.app_data::<Data<State>>().expect("the state of the server")
}

/// The network address that a request comes from.
pub fn peer(request: &HttpRequest) -> String {
    request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default()
}

/// Takes one request of a caller's allowance.
pub fn keep_to_rate(request: &HttpRequest, policy: Policy, who: &str) -> Result<(), Failure> {
    let standing: Option<Standing> = state(request).rate_limits.take(policy, who)?;
    if let Some(standing) = standing {
        request.extensions_mut().insert(standing);
    }
    Ok(())
}
