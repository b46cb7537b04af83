//! The keys that sign access tokens. They may be rotated while the server runs, also by another process.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chot_application::{Engine, Error};
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::identity;
use chrono::{DateTime, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use ring::signature::{Ed25519KeyPair, KeyPair};
use tokio::sync::Mutex;
use uuid::Uuid;

/// A key made by another process is known after this time at the latest. New keys start to sign later than that.
const FRESH: Duration = Duration::from_secs(30);

/// A key that signs access tokens now, will sign them, or signed them until recently.
pub struct SigningKey {
    /// Its identifier, the `kid` of tokens.
    pub id: String,
    /// The private part, for signing.
    pub encoding: EncodingKey,
    /// The public part, for verifying.
    pub decoding: DecodingKey,
    signs_from: DateTime<Utc>,
    /// The public part, for others to verify with (RFC 8037).
    pub public: Vec<u8>,
}

/// The keys as last read, newest first.
pub struct CachedKeys {
    /// The keys.
    pub keys: Vec<Arc<SigningKey>>,
    read_at: Instant,
}

/// The keys of the deployment, as known to this process.
#[derive(Clone)]
pub struct SigningKeys {
    engine: Engine,
    known: Arc<RwLock<Arc<CachedKeys>>>,
    /// Only one task reads at a time. The others use its result, or the time of its failure.
    reading: Arc<Mutex<Option<Instant>>>,
}

impl SigningKeys {
    /// Reads the keys.
    ///
    /// # Errors
    /// `not_initialised` if there is no key.
    pub async fn load(engine: &Engine) -> Result<Self, Error> {
        let known = CachedKeys::read(engine).await?;
        Ok(Self { engine: engine.clone(), known: Arc::new(RwLock::new(Arc::new(known))), reading: Arc::default() })
    }

    /// The key that signs now.
    ///
    /// # Errors
    /// `not_initialised` if there is no key.
    pub async fn signing(&self) -> Result<Arc<SigningKey>, Error> {
        let (known, now) = (self.fresh().await, SystemClock.now());
        // The clock of the process that made the first key may be ahead of ours.
        let key = known.keys.iter().find(|key| key.signs_from <= now).or_else(|| known.keys.last());
        key.cloned().ok_or_else(|| Code::NotInitialised.into())
    }

    /// The key with the `kid` of a token. An unknown key may be very new, so the keys are read again before the token is refused.
    ///
    /// # Errors
    /// If the database fails: then it is unknown whether the key exists.
    pub async fn named(&self, id: &str) -> Result<Option<Arc<SigningKey>>, Error> {
        if let Some(key) = self.fresh().await.find(id) {
            return Ok(Some(key));
        }
        if id.parse::<Uuid>().is_err() {
            return Ok(None);
        }
        Ok(self.read_since(Instant::now()).await?.find(id))
    }

    /// The current keys, newest first. If the database fails, the keys read before.
    pub async fn all(&self) -> Arc<CachedKeys> {
        self.read_since(Instant::now()).await.unwrap_or_else(|_| self.known())
    }

    fn known(&self) -> Arc<CachedKeys> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The cached keys, read again if they are old. If the database fails, the cached keys remain in use.
    async fn fresh(&self) -> Arc<CachedKeys> {
        let known = self.known();
        if known.read_at.elapsed() < FRESH {
            return known;
        }
        self.read_since(Instant::now()).await.unwrap_or(known)
    }

    /// The keys as read after this instant. Of many concurrent requests, one reads; if its read fails, the waiting requests fail
    /// too without reading.
    async fn read_since(&self, asked_at: Instant) -> Result<Arc<CachedKeys>, Error> {
        let mut failed_at = self.reading.lock().await;
        let known = self.known();
        if known.read_at >= asked_at {
            return Ok(known);
        }
        if failed_at.is_some_and(|failed_at| failed_at >= asked_at) {
            return Err(Code::Unavailable.into());
        }
        let read = CachedKeys::read(&self.engine).await.inspect_err(|_| *failed_at = Some(Instant::now()));
        let read = Arc::new(read?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = read.clone();
        Ok(read)
    }
}

impl CachedKeys {
    async fn read(engine: &Engine) -> Result<Self, Error> {
        let (read_at, now) = (Instant::now(), SystemClock.now());
        let mut keys = Vec::new();
        for key in identity::signing_keys(&engine.db).await?.into_iter().filter(|key| key.may_be_seen(now)) {
            let document = STANDARD.decode(key.secret).map_err(|_| Code::NotInitialised)?;
            let pair = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| Code::NotInitialised)?;
            let public = pair.public_key().as_ref().to_vec();
            keys.push(Arc::new(SigningKey {
                id: key.id.to_string(),
                encoding: EncodingKey::from_ed_der(&document),
                decoding: DecodingKey::from_ed_der(&public),
                signs_from: key.signs_from,
                public,
            }));
        }
        if keys.is_empty() {
            return Err(Code::NotInitialised.into());
        }
        Ok(Self { keys, read_at })
    }

    fn find(&self, id: &str) -> Option<Arc<SigningKey>> {
        self.keys.iter().find(|key| key.id == id).cloned()
    }
}
