use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chot_application::identity::digest;
use chot_application::{Engine, Error};
use chot_domain::identity::{Actor, Permissions, SessionId, UserId, Who};
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::identity;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};

/// How long an access token lives, in seconds.
pub const TOKEN_SECONDS: i64 = 900;

/// Sign-out, a new password, a new role and the end of a user take effect in other processes after so long at the most; in the
/// process where they happen, at once.
const FRESH: Duration = Duration::from_secs(3);

const ISSUER: &str = "chot";
const AUDIENCE: &str = "chot-api";

/// What an access token says (RFC 7519): whose session it belongs to, and until when it is good.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// A caller whose token or key was good.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who it is, with what rights.
    pub actor: Actor,
    /// The session, unless it is an API key.
    pub session: Option<SessionId>,
}

/// Signs access tokens and recognises callers. Verified tokens and loaded actors are remembered for a short time.
#[derive(Clone)]
pub struct Authentication {
    engine: Engine,
    signing: Arc<(String, EncodingKey)>,
    verifying: Arc<Vec<(String, DecodingKey)>>,
    tokens: Cache<String, Claims>,
    /// Callers, each with the number of changes that was known when the caller was looked up.
    callers: Cache<String, (u64, Known)>,
    /// How often rights have changed in this process.
    changes: Arc<AtomicU64>,
}

impl Authentication {
    /// Loads the keys of the deployment.
    ///
    /// # Errors
    /// `not_initialised` without a key.
    pub async fn load(engine: &Engine) -> Result<Self, Error> {
        let keys = identity::signing_keys(&engine.db).await?;
        let mut verifying = Vec::new();
        let mut signing = None;
        for (id, secret) in keys {
            let document = STANDARD.decode(secret).map_err(|_| Code::NotInitialised)?;
            let pair = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| Code::NotInitialised)?;
            verifying.push((id.to_string(), DecodingKey::from_ed_der(pair.public_key().as_ref())));
            signing.get_or_insert((id.to_string(), EncodingKey::from_ed_der(&document)));
        }
        Ok(Self {
            engine: engine.clone(),
            signing: Arc::new(signing.ok_or(Code::NotInitialised)?),
            verifying: Arc::new(verifying),
            tokens: Cache::builder().max_capacity(50_000).time_to_live(Duration::from_secs(60)).build(),
            callers: Cache::builder().max_capacity(50_000).time_to_live(FRESH).build(),
            changes: Arc::default(),
        })
    }

    /// A new access token for a session.
    ///
    /// # Errors
    /// `internal_error` if it cannot be signed.
    pub fn token(&self, user: UserId, session: SessionId) -> Result<String, Code> {
        let iat = SystemClock.now().timestamp();
        let claims = Claims { iss: ISSUER.into(), aud: AUDIENCE.into(), sub: user, sid: session, iat, exp: iat + TOKEN_SECONDS };
        let header = Header { kid: Some(self.signing.0.clone()), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &claims, &self.signing.1).map_err(|_| Code::InternalError)
    }

    /// Who sent this bearer credential: an access token or an API key.
    ///
    /// # Errors
    /// `unauthenticated` if it is not good.
    pub async fn recognise(&self, credential: &str) -> Result<Known, Error> {
        if credential.len() > 4096 {
            return Err(Code::Unauthenticated.into());
        }
        if credential.starts_with("chot_live_") {
            return self.api_key(credential).await;
        }
        let claims = self.claims(credential)?;
        let remembered_as = claims.sid.to_string();
        let changes = self.changes.load(Ordering::SeqCst);
        if let Some(known) = self.remembered(&remembered_as, changes) {
            return Ok(known);
        }
        let state = identity::session(&self.engine.db, claims.sid, SystemClock.now()).await?;
        let user = state.filter(|state| state.is_open && state.user == claims.sub).ok_or(Code::Unauthenticated)?.user;
        let known = Known { actor: self.actor(user).await?, session: Some(claims.sid) };
        self.callers.insert(remembered_as, (changes, known.clone()));
        Ok(known)
    }

    /// Forgets what is remembered of callers: something about their rights has changed in this process.
    pub fn forget(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// A caller who is remembered, unless rights have changed since the caller was looked up.
    fn remembered(&self, name: &str, changes: u64) -> Option<Known> {
        self.callers.get(name).filter(|(seen, _)| *seen == changes).map(|(_, known)| known)
    }

    fn claims(&self, token: &str) -> Result<Claims, Code> {
        let now = SystemClock.now().timestamp();
        if let Some(claims) = self.tokens.get(token) {
            return if claims.exp > now { Ok(claims) } else { Err(Code::Unauthenticated) };
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| Code::Unauthenticated)?;
        let named = header.kid.ok_or(Code::Unauthenticated)?;
        let (_, key) = self.verifying.iter().find(|(id, _)| *id == named).ok_or(Code::Unauthenticated)?;
        // RFC 8725: one algorithm, fixed here and not read from the token; issuer, audience and expiry are demanded.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        let claims: Claims = jsonwebtoken::decode(token, key, &validation).map_err(|_| Code::Unauthenticated)?.claims;
        self.tokens.insert(token.to_owned(), claims.clone());
        Ok(claims)
    }

    async fn api_key(&self, credential: &str) -> Result<Known, Error> {
        let remembered_as = digest(credential);
        let changes = self.changes.load(Ordering::SeqCst);
        if let Some(known) = self.remembered(&remembered_as, changes) {
            return Ok(known);
        }
        let (prefix, secret) = split_key(credential).ok_or(Code::Unauthenticated)?;
        let key = identity::api_key(&self.engine.db, prefix).await?.ok_or(Code::Unauthenticated)?;
        let is_over = key.expires_at.is_some_and(|at| at <= SystemClock.now());
        // Digests are compared, so the time that it takes tells nothing about the secret.
        let fits = digest(secret) == key.secret_hash;
        if is_over || !fits {
            return Err(Code::Unauthenticated.into());
        }
        let of_user = self.actor(key.user).await?;
        let scopes: Permissions = key.scopes.into_iter().collect();
        let actor = Actor { who: Who::ApiKey(key.id, key.user), permissions: of_user.permissions.and(scopes), ..of_user };
        let known = Known { actor, session: None };
        self.callers.insert(remembered_as, (changes, known.clone()));
        Ok(known)
    }

    async fn actor(&self, user: UserId) -> Result<Actor, Error> {
        let (_, playbook) = self.engine.playbook().await?;
        identity::actor(&self.engine.db, &playbook, user).await?.ok_or_else(|| Code::Unauthenticated.into())
    }
}

/// `chot_live_ABCDEFGH_SECRET` is the public beginning and the secret.
fn split_key(credential: &str) -> Option<(&str, &str)> {
    const BEGINNING: usize = "chot_live_".len() + 8;
    let (prefix, rest) = (credential.get(..BEGINNING)?, credential.get(BEGINNING..)?);
    Some((prefix, rest.strip_prefix('_')?))
}
