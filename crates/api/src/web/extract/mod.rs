//! What a handler gets from a request: who calls, and the body, query and headers in typed and checked form.

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

use crate::server::State;
use crate::web::problem::ApiError;
use crate::web::rate_limits::{Allowance, Allowances, Policy};

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

/// What every process has once, as the server put it there.
pub fn state(request: &HttpRequest) -> &Data<State> {
    #[expect(clippy::expect_used, reason = "the server puts the state into every app that it builds")]
    request.app_data::<Data<State>>().expect("the state of the server")
}

/// Takes one request of a caller's allowance.
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
