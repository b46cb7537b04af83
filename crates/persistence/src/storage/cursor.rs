use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::EntityName;
use serde::Serialize;
use sha2::Sha256;
use uuid::Uuid;

use crate::StoreError;
use crate::storage::page::PageRequest;

/// What a cursor is bound to: the key of the deployment, the list, the filter with its sort order, and the caller.
pub(crate) struct CursorBinding<'a> {
    key: &'a [u8],
    to: Vec<u8>,
}

const MAC_LENGTH: usize = 16;

impl<'a> CursorBinding<'a> {
    pub fn new(key: &'a [u8], table: &impl EntityName, filter: &impl Serialize, request: &PageRequest<'_>) -> Self {
        let bound = (
            table.table_name(),
            serde_json::to_value(filter).unwrap_or_default(),
            request.bound_to,
            request.actor.id(),
            request.actor.scope,
        );
        Self { key, to: serde_json::to_vec(&bound).unwrap_or_default() }
    }

    /// A cursor of the event feed is bound to the deployment alone: its filter may change on the way.
    pub fn of_feed(key: &'a [u8]) -> Self {
        Self { key, to: b"events".to_vec() }
    }

    /// The cursor of a record with its sort key.
    pub fn encode(&self, key: &str, id: Uuid) -> String {
        let mut cursor = serde_json::to_vec(&(key, id)).unwrap_or_default();
        let mac = self.mac(&cursor).finalize().into_bytes();
        cursor.extend_from_slice(&mac[..MAC_LENGTH]);
        URL_SAFE_NO_PAD.encode(cursor)
    }

    /// The sort key and the record of a cursor.
    ///
    /// # Errors
    /// [`StoreError::InvalidCursor`] if the cursor was not made for this binding.
    pub fn decode(&self, cursor: &str) -> Result<(String, Uuid), StoreError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::InvalidCursor)?;
        let split = bytes.len().checked_sub(MAC_LENGTH).ok_or(StoreError::InvalidCursor)?;
        let (keys, mac) = bytes.split_at(split);
        self.mac(keys).verify_truncated_left(mac).map_err(|_| StoreError::InvalidCursor)?;
        serde_json::from_slice(keys).map_err(|_| StoreError::InvalidCursor)
    }

    fn mac(&self, keys: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key).expect("a key of any length");
        mac.update(keys);
        mac.update(&self.to);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(key: &[u8]) -> CursorBinding<'_> {
        CursorBinding { key, to: b"leads".to_vec() }
    }

    #[test]
    fn a_cursor_is_good_for_the_deployment_that_made_it() {
        let cursor = bound(b"ours").encode("key", Uuid::nil());
        assert!(bound(b"ours").decode(&cursor).is_ok());
        assert!(matches!(bound(b"theirs").decode(&cursor), Err(StoreError::InvalidCursor)));
    }
}
