//! The parts of a request for handlers: the caller, and the body, query and headers in typed and validated form.

mod body;
mod caller;
mod coding;
mod conditions;
mod file_form;
mod form;
mod idempotency;
mod list;
mod query;
mod unread;

use std::future::Future;
use std::pin::Pin;

use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};

use crate::web::problem::ApiError;
use crate::web::rate_limits::{Allowance, Allowances, Policy};
use crate::web::state::State;

pub use body::{Body, LARGEST_BODY, OptionalBody, Patch, RawBody};
pub use caller::{Caller, authenticate, has_credential};
pub use coding::require_no_coding;
pub use conditions::{Condition, IfMatch};
pub use file_form::FileForm;
pub use form::Fields;
pub use list::List;
pub use query::Query;
pub use unread::Unread;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// The shared state of the process, which the server adds to every app.
pub fn state(request: &HttpRequest) -> &Data<State> {
    #[expect(clippy::expect_used, reason = "the server puts the state into every app that it builds")]
    request.app_data::<Data<State>>().expect("the state of the server")
}

/// Takes one request from a limit of a caller.
pub fn keep_to_rate(request: &HttpRequest, policy: Policy, who: &str) -> Result<(), ApiError> {
    let taken = state(request).rate_limits.take(policy, who);
    let allowance = match &taken {
        Ok(allowance) => *allowance,
        Err(_) => Some(Allowance::exhausted(policy)),
    };
    if let Some(allowance) = allowance {
        let mut extensions = request.extensions_mut();
        let mut allowances = extensions.remove::<Allowances>().unwrap_or_default();
        allowances.add(allowance);
        extensions.insert(allowances);
    }
    taken.map(drop)
}
