use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chot_application::Ctx;
use chot_domain::identity::{Actor, Principal, SessionId};
use chot_domain::shared::Code;
use chot_persistence::idempotency::{self, IdempotentRequest};
use chot_persistence::{Db, Page, Paging, ReadDb, StoreError, Tx};
use serde::Serialize;

use super::body::Body;
use super::conditions::{SeenVersions, if_match};
use super::idempotency::{keyed, once};
use super::list::List;
use super::{Extracted, keep_to_rate, state};
use crate::web::authentication::Authenticated;
use crate::web::problem::ApiError;
use crate::web::rate_limits::Policy;
use crate::web::record::{Record, is_visible};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::state::State;

/// The caller of a request.
pub struct Caller {
    /// The engine with the caller as actor.
    pub ctx: Ctx,
    session: Option<SessionId>,
    /// The versions in `If-Match`, if the caller of an action sends it.
    pub seen: Option<SeenVersions>,
    keyed: Option<IdempotentRequest>,
    state: Data<State>,
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::from_request(&request).await })
    }
}

impl Caller {
    /// The caller, as authenticated by the middleware. Operations without required credentials authenticate a caller with
    /// credentials here.
    pub async fn from_request(request: &HttpRequest) -> Result<Self, ApiError> {
        let known = request.extensions().get::<Authenticated>().cloned();
        let known = match known {
            Some(known) => known,
            None => authenticate(request).await?,
        };
        let state = state(request);
        let keyed = keyed(request, caller_name(&known.actor))?;
        let is_action = matches!(*request.method(), Method::POST | Method::DELETE);
        let seen = if is_action { if_match(request.headers())? } else { None };
        let ctx = state.engine.act_as(known.actor).await?;
        Ok(Self { ctx, session: known.session, seen, keyed, state: state.clone() })
    }

    /// An anonymous caller: a web form, or the sign-in itself.
    pub async fn anonymous(request: &HttpRequest, actor: Actor) -> Result<Self, ApiError> {
        let keyed = keyed(request, caller_name(&actor))?;
        let state = state(request);
        Ok(Self { ctx: state.engine.act_as(actor).await?, session: None, seen: None, keyed, state: state.clone() })
    }

    /// The database, for reading.
    pub fn db(&self) -> &Db {
        &self.ctx.engine.db
    }

    /// The actor.
    pub fn actor(&self) -> &Actor {
        &self.ctx.actor
    }

    /// Returns one page of a list.
    pub async fn list<F, V: Serialize>(
        &self,
        list: List<F>,
        query: impl AsyncFn(&dyn ReadDb, &Actor, &F, &Paging) -> Result<Page<V>, StoreError>,
    ) -> HandlerResult {
        Ok(list.page(&query(self.db(), self.actor(), &list.filter, &list.paging).await?))
    }

    /// Takes one request from the caller's limit of lookups by identity number or similarity, which reveal records that are not
    /// visible.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn keep_to_lookups(&self, request: &HttpRequest) -> Result<(), ApiError> {
        keep_to_rate(request, Policy::Lookup, &allowance_name(self.actor()))
    }

    /// Clears the cached callers, because rights have changed.
    pub fn rights_changed(&self) {
        self.state.authentication.forget();
    }

    /// The session of a user who signed in; an API key has none.
    pub fn session(&self) -> Result<SessionId, ApiError> {
        self.session.ok_or_else(|| Code::Forbidden.into())
    }

    /// Runs a unit of work that is safe to repeat: a change with a version.
    pub async fn patch<T>(
        &self,
        body: &Body<T>,
        work: impl AsyncFn(&Tx, &T) -> chot_application::Result<ApiResponse>,
    ) -> HandlerResult {
        Ok(self.ctx.write_unless(&body.faults, async |tx| work(tx, &body.value).await).await?)
    }

    /// Whether the request with this `Idempotency-Key` has a stored response. Work with several units asks before it starts.
    pub async fn is_answered(&self) -> Result<bool, ApiError> {
        let Some(keyed) = &self.keyed else {
            return Ok(false);
        };
        Ok(idempotency::find(self.db(), keyed).await?.is_some())
    }

    /// Runs a unit of work once for its `Idempotency-Key`. The key is reserved, the work done and the response stored in one
    /// unit. A concurrent duplicate waits for it and gets the same response, for which it needs the same rights. An invalid body
    /// reserves no key.
    pub async fn post<T>(
        &self,
        body: &Body<T>,
        work: impl AsyncFn(&Tx, &T) -> chot_application::Result<ApiResponse>,
    ) -> HandlerResult {
        self.post_if(body, work, async |_, _| Ok(true)).await
    }

    /// The same for a response about a record `V` (see [`ApiResponse::about`]), which is repeated only while the caller sees that
    /// record.
    pub async fn post_about<V: Record, T>(
        &self,
        body: &Body<T>,
        work: impl AsyncFn(&Tx, &T) -> chot_application::Result<ApiResponse>,
    ) -> HandlerResult {
        self.post_if(body, work, is_visible::<V>).await
    }

    async fn post_if<T>(
        &self,
        body: &Body<T>,
        work: impl AsyncFn(&Tx, &T) -> chot_application::Result<ApiResponse>,
        sees: impl AsyncFn(&Tx, &str) -> chot_application::Result<bool>,
    ) -> HandlerResult {
        let Some(keyed) = self.keyed.as_ref().filter(|_| body.faults.is_empty()) else {
            return self.patch(body, work).await;
        };
        let keyed = IdempotentRequest { body_hash: body.hash.clone(), ..keyed.clone() };
        let answered = self.ctx.write(async |tx| {
            once(tx, &keyed, async || work(tx, &body.value).await, async |record| sees(tx, record).await).await
        });
        let answered = answered.await?;
        answered.ok_or_else(|| Code::IdempotencyKeyReused.into())
    }
}

/// Authenticates the credential of a request and takes one request from the limit of the user, which all programs of the user
/// share.
///
/// # Errors
/// `unauthenticated`; `too_many_requests`.
pub async fn authenticate(request: &HttpRequest) -> Result<Authenticated, ApiError> {
    let credential = bearer(request.headers()).ok_or(Code::Unauthenticated)?;
    let known = state(request).authentication.authenticate(credential).await?;
    keep_to_rate(request, Policy::Caller, &allowance_name(&known.actor))?;
    Ok(known)
}

/// The key of the caller's limit.
fn allowance_name(actor: &Actor) -> String {
    actor.user().map_or_else(|| caller_name(actor), |user| format!("user:{user}"))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim())
}

/// Whether a request to an operation without required credentials has a credential.
pub fn has_credential(request: &HttpRequest) -> bool {
    request.headers().contains_key(AUTHORIZATION)
}

fn caller_name(actor: &Actor) -> String {
    match actor.who {
        Principal::User(user) => format!("user:{user}"),
        Principal::ApiKey(key, _) => format!("api_key:{key}"),
        Principal::LeadForm(form) => format!("lead_form:{form}"),
        Principal::System => "system".into(),
    }
}
