use actix_web::{HttpRequest, get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::state;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(published);
}

/// The public keys (RFC 7517, RFC 8037).
#[derive(Serialize, ToSchema)]
struct JsonWebKeySet {
    /// The key that signs now, the next key, and the keys whose tokens may still be valid, newest first.
    #[schema(max_items = 20)]
    keys: Vec<JsonWebKey>,
}

/// A public key that verifies access tokens.
#[derive(Serialize, ToSchema)]
struct JsonWebKey {
    /// The key type.
    #[schema(max_length = 10, example = "OKP")]
    kty: &'static str,
    /// The curve.
    #[schema(max_length = 20, example = "Ed25519")]
    crv: &'static str,
    /// The public key, in base64url.
    #[schema(max_length = 100, example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    x: String,
    /// The identifier of the key in tokens.
    #[schema(max_length = 50, example = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10")]
    kid: String,
    /// The use of the key.
    #[serde(rename = "use")]
    #[schema(max_length = 10, example = "sig")]
    purpose: &'static str,
    /// The algorithm.
    #[schema(max_length = 10, example = "EdDSA")]
    alg: &'static str,
}

/// List the keys that sign access tokens.
///
/// Returns the public keys (RFC 7517) with which other programs can verify access tokens. A new key is published before it signs.
/// If a token has a `kid` that is not in your copy, read the list again.
#[utoipa::path(tag = "sessions", operation_id = "listSigningKeys", security(()), responses((status = 200, body = JsonWebKeySet)))]
#[get("/.well-known/jwks.json")]
async fn published(request: HttpRequest) -> HandlerResult {
    let known = state(&request).authentication.keys().all().await;
    let keys = known.keys.iter().map(|key| JsonWebKey {
        kty: "OKP",
        crv: "Ed25519",
        x: URL_SAFE_NO_PAD.encode(&key.public),
        kid: key.id.clone(),
        purpose: "sig",
        alg: "EdDSA",
    });
    Ok(ApiResponse::ok(&JsonWebKeySet { keys: keys.collect() }))
}
