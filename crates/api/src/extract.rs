//! What a handler gets from a request: who calls, and the body, query and headers in typed and checked form.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chot_application::{Ctx, Result as Done};
use chot_domain::identity::{Actor, SessionId, Who};
use chot_domain::shared::{Code, Draft, MergePatch, Violations, parse_strictly, read, read_against};
use chot_persistence::idempotency::{self, Keyed};
use chot_persistence::{Db, Tx};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Reply};
use crate::problem::Failure;
use crate::rate_limits::{Policy, Standing};
use crate::server::State;

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// Who calls, ready to act.
pub struct Caller {
    /// The engine in the caller's hands.
    pub ctx: Ctx,
    /// The session, unless an API key calls.
    pub session: Option<SessionId>,
    keyed: Option<Keyed>,
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::recognise(&request).await })
    }
}

impl Caller {
    async fn recognise(request: &HttpRequest) -> Result<Self, Failure> {
        let state = state(request);
        let credential = bearer(request.headers()).ok_or(Code::Unauthenticated)?;
        let known = state.authentication.recognise(credential).await?;
        let name = caller_name(&known.actor);
        keep_to_rate(request, Policy::Caller, &name)?;
        let keyed = keyed(request, name)?;
        Ok(Self { ctx: state.engine.act_as(known.actor).await?, session: known.session, keyed })
    }

    /// Who calls, for operations that answer callers without a credential as well.
    pub async fn of(request: &HttpRequest) -> Result<Self, Failure> {
        Self::recognise(request).await
    }

    /// The same for somebody who has not signed in: a web form, or the sign-in itself.
    pub async fn anonymous(request: &HttpRequest, actor: Actor) -> Result<Self, Failure> {
        let keyed = keyed(request, caller_name(&actor))?;
        Ok(Self { ctx: state(request).engine.act_as(actor).await?, session: None, keyed })
    }

    /// The database, to read from.
    pub fn db(&self) -> &Db {
        &self.ctx.engine.db
    }

    /// Who calls.
    pub fn actor(&self) -> &Actor {
        &self.ctx.actor
    }

    /// Runs a unit of work that is safe to repeat: a change with a version, or a deletion.
    pub async fn write(&self, work: impl AsyncFn(&Tx) -> Done<Reply>) -> Answer {
        Ok(self.ctx.write(work).await?)
    }

    /// Runs a unit of work once for its `Idempotency-Key`. The key is reserved, the work done and the answer kept in one unit; a
    /// twin waits for it and gets the same answer, for which it needs the same rights.
    pub async fn post<T>(&self, body: &Body<T>, work: impl AsyncFn(&Tx, &T) -> Done<Reply>) -> Answer {
        let Some(keyed) = &self.keyed else {
            return Ok(self.ctx.write(async |tx| work(tx, &body.value).await).await?);
        };
        let keyed = Keyed { body_hash: body.hash.clone(), ..keyed.clone() };
        let answered = self.ctx.write(async |tx| once(tx, &keyed, async || work(tx, &body.value).await).await).await?;
        answered.ok_or_else(|| Code::IdempotencyKeyReused.into())
    }
}

async fn once(tx: &Tx, keyed: &Keyed, work: impl AsyncFn() -> Done<Reply>) -> Done<Option<Reply>> {
    if let Some(kept) = idempotency::reserve(tx, keyed).await? {
        for permission in &kept.permissions {
            tx.require(*permission)?;
        }
        return Ok((kept.body_hash == keyed.body_hash).then(|| Reply::replayed(kept)));
    }
    let reply = work().await?;
    idempotency::keep(tx, keyed, &reply.to_keep(&keyed.body_hash, tx.required())).await?;
    Ok(Some(reply))
}

/// What every process has once, as the server put it there.
pub fn state(request: &HttpRequest) -> &State {
    #[expect(clippy::expect_used, reason = "the server puts the state into every app that it builds")]
    request.app_data::<Data<State>>().expect("the state of the server")
}

/// Takes one request of a caller's allowance.
pub fn keep_to_rate(request: &HttpRequest, policy: Policy, who: &str) -> Result<(), Failure> {
    let standing: Option<Standing> = state(request).rate_limits.take(policy, who)?;
    if let Some(standing) = standing {
        request.extensions_mut().insert(standing);
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim())
}

/// The bearer credential of a request that may do without.
pub fn has_credential(request: &HttpRequest) -> bool {
    request.headers().contains_key(AUTHORIZATION)
}

fn caller_name(actor: &Actor) -> String {
    match actor.who {
        Who::User(user) => format!("user:{user}"),
        Who::ApiKey(key, _) => format!("api_key:{key}"),
        Who::LeadForm(form) => format!("lead_form:{form}"),
        Who::System => "system".into(),
    }
}

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The `Idempotency-Key` of a request, bare or in the quotation marks of a structured field.
fn keyed(request: &HttpRequest, caller: String) -> Result<Option<Keyed>, Failure> {
    let Some(header) = request.headers().get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if key.is_empty() || key.len() > 255 || !key.chars().all(fits) {
        return Err(Failure::from(Violations::one("/Idempotency-Key", "invalid_idempotency_key")).in_headers());
    }
    let what = format!("{} {}", request.method(), request.path());
    Ok(Some(Keyed { caller, request: what, key: key.to_owned(), body_hash: String::new() }))
}

/// A body that was read and checked.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    hash: String,
}

/// A body may be so large.
pub const LARGEST_BODY: usize = 1 << 20;

/// A body that is slower than this is given up.
const PATIENCE: Duration = Duration::from_secs(20);

async fn bytes(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, Failure> {
    let reading = Bytes::from_request(request, &mut payload);
    match tokio::time::timeout(PATIENCE, reading).await {
        Err(_) => Err(Code::BodyTooSlow.into()),
        Ok(Err(error)) if error.as_response_error().status_code() == 413 => Err(Code::BodyTooLarge.into()),
        Ok(Err(_)) => Err(Code::MalformedBody.into()),
        Ok(Ok(bytes)) => Ok(bytes),
    }
}

fn media_type(request: &HttpRequest) -> String {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

/// The canonical bytes of a body: members in order, without blanks, so that only its meaning counts.
fn canonical(json: &Value) -> Vec<u8> {
    serde_json::to_vec(json).unwrap_or_default()
}

/// The digest of a body, by which a repeated request is known again. Secrets are left out of it.
fn digest_of<T: Draft>(json: &Value) -> String {
    let without_secrets = |members: &Map<String, Value>| {
        let kept = members.iter().filter(|(name, _)| !T::SECRETS.contains(&name.as_str()));
        Value::Object(kept.map(|(name, member)| (name.clone(), member.clone())).collect())
    };
    match json {
        Value::Object(members) if !T::SECRETS.is_empty() => hash(&canonical(&without_secrets(members))),
        other => hash(&canonical(other)),
    }
}

impl<T: Draft> Body<T> {
    async fn from_json(request: &HttpRequest, json: Value) -> Result<Self, Failure> {
        let hash = if request.headers().contains_key(IDEMPOTENCY_KEY) { digest_of::<T>(&json) } else { String::new() };
        let engine = &state(request).engine;
        let (_, playbook) = engine.playbook().await?;
        Ok(Self { value: read_against(json, &playbook, engine.clock.now())?, hash })
    }
}

impl<T: Draft + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if media_type(&request) != "application/json" {
                return Err(Code::UnsupportedMediaType.into());
            }
            let json = parse_strictly(&bytes(&request, payload).await?)?;
            Self::from_json(&request, json).await
        })
    }
}

/// A body that may be left out: verbs whose members are all optional. `{}` says the same as nothing.
pub struct OptionalBody<T>(pub Body<T>);

impl<T: Draft + 'static> FromRequest for OptionalBody<T> {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media_type = media_type(&request);
            let bytes = bytes(&request, payload).await?;
            if bytes.is_empty() {
                return Ok(Self(Body::from_json(&request, Value::Object(Map::new())).await?));
            }
            if media_type != "application/json" {
                return Err(Code::UnsupportedMediaType.into());
            }
            Ok(Self(Body::from_json(&request, parse_strictly(&bytes)?).await?))
        })
    }
}

/// A verb without members: nothing is expected in its body, and `{}` is accepted.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl Draft for Nothing {}

/// A merge patch that was read; what it makes of the record is checked by the verb.
pub struct Patch<T>(pub MergePatch<T>);

impl<T: 'static> FromRequest for Patch<T> {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !matches!(media_type(&request).as_str(), "application/merge-patch+json" | "application/json") {
                return Err(Code::UnsupportedMediaType.into());
            }
            match parse_strictly(&bytes(&request, payload).await?)? {
                Value::Object(members) => Ok(Self(MergePatch::from(members))),
                _ => Err(Violations::one("", "wrong_type").into()),
            }
        })
    }
}

/// The fields of a submission, from JSON or from a form.
pub struct Fields(pub Body<Map<String, Value>>);

impl FromRequest for Fields {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media_type = media_type(&request);
            let bytes = bytes(&request, payload).await?;
            let json = match media_type.as_str() {
                "application/json" => parse_strictly(&bytes)?,
                "application/x-www-form-urlencoded" => form(&bytes)?,
                _ => return Err(Code::UnsupportedMediaType.into()),
            };
            let hash = hash(&canonical(&json));
            let Value::Object(value) = json else {
                return Err(Violations::one("", "wrong_type").into());
            };
            let mut violations = Violations::default();
            if value.len() > 100 {
                violations.add("", "too_many");
            }
            for (name, field) in &value {
                if has_nul(field) || name.contains('\0') {
                    violations.add(&format!("/{}", name.replace('\0', "")), "nul_character");
                }
            }
            Ok(Self(Body { value: violations.unless_any(value)?, hash }))
        })
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, member)| name.contains('\0') || has_nul(member)),
        _ => false,
    }
}

/// A field that is sent more than once, as check boxes are, becomes a list.
fn form(bytes: &[u8]) -> Result<Value, Failure> {
    // Broken UTF-8 inside of percent signs becomes replacement marks, which are refused.
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| Code::MalformedBody)?;
    let mut fields = Map::new();
    for (name, value) in pairs {
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(Code::MalformedBody.into());
        }
        match fields.get_mut(&name) {
            None => _ = fields.insert(name, value.into()),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    Ok(Value::Object(fields))
}

/// Query parameters that were read and checked; an unknown or repeated one is refused, never ignored.
pub struct Query<T>(pub T);

impl<T: Draft + DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(query(request.query_string()).map(Self))
    }
}

fn query<T: Draft>(text: &str) -> Result<T, Failure> {
    let faults = match serde_urlencoded::from_str::<T>(text) {
        Ok(parameters) => {
            let mut violations = Violations::default();
            parameters.check(&mut violations);
            match violations.unless_any(parameters) {
                Ok(parameters) => return Ok(parameters),
                Err(faults) => faults,
            }
        }
        Err(_) => query_faults::<T>(text),
    };
    Err(Failure::from(faults).in_parameters())
}

/// What is wrong with each parameter: the parameters are read again as a body of the types that they are to have.
fn query_faults<T: Draft>(text: &str) -> Violations {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
    let (mut members, mut violations) = (Map::new(), Violations::default());
    for (name, value) in pairs {
        let typed = typed(&schema["properties"][&name], &value);
        if members.insert(name.clone(), typed).is_some() {
            violations.add(&format!("/{name}"), "repeated");
        }
    }
    if let Err(faults) = read::<T>(Value::Object(members)) {
        violations.extend(faults);
    }
    if violations.is_empty() {
        violations.add("", "invalid_value");
    }
    violations
}

fn typed(schema: &Value, text: &str) -> Value {
    let wants = |name: &str| {
        let kind = &schema["type"];
        kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == name))
    };
    let is_number = text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    let plain = (wants("boolean") && matches!(text, "true" | "false")) || (!wants("string") && is_number);
    if plain { serde_json::from_str(text).unwrap_or_else(|_| text.into()) } else { text.into() }
}

/// The version that the caller has seen, from `If-Match`.
pub struct IfMatch(pub Option<i64>);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(if_match(request).map(Self))
    }
}

fn if_match(request: &HttpRequest) -> Result<Option<i64>, Failure> {
    let header = request.headers().get("if-match").ok_or(Code::VersionRequired)?;
    let text = header.to_str().unwrap_or_default().trim();
    let number = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match number.and_then(|digits| digits.parse::<i64>().ok()) {
        Some(version) => Ok(Some(version)),
        // Something that is not one of our tags cannot be the tag of the record.
        None => Ok(Some(-1)),
    }
}
