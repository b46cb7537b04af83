//! Secrets: generated from the randomness of the operating system, stored as digests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chot_domain::shared::Code;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

use crate::{Result, hashing};

/// A random secret of `bytes` bytes, as text for URLs.
pub(crate) fn random_text(bytes: usize) -> Result<String> {
    let mut random = vec![0_u8; bytes];
    OsRng.try_fill_bytes(&mut random).map_err(|_| Code::InternalError)?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// A random name of lower-case letters and digits.
pub(crate) fn random_name(length: usize) -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    let mut random = vec![0_u8; length];
    OsRng.try_fill_bytes(&mut random).map_err(|_| Code::InternalError)?;
    Ok(random.into_iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// The digest of a secret that is random enough not to need a slow hash.
pub fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// Hashes a password with Argon2id, outside the threads that handle requests.
pub(crate) async fn hash_password(password: &str) -> Result<String> {
    let password = password.to_owned();
    let mut salt = [0_u8; 16];
    OsRng.try_fill_bytes(&mut salt).map_err(|_| Code::InternalError)?;
    let hash = hashing::in_turn(move |memory| hashing::hash(password.as_bytes(), &salt, memory)).await?;
    hash.ok_or(Code::InternalError.into())
}

/// Whether a password matches a hash. Without a hash the same work is done and the result is false, so that the response time
/// does not show whether a user exists.
pub(crate) async fn verify_password(password: &str, hash: Option<String>) -> Result<bool> {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
    let (known, password) = (hash.is_some(), password.to_owned());
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    let fits = hashing::in_turn(move |memory| hashing::fits(password.as_bytes(), &hash, memory)).await?;
    Ok(known && fits)
}
