//! Encrypts secrets of others at rest, such as those of telephone exchanges (AES-256-GCM, NIST SP 800-38D). The keys are not in
//! the database, so that a copy of the database alone is useless.

mod store;

pub use store::{encrypt_all, forget_unreadable, require_all, wanted};

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

/// The place of a secret. A ciphertext is bound to its place: it cannot be decrypted elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The primary key of the row.
    pub row: &'a str,
}

/// An encrypted secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The key that decrypts it.
    pub key_id: String,
    /// Nonce and ciphertext, as base64.
    pub text: String,
}

/// Why a secret cannot be encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// The deployment has no key.
    #[error("there is no key for secrets: set CHOT_SECRET_KEY or CHOT_SECRET_KEY_FILE")]
    NoKey,
    /// The key is not among the given keys.
    #[error(
        "the key {0}, which encrypts secrets in this database, is not among those of CHOT_SECRET_KEY or CHOT_SECRET_KEY_FILE"
    )]
    UnknownKey(String),
    /// The stored value was changed, truncated or moved.
    #[error("a secret in the database cannot be decrypted: it was changed, or moved from another place")]
    Damaged,
    /// The given text is not a list of keys.
    #[error("a key for secrets is 32 bytes in base64; several stand on lines of their own or are separated by commas")]
    Malformed,
    /// The file of keys cannot be read.
    #[error("the file of the keys for secrets cannot be read: {0}")]
    Unreadable(String),
}

struct SecretKey {
    id: String,
    key: LessSafeKey,
}

/// The keys of a process. The first encrypts, all decrypt, so that keys can be rotated.
#[derive(Clone)]
pub struct SecretKeys {
    keys: Arc<RwLock<Vec<SecretKey>>>,
    /// The file to read again when a secret has an unknown key: another process may already use a new key.
    file: Option<PathBuf>,
}

impl std::fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretKeys").field("ids", &self.ids()).finish()
    }
}

impl SecretKeys {
    /// Reads keys from text.
    ///
    /// # Errors
    /// When the text is not one or more keys.
    pub fn parse(text: &str) -> Result<Self, SecretFault> {
        Ok(Self { keys: Arc::new(RwLock::new(parse(text)?)), file: None })
    }

    /// Reads keys from a file.
    ///
    /// # Errors
    /// When the file cannot be read, or contains anything else.
    pub fn from_file(file: &Path) -> Result<Self, SecretFault> {
        let keys = parse(&read(file)?)?;
        Ok(Self { keys: Arc::new(RwLock::new(keys)), file: Some(file.to_owned()) })
    }

    /// A new random key, as text.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<String, SecretFault> {
        let mut key = [0_u8; 32];
        OsRng.try_fill_bytes(&mut key).map_err(|error| SecretFault::Unreadable(error.to_string()))?;
        Ok(STANDARD.encode(key))
    }

    /// The identifiers of the keys, with the encrypting key first. They reveal nothing about the keys.
    pub fn ids(&self) -> Vec<String> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).iter().map(|key| key.id.clone()).collect()
    }

    /// Encrypts a secret for its place, with the first key. The file is read again, because another process may have added a
    /// new key.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal(&self, place: Place<'_>, secret: &str) -> Result<Sealed, SecretFault> {
        // If the file cannot be read, the known keys are used.
        let _ = self.read_again();
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let first = keys.first().ok_or(SecretFault::NoKey)?;
        let mut nonce = [0_u8; NONCE_LEN];
        OsRng.try_fill_bytes(&mut nonce).map_err(|error| SecretFault::Unreadable(error.to_string()))?;
        let mut text = secret.as_bytes().to_vec();
        let bound = Aad::from(bytes_of(place));
        first
            .key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut text)
            .map_err(|_| SecretFault::Damaged)?;
        Ok(Sealed { key_id: first.id.clone(), text: STANDARD.encode([nonce.as_slice(), &text].concat()) })
    }

    /// Decrypts the secret of a place.
    ///
    /// # Errors
    /// When the key is unknown, or the value was changed or moved.
    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<String, SecretFault> {
        match self.open_with_known(place, sealed) {
            Err(SecretFault::UnknownKey(id)) if self.file.is_some() => {
                self.read_again().map_err(|_| SecretFault::UnknownKey(id))?;
                self.open_with_known(place, sealed)
            }
            known => known,
        }
    }

    fn open_with_known(&self, place: Place<'_>, sealed: &Sealed) -> Result<String, SecretFault> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key =
            keys.iter().find(|key| key.id == sealed.key_id).ok_or_else(|| SecretFault::UnknownKey(sealed.key_id.clone()))?;
        let mut bytes = STANDARD.decode(&sealed.text).map_err(|_| SecretFault::Damaged)?;
        if bytes.len() < NONCE_LEN {
            return Err(SecretFault::Damaged);
        }
        let mut text = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| SecretFault::Damaged)?;
        let opened = key.key.open_in_place(nonce, Aad::from(bytes_of(place)), &mut text).map_err(|_| SecretFault::Damaged)?;
        String::from_utf8(opened.to_vec()).map_err(|_| SecretFault::Damaged)
    }

    fn read_again(&self) -> Result<(), SecretFault> {
        if let Some(file) = &self.file {
            let keys = parse(&read(file)?)?;
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        }
        Ok(())
    }
}

fn read(file: &Path) -> Result<String, SecretFault> {
    std::fs::read_to_string(file).map_err(|error| SecretFault::Unreadable(format!("{}: {error}", file.display())))
}

fn parse(text: &str) -> Result<Vec<SecretKey>, SecretFault> {
    let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
    let keys: Vec<SecretKey> = words.map(key_of).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(SecretFault::Malformed) } else { Ok(keys) }
}

fn key_of(word: &str) -> Result<SecretKey, SecretFault> {
    let bytes = STANDARD.decode(word).map_err(|_| SecretFault::Malformed)?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| SecretFault::Malformed)?;
    let id = Sha256::digest([b"chot secret key ".as_slice(), &bytes].concat());
    let id = id.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(SecretKey { id, key: LessSafeKey::new(key) })
}

/// A place as bytes. A separator makes every place unique.
fn bytes_of(place: Place<'_>) -> Vec<u8> {
    [place.table, place.column, place.row].join("\0").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "telephone_exchanges", column: "signing_secret", row: "stringee" };

    fn keys() -> (SecretKeys, String) {
        let text = SecretKeys::generate().unwrap();
        (SecretKeys::parse(&text).unwrap(), text)
    }

    #[test]
    fn a_secret_comes_back_where_it_was_put_and_nowhere_else() {
        let (keys, _) = keys();
        let sealed = keys.seal(HERE, "bí mật").unwrap();
        assert!(!sealed.text.contains("bí mật"));
        assert_eq!(keys.open(HERE, &sealed).as_deref(), Ok("bí mật"));
        assert_ne!(keys.seal(HERE, "bí mật").unwrap().text, sealed.text, "no nonce is used twice");
        for elsewhere in [Place { row: "voip24h", ..HERE }, Place { column: "other", ..HERE }, Place { table: "other", ..HERE }] {
            assert_eq!(keys.open(elsewhere, &sealed), Err(SecretFault::Damaged));
        }
    }

    #[test]
    fn what_was_changed_or_cut_opens_nothing() {
        let (keys, _) = keys();
        let sealed = keys.seal(HERE, "bí mật").unwrap();
        let mut bytes = STANDARD.decode(&sealed.text).unwrap();
        for index in 0..bytes.len() {
            bytes[index] ^= 1;
            let changed = Sealed { text: STANDARD.encode(&bytes), ..sealed.clone() };
            assert_eq!(keys.open(HERE, &changed), Err(SecretFault::Damaged));
            bytes[index] ^= 1;
            let cut = Sealed { text: STANDARD.encode(&bytes[..index]), ..sealed.clone() };
            assert_eq!(keys.open(HERE, &cut), Err(SecretFault::Damaged));
        }
        assert_eq!(keys.open(HERE, &Sealed { text: "không phải".into(), ..sealed }), Err(SecretFault::Damaged));
    }

    #[test]
    fn old_keys_open_and_the_first_seals() {
        let (old, old_text) = keys();
        let before = old.seal(HERE, "bí mật").unwrap();
        let new_text = SecretKeys::generate().unwrap();
        let both = SecretKeys::parse(&format!("{new_text},{old_text}")).unwrap();
        assert_eq!(both.open(HERE, &before).as_deref(), Ok("bí mật"));
        let after = both.seal(HERE, "bí mật").unwrap();
        assert_eq!(both.ids(), [after.key_id.clone(), before.key_id.clone()]);
        let new = SecretKeys::parse(&new_text).unwrap();
        assert_eq!(new.open(HERE, &after).as_deref(), Ok("bí mật"));
        assert_eq!(new.open(HERE, &before), Err(SecretFault::UnknownKey(before.key_id)));
    }

    #[test]
    fn what_is_no_key_is_refused_and_no_key_is_told() {
        for nothing in ["", " ", "\n", "ngắn", "c2hvcnQ=", "not base64 at all!"] {
            assert_eq!(SecretKeys::parse(nothing).unwrap_err(), SecretFault::Malformed, "{nothing:?}");
        }
        let (keys, text) = keys();
        assert!(!format!("{keys:?}").contains(&text));
    }
}
