use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chot_application::identity::digest;
use chot_application::{Engine, Error};
use chot_domain::identity::{Actor, Permissions, Principal, SessionId, UserId};
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::identity;
use jsonwebtoken::{Algorithm, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::web::signing_keys::SigningKeys;

/// Lifetime of an access token, in seconds.
pub const TOKEN_SECONDS: i64 = 900;

/// The longest time until a sign-out, a new password, a new role or the deactivation of a user takes effect in other processes.
/// In the process where it happens, it takes effect at once.
const FRESH: Duration = Duration::from_secs(3);

/// The type of our tokens (RFC 8725, section 3.11): a token of another type is not an access token.
const TYPE: &str = "JWT";

const ISSUER: &str = "chot";
const AUDIENCE: &str = "chot-api";

/// The claims of an access token (RFC 7519): its session and its expiry.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
    /// Our own tokens do not contain it; it is validated if present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The actor with its rights.
    pub actor: Actor,
    /// The session; `None` for an API key.
    pub session: Option<SessionId>,
}

/// Signs access tokens and authenticates callers. Verified tokens and loaded actors are cached for a short time.
#[derive(Clone)]
pub struct Authentication {
    engine: Engine,
    keys: SigningKeys,
    tokens: Cache<String, Claims>,
    /// Callers, each with the number of changes at the time of the lookup.
    callers: Cache<String, (u64, Authenticated)>,
    /// The number of changes of rights in this process.
    changes: Arc<AtomicU64>,
}

impl Authentication {
    /// Loads the keys of the deployment.
    ///
    /// # Errors
    /// `not_initialised` if there is no key.
    pub async fn load(engine: &Engine) -> Result<Self, Error> {
        Ok(Self {
            engine: engine.clone(),
            keys: SigningKeys::load(engine).await?,
            tokens: Cache::builder().max_capacity(50_000).time_to_live(Duration::from_secs(60)).build(),
            callers: Cache::builder().max_capacity(50_000).time_to_live(FRESH).build(),
            changes: Arc::default(),
        })
    }

    /// The keys that sign access tokens.
    pub fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// A new access token for a session.
    ///
    /// # Errors
    /// `internal_error` if it cannot be signed.
    pub async fn token(&self, user: UserId, session: SessionId) -> Result<String, Error> {
        let key = self.keys.signing().await?;
        let iat = SystemClock.now().timestamp();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user,
            sid: session,
            iat,
            exp: iat + TOKEN_SECONDS,
            nbf: None,
        };
        let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(|_| Code::InternalError.into())
    }

    /// Authenticates a bearer credential: an access token or an API key.
    ///
    /// # Errors
    /// `unauthenticated` if it is not valid.
    pub async fn authenticate(&self, credential: &str) -> Result<Authenticated, Error> {
        if credential.len() > 4096 {
            return Err(Code::Unauthenticated.into());
        }
        if credential.starts_with("chot_live_") {
            return self.api_key(credential).await;
        }
        let claims = self.claims(credential).await?;
        let remembered_as = claims.sid.to_string();
        let changes = self.changes.load(Ordering::SeqCst);
        if let Some(known) = self.remembered(&remembered_as, changes) {
            return Ok(known);
        }
        let state = identity::session(&self.engine.db, claims.sid, SystemClock.now()).await?;
        let user = state.filter(|state| state.is_open && state.user == claims.sub).ok_or(Code::Unauthenticated)?.user;
        let known = Authenticated { actor: self.actor(user).await?, session: Some(claims.sid) };
        self.callers.insert(remembered_as, (changes, known.clone()));
        Ok(known)
    }

    /// Clears the cached callers, because rights have changed in this process.
    pub fn forget(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// A cached caller, unless rights have changed since the lookup.
    fn remembered(&self, name: &str, changes: u64) -> Option<Authenticated> {
        self.callers.get(name).filter(|(seen, _)| *seen == changes).map(|(_, known)| known)
    }

    async fn claims(&self, token: &str) -> Result<Claims, Error> {
        let now = SystemClock.now().timestamp();
        if let Some(claims) = self.tokens.get(token) {
            return if claims.exp > now { Ok(claims) } else { Err(Code::Unauthenticated.into()) };
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| Code::Unauthenticated)?;
        let named = header.kid.ok_or(Code::Unauthenticated)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(Code::Unauthenticated.into());
        }
        let key = self.keys.named(&named).await?.ok_or(Code::Unauthenticated)?;
        // RFC 8725: one fixed algorithm, not read from the token; issuer, audience and expiry are required.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        let claims: Claims = jsonwebtoken::decode(token, &key.decoding, &validation).map_err(|_| Code::Unauthenticated)?.claims;
        self.tokens.insert(token.to_owned(), claims.clone());
        Ok(claims)
    }

    async fn api_key(&self, credential: &str) -> Result<Authenticated, Error> {
        let remembered_as = digest(credential);
        let changes = self.changes.load(Ordering::SeqCst);
        if let Some(known) = self.remembered(&remembered_as, changes) {
            return Ok(known);
        }
        let (prefix, secret) = split_key(credential).ok_or(Code::Unauthenticated)?;
        let key = identity::api_key(&self.engine.db, prefix).await?.ok_or(Code::Unauthenticated)?;
        let is_over = key.expires_at.is_some_and(|at| at <= SystemClock.now());
        // Digests are compared, so the time of the comparison reveals nothing about the secret.
        let fits = digest(secret) == key.secret_hash;
        if is_over || !fits {
            return Err(Code::Unauthenticated.into());
        }
        let of_user = self.actor(key.user).await?;
        let scopes: Permissions = key.scopes.into_iter().collect();
        let actor = Actor { who: Principal::ApiKey(key.id, key.user), permissions: of_user.permissions.and(scopes), ..of_user };
        let known = Authenticated { actor, session: None };
        self.callers.insert(remembered_as, (changes, known.clone()));
        Ok(known)
    }

    async fn actor(&self, user: UserId) -> Result<Actor, Error> {
        let (_, playbook) = self.engine.playbook().await?;
        identity::actor(&self.engine.db, &playbook, user).await?.ok_or_else(|| Code::Unauthenticated.into())
    }
}

/// Splits `chot_live_ABCDEFGH_SECRET` into the public prefix and the secret.
fn split_key(credential: &str) -> Option<(&str, &str)> {
    const BEGINNING: usize = "chot_live_".len() + 8;
    let (prefix, rest) = (credential.get(..BEGINNING)?, credential.get(BEGINNING..)?);
    Some((prefix, rest.strip_prefix('_')?))
}
