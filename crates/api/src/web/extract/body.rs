use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chot_domain::shared::{Code, Draft, MergePatch, Nothing, Violations, parse_strictly, read_with_faults, take_nul};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::Extracted;
use super::coding::Coding;
use super::idempotency::IDEMPOTENCY_KEY;
use crate::web::problem::ApiError;

/// A body with its violations. They are reported after missing rights or visibility, together with those of the action. So an
/// invalid body also enters the unit of work, which is then never committed.
pub struct Body<T> {
    /// The value, with placeholders for invalid parts.
    pub(super) value: T,
    /// The violations.
    pub(super) faults: Violations,
    pub(super) hash: String,
}

impl<T> Body<T> {
    /// The valid body, for use outside a unit of work.
    ///
    /// # Errors
    /// The violations.
    pub fn right(&self) -> Result<&T, ApiError> {
        Ok(self.faults.clone().into_result(&self.value)?)
    }
}

pub const JSON: &str = "application/json";

/// RFC 7396: named members are replaced, `null` clears them.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The maximum size of a body.
pub const LARGEST_BODY: usize = 1 << 20;

/// A body that takes longer is refused.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads a whole body. The size is limited while it is received and while it is decompressed, so that the server never stores
/// more than the maximum.
pub async fn bytes(request: &HttpRequest, payload: Payload) -> Result<Bytes, ApiError> {
    let coding = Coding::of(request.headers())?;
    let packed = tokio::time::timeout(PATIENCE, gather(payload)).await.map_err(|_| Code::BodyTooSlow)??;
    coding.unpack(packed)
}

async fn gather(mut payload: Payload) -> Result<Bytes, ApiError> {
    let mut gathered = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|fault| match fault {
            PayloadError::Overflow => Code::BodyTooLarge,
            _ => Code::MalformedBody,
        })?;
        if gathered.len() + piece.len() > LARGEST_BODY {
            return Err(Code::BodyTooLarge.into());
        }
        gathered.extend_from_slice(&piece);
    }
    Ok(gathered.freeze())
}

/// The media type of a body, if it is supported.
pub fn media_type(request: &HttpRequest, readable: &[&'static str]) -> Result<&'static str, ApiError> {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = value.split(';').next().unwrap_or_default().trim();
    let known = readable.iter().find(|one| one.eq_ignore_ascii_case(named));
    known.copied().ok_or_else(|| ApiError::unsupported_media_type(request.method(), readable))
}

pub fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

/// The canonical bytes of a body, with sorted members and without whitespace, so that only its meaning counts.
pub fn canonical(json: &Value) -> Vec<u8> {
    serde_json::to_vec(json).unwrap_or_default()
}

/// The digest of a body, which identifies a repeated request. Secrets are excluded.
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

/// The members of a body with arbitrary members; empty with a violation if it is not an object. Texts with NUL are refused.
pub fn members(mut json: Value) -> (Map<String, Value>, Violations) {
    let faults = take_nul(&mut json);
    match json {
        Value::Object(members) => (members, faults),
        _ => (Map::new(), Violations::one("", "wrong_type")),
    }
}

/// Reads a draft with its violations. Texts with NUL are refused everywhere.
///
/// # Errors
/// All violations, if no placeholder can replace what cannot be read.
pub fn read_storable<T: Draft>(mut json: Value) -> Result<(T, Violations), Violations> {
    let unstorable = take_nul(&mut json);
    match read_with_faults(json) {
        Ok((value, faults)) => Ok((value, unstorable.merge(faults))),
        Err(faults) => Err(unstorable.merge(faults)),
    }
}

/// The unparsed bytes of a body.
pub struct RawBody(pub Bytes);

impl FromRequest for RawBody {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            media_type(&request, &[JSON])?;
            Ok(Self(bytes(&request, payload).await?))
        })
    }
}

impl Body<Nothing> {
    /// The body of a request that has none, such as DELETE.
    pub fn nothing() -> Self {
        Self { value: Nothing {}, faults: Violations::default(), hash: String::new() }
    }
}

impl<T: Draft> Body<T> {
    /// Parses a body.
    pub fn parse(request: &HttpRequest, bytes: &[u8]) -> Result<Self, ApiError> {
        Self::from_json(request, parse_strictly(bytes)?)
    }

    fn from_json(request: &HttpRequest, json: Value) -> Result<Self, ApiError> {
        let hash = if request.headers().contains_key(IDEMPOTENCY_KEY) { digest_of::<T>(&json) } else { String::new() };
        let (value, faults) = read_storable(json)?;
        Ok(Self { value, faults, hash })
    }
}

impl<T: Draft> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            media_type(&request, &[JSON])?;
            Self::parse(&request, &bytes(&request, payload).await?)
        })
    }
}

/// An optional body, for actions whose fields are all optional. `{}` means the same as no body.
pub struct OptionalBody<T>(pub Body<T>);

impl<T: Draft> FromRequest for OptionalBody<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = bytes(&request, payload).await?;
            if bytes.is_empty() {
                return Ok(Self(Body::from_json(&request, Value::Object(Map::new()))?));
            }
            media_type(&request, &[JSON])?;
            Ok(Self(Body::from_json(&request, parse_strictly(&bytes)?)?))
        })
    }
}

/// A merge patch; the action validates the patched record.
pub struct Patch<T>(pub Body<MergePatch<T>>);

impl<T: 'static> FromRequest for Patch<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            media_type(&request, &[MERGE_PATCH, JSON])?;
            let (members, faults) = members(parse_strictly(&bytes(&request, payload).await?)?);
            Ok(Self(Body { value: MergePatch::from(members), faults, hash: String::new() }))
        })
    }
}
