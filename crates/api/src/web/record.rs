//! Common operations on records: read, create, act, update, archive.

use std::fmt::Display;
use std::str::FromStr;

use chot_domain::identity::{Actor, Permission, Permissions, RoleScope};
use chot_domain::shared::{Code, DomainError, Draft, MergePatch};
use chot_persistence::{ReadDb, StoreError, Tx};
use serde::Serialize;

use crate::web::extract::{Body, Caller, IfMatch};
use crate::web::problem::ApiError;
use crate::web::response::{ApiResponse, HandlerResult};

/// A view with an address and a version.
pub trait Record: Serialize + Sized {
    /// Its identifier.
    type Id: Copy + Display + FromStr;

    /// The path of the collection; each record is below it.
    const PATH: &'static str;

    /// Whether it affects rights: a change clears the cached callers.
    const DECIDES_RIGHTS: bool = false;

    /// The permissions that decide which data of other records is included.
    const SHOWS_WITH: &'static [Permission] = &[];

    /// The version, with which the `ETag` begins.
    fn version(&self) -> i64;

    /// The record as it is stored for an `Idempotency-Key`, if it contains data that must not be stored.
    fn stored(&self) -> Option<Self> {
        None
    }

    /// Finds the record, if it is visible to the actor.
    async fn find(db: &dyn ReadDb, actor: &Actor, id: Self::Id) -> Result<Option<Self>, StoreError>;

    /// The version of the record if it is visible, locked until the end of the unit of work if actions could change it.
    async fn lock_version(tx: &Tx, id: Self::Id) -> Result<Option<i64>, StoreError> {
        Ok(Self::find(tx, &tx.actor, id).await?.map(|record| record.version()))
    }
}

impl Caller {
    /// Returns a record that is visible to the caller.
    pub async fn read<V: Record>(&self, id: V::Id) -> HandlerResult {
        let record = V::find(self.db(), self.actor(), id).await?.ok_or(Code::NotFound)?;
        Ok(ApiResponse::record(&record))
    }

    /// Runs an action that creates a record. Returns the record with its address.
    pub async fn create<V: Record, T>(
        &self,
        body: &Body<T>,
        action: impl AsyncFn(&Tx, &T) -> chot_application::Result<V::Id>,
    ) -> HandlerResult {
        let created = async |tx: &Tx, draft: &T| {
            let id = action(tx, draft).await?;
            let ReadBack { record, is_visible } = read_back::<V>(tx, id).await?;
            Ok(with_stored(ApiResponse::created(&address::<V>(id), &record), &record).about_visible(id, is_visible))
        };
        self.after_change::<V>(self.post_about::<V, _>(body, created).await)
    }

    /// Runs an action on a record. Returns the record after it.
    pub async fn act<V: Record, T: Draft>(
        &self,
        id: V::Id,
        body: &Body<T>,
        action: impl AsyncFn(&Tx, V::Id, &T) -> chot_application::Result<()>,
    ) -> HandlerResult {
        let acted = async |tx: &Tx, order: &T| {
            self.check_version::<V, _>(tx, id, async || action(tx, id, order).await).await?;
            let ReadBack { record, is_visible } = read_back::<V>(tx, id).await?;
            Ok(with_stored(ApiResponse::record(&record), &record).about_visible(id, is_visible))
        };
        self.after_change::<V>(self.post_about::<V, _>(body, acted).await)
    }

    /// Updates a record in a version that the caller has seen. Returns the record after it.
    pub async fn change<V: Record, T>(
        &self,
        id: V::Id,
        seen: &IfMatch,
        patch: &Body<MergePatch<T>>,
        action: impl AsyncFn(&Tx, V::Id, &MergePatch<T>, Option<i64>) -> chot_application::Result<()>,
    ) -> HandlerResult {
        let changed = async |tx: &Tx, patch: &MergePatch<T>| {
            seen.run(&tx.actor, async |version| action(tx, id, patch, version).await).await?;
            Ok(ApiResponse::record(&read_back::<V>(tx, id).await?.record))
        };
        self.after_change::<V>(self.patch(patch, changed).await)
    }

    /// Archives a record in a version that the caller has seen.
    pub async fn archive<V: Record>(
        &self,
        id: V::Id,
        seen: &IfMatch,
        action: impl AsyncFn(&Tx, V::Id, Option<i64>) -> chot_application::Result<()>,
    ) -> HandlerResult {
        let archived = async |tx: &Tx| {
            seen.run(&tx.actor, async |version| action(tx, id, version).await).await?;
            Ok(ApiResponse::nothing())
        };
        self.after_change::<V>(self.ctx.write(archived).await.map_err(ApiError::from))
    }

    /// Runs an action under `If-Match`, if the header is present. Order of errors: 404/403 and 422 from the action, then 412,
    /// then 409. A record the caller cannot see always yields 404.
    pub async fn check_version<V: Record, T>(
        &self,
        tx: &Tx,
        id: V::Id,
        action: impl AsyncFnOnce() -> chot_application::Result<T>,
    ) -> chot_application::Result<T> {
        let Some(seen) = self.seen.as_ref().filter(|seen| !seen.is_any()) else {
            return action().await;
        };
        let version = V::lock_version(tx, id).await?;
        let done = action().await;
        match (version, &done) {
            (Some(version), _) if seen.names(version) => done,
            (_, Err(error)) if !error.is_of_state() => done,
            (Some(version), _) => Err(DomainError::from(Code::VersionMismatch).fact("version", version).into()),
            (None, Ok(_)) => Err(Code::VersionMismatch.into()),
            (None, Err(_)) => done,
        }
    }

    /// Clears the cached callers if an action has changed rights.
    fn after_change<V: Record>(&self, answer: HandlerResult) -> HandlerResult {
        if V::DECIDES_RIGHTS && answer.is_ok() {
            self.rights_changed();
        }
        answer
    }
}

/// Adds the body to be stored, if the record contains data that must not be stored.
fn with_stored<V: Record>(reply: ApiResponse, record: &V) -> ApiResponse {
    match record.stored() {
        Some(kept) => reply.with_stored_body(&kept),
        None => reply,
    }
}

/// The address of a record.
pub fn address<V: Record>(id: V::Id) -> String {
    format!("{}/{id}", V::PATH)
}

/// Whether the record with that identifier is visible to the actor.
pub async fn is_visible<V: Record>(tx: &Tx, id: &str) -> chot_application::Result<bool> {
    let Ok(id) = id.parse() else {
        return Ok(false);
    };
    Ok(find_visible::<V>(tx, id).await?.is_some())
}

async fn find_visible<V: Record>(tx: &Tx, id: V::Id) -> chot_application::Result<Option<V>> {
    match V::find(tx, &tx.actor, id).await {
        Err(StoreError::Refused(_)) => Ok(None),
        found => Ok(found?),
    }
}

/// A record after an action.
pub struct ReadBack<V> {
    /// The record.
    pub record: V,
    /// Whether the actor still sees it.
    pub is_visible: bool,
}

/// Reads the record after an action. The actor may see the result, even if the record is no longer visible, but of other records
/// only what a GET would return.
pub async fn read_back<V: Record>(tx: &Tx, id: V::Id) -> chot_application::Result<ReadBack<V>> {
    if let Some(record) = find_visible::<V>(tx, id).await? {
        return Ok(ReadBack { record, is_visible: true });
    }
    let hidden = V::SHOWS_WITH.iter().filter(|permission| !tx.actor.may(**permission));
    let permissions = hidden.fold(Permissions::all(), |all, permission| all.without(*permission));
    let actor = Actor { permissions, scope: RoleScope::All, ..tx.actor.clone() };
    let record = V::find(tx, &actor, id).await?.ok_or(Code::NotFound)?;
    Ok(ReadBack { record, is_visible: false })
}
