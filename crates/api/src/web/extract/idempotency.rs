use actix_web::HttpRequest;
use chot_domain::shared::{Code, Violations};
use chot_persistence::Tx;
use chot_persistence::idempotency::{self, IdempotentRequest};

use crate::web::problem::ApiError;
use crate::web::response::{AboutRecord, ApiResponse};

pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The `Idempotency-Key` of a request, bare or in the quotation marks of a structured field.
pub fn keyed(request: &HttpRequest, caller: String) -> Result<Option<IdempotentRequest>, ApiError> {
    let Some(header) = request.headers().get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if key.is_empty() || key.len() > 255 || !key.chars().all(fits) {
        return Err(ApiError::from(Violations::one("/Idempotency-Key", "invalid_idempotency_key")).in_headers());
    }
    let what = format!("{} {}", request.method(), request.path());
    Ok(Some(IdempotentRequest { caller, request: what, key: key.to_owned(), body_hash: String::new() }))
}

/// Runs the work, or returns the stored response; `None` if the key belongs to another request. `sees` returns whether the actor
/// sees the record of a response. If the actor saw it then and no longer sees it, there is no response.
pub async fn once(
    tx: &Tx,
    keyed: &IdempotentRequest,
    work: impl AsyncFn() -> chot_application::Result<ApiResponse>,
    sees: impl AsyncFn(&str) -> chot_application::Result<bool>,
) -> chot_application::Result<Option<ApiResponse>> {
    if let Some(kept) = idempotency::reserve(tx, keyed).await? {
        for permission in &kept.permissions {
            tx.require(*permission)?;
        }
        if let Some(record) = &kept.seen_record
            && !sees(record).await?
        {
            return Err(Code::NotFound.into());
        }
        return Ok((kept.body_hash == keyed.body_hash).then(|| ApiResponse::replayed(kept)));
    }
    let reply = work().await?;
    // An action may make its record invisible to the actor; its response is repeated nevertheless.
    let seen = match reply.about_record() {
        Some(AboutRecord { id, is_visible: Some(true) }) => Some(id.as_str()),
        Some(AboutRecord { id, is_visible: None }) if sees(id).await? => Some(id.as_str()),
        _ => None,
    };
    idempotency::insert(tx, keyed, &reply.to_stored(&keyed.body_hash, tx.required(), seen)).await?;
    Ok(Some(reply))
}
