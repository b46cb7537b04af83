use std::fmt::Display;

use actix_web::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Responder};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chot_domain::identity::Permission;
use chot_persistence::Page;
use chot_persistence::idempotency::StoredResponse;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::web::extract::Condition;
use crate::web::problem::ApiError;
use crate::web::record::Record;

/// The result of every handler.
pub type HandlerResult = Result<ApiResponse, ApiError>;

/// A complete response. It can be stored and repeated for an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: String,
    /// The body to store, if the response contains a secret that is shown once.
    kept_body: Option<String>,
    /// The record of the response.
    record: Option<AboutRecord>,
}

/// The record of a response.
#[derive(Clone, Debug)]
pub struct AboutRecord {
    /// Its identifier.
    pub id: String,
    /// Whether the caller sees it now, if known.
    pub is_visible: Option<bool>,
}

impl ApiResponse {
    fn new(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, headers: vec![(CONTENT_TYPE.to_string(), "application/json".into())], body, kept_body: None, record: None }
    }

    /// 200 with a body without version.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// 202 with a body: received, without further information.
    pub fn accepted(body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, body)
    }

    /// 200 with a record and its version.
    pub fn record(record: &impl Record) -> Self {
        Self::ok(record).in_version(record.version())
    }

    /// 201 with a new record, its version and its address.
    pub fn created(location: &str, record: &impl Record) -> Self {
        Self::made(location, record).in_version(record.version())
    }

    /// 201 with a body about a new record, and its address.
    pub fn made(location: &str, body: &impl Serialize) -> Self {
        Self::new(StatusCode::CREATED, body).with(LOCATION.as_str(), location)
    }

    /// Sets the `ETag` from the version and a digest of the body: the body may contain more than the record, such as the name of
    /// its owner, which changes without the record.
    #[must_use]
    pub fn in_version(self, version: i64) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(&self.body)[..9]);
        self.with(ETAG.as_str(), &format!("\"{version}-{digest}\""))
    }

    /// 200 with a page and the address of the next one.
    pub fn page<V: Serialize>(request: &HttpRequest, page: &Page<V>) -> Self {
        let reply = Self::ok(page);
        match &page.page.next_cursor {
            None => reply,
            Some(cursor) => reply.with("link", &format!("<{}>; rel=\"next\"", next(request, cursor))),
        }
    }

    /// 200 with text of another media type than JSON.
    pub fn text(media_type: &str, body: String) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![(CONTENT_TYPE.to_string(), media_type.into())],
            body,
            kept_body: None,
            record: None,
        }
    }

    /// 204.
    pub fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: String::new(), kept_body: None, record: None }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body that is stored for an `Idempotency-Key` instead of a body with a secret.
    #[must_use]
    pub fn with_stored_body(mut self, body: &impl Serialize) -> Self {
        self.kept_body = serde_json::to_string(body).ok();
        self
    }

    /// Sets the record of the response. The response is repeated only while the caller sees that record.
    #[must_use]
    pub fn about(mut self, id: impl Display) -> Self {
        self.record = Some(AboutRecord { id: id.to_string(), is_visible: None });
        self
    }

    /// The same if it is known whether the caller sees the record now.
    #[must_use]
    pub fn about_visible(mut self, id: impl Display, is_visible: bool) -> Self {
        self.record = Some(AboutRecord { id: id.to_string(), is_visible: Some(is_visible) });
        self
    }

    /// The record of the response.
    pub fn about_record(&self) -> Option<&AboutRecord> {
        self.record.as_ref()
    }

    /// The response in the form in which it is stored.
    pub fn to_stored(&self, body_hash: &str, permissions: Vec<Permission>, seen_record: Option<&str>) -> StoredResponse {
        StoredResponse {
            body_hash: body_hash.to_owned(),
            permissions,
            seen_record: seen_record.map(str::to_owned),
            status: self.status.as_u16(),
            headers: self.headers.clone(),
            body: self.kept_body.as_ref().unwrap_or(&self.body).clone(),
        }
    }

    /// A stored response, repeated.
    pub fn replayed(kept: StoredResponse) -> Self {
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        let reply = Self { status, headers: kept.headers, body: kept.body, kept_body: None, record: None };
        reply.with("idempotency-replayed", "true")
    }

    fn etag(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == ETAG.as_str()).map(|(_, value)| value.as_str())
    }
}

/// The address of the next page: the current address with the cursor replaced.
fn next(request: &HttpRequest, cursor: &str) -> String {
    let others = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<String> = others.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
    format!("{}?{}", request.path(), query.join("&"))
}

impl Responder for ApiResponse {
    type Body = actix_web::body::BoxBody;

    /// A GET whose `If-None-Match` has the current version returns 304 (RFC 9110, section 13.1.2).
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if let Some(etag) = self.etag()
            && request.method() == Method::GET
            && Condition::read(request.headers(), IF_NONE_MATCH.as_str()).is_some_and(|known| known.names(etag))
        {
            return HttpResponse::NotModified().insert_header((ETAG, etag)).finish();
        }
        let mut response = HttpResponse::build(self.status);
        for (name, value) in self.headers {
            response.append_header((name, value));
        }
        if self.status == StatusCode::NO_CONTENT { response.finish() } else { response.body(self.body) }
    }
}
