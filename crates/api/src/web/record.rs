//! What is done with every record in the same way: read it, create it, act on it, change it, archive it.

use std::fmt::Display;
use std::str::FromStr;

use chot_application::Result as Done;
use chot_domain::identity::{Actor, Permission, Permissions, RoleScope};
use chot_domain::shared::{Code, DomainError, Draft, MergePatch};
use chot_persistence::{ReadDb, StoreError, Tx};
use serde::Serialize;

use crate::web::extract::{Body, Caller, IfMatch};
use crate::web::problem::ApiError;
use crate::web::response::{ApiResponse, HandlerResult};

/// A view that has an address of its own and a version.
pub trait Record: Serialize + Sized {
    /// What it is called by.
    type Id: Copy + Display + FromStr;

    /// The address of them all; each stands below it.
    const PATH: &'static str;

    /// Whether rights hang on it: who remembers callers forgets them when one of these changes.
    const DECIDES_RIGHTS: bool = false;

    /// The permissions that decide about what is shown of other records beside this one.
    const SHOWS_WITH: &'static [Permission] = &[];

    /// The version, with which the `ETag` begins.
    fn version(&self) -> i64;

    /// The record as an answer of it is kept for an `Idempotency-Key`, if it holds what is not to be kept.
    fn stored(&self) -> Option<Self> {
        None
    }

    /// The record, if the actor may see it.
    async fn find(db: &impl ReadDb, actor: &Actor, id: Self::Id) -> Result<Option<Self>, StoreError>;

    /// The version of the record if the actor may see it, held until the end of the unit of work where actions could change it.
    async fn lock_version(tx: &Tx, id: Self::Id) -> Result<Option<i64>, StoreError> {
        Ok(Self::find(tx, &tx.actor, id).await?.map(|record| record.version()))
    }
}

impl Caller {
    /// A record that the caller may see.
    pub async fn read<V: Record>(&self, id: V::Id) -> HandlerResult {
        let record = V::find(self.db(), self.actor(), id).await?.ok_or(Code::NotFound)?;
        Ok(ApiResponse::record(&record))
    }

    /// Runs a verb that makes a record, and answers the record and where it is to be found.
    pub async fn create<V: Record, T>(&self, body: &Body<T>, action: impl AsyncFn(&Tx, &T) -> Done<V::Id>) -> HandlerResult {
        let created = async |tx: &Tx, draft: &T| {
            let id = action(tx, draft).await?;
            let record = afterwards::<V>(tx, id).await?;
            Ok(with_stored(ApiResponse::created(&address::<V>(id), &record), &record).about(id))
        };
        self.after_change::<V>(self.post_about::<V, _>(body, created).await)
    }

    /// Runs a verb on a record and answers the record as it is then.
    pub async fn act<V: Record, T: Draft>(
        &self,
        id: V::Id,
        body: &Body<T>,
        action: impl AsyncFn(&Tx, V::Id, &T) -> Done<()>,
    ) -> HandlerResult {
        let acted = async |tx: &Tx, order: &T| {
            self.check_version::<V, _>(tx, id, async || action(tx, id, order).await).await?;
            let record = afterwards::<V>(tx, id).await?;
            Ok(with_stored(ApiResponse::record(&record), &record).about(id))
        };
        self.after_change::<V>(self.post_about::<V, _>(body, acted).await)
    }

    /// Changes what is said about a record that is in a version which the caller has seen, and answers the record as it is then.
    pub async fn change<V: Record, T>(
        &self,
        id: V::Id,
        seen: &IfMatch,
        patch: &Body<MergePatch<T>>,
        action: impl AsyncFn(&Tx, V::Id, &MergePatch<T>, Option<i64>) -> Done<()>,
    ) -> HandlerResult {
        let changed = async |tx: &Tx, patch: &MergePatch<T>| {
            seen.run(&tx.actor, async |version| action(tx, id, patch, version).await).await?;
            Ok(ApiResponse::record(&afterwards::<V>(tx, id).await?))
        };
        self.after_change::<V>(self.patch(patch, changed).await)
    }

    /// Takes away a record that is in a version which the caller has seen.
    pub async fn archive<V: Record>(
        &self,
        id: V::Id,
        seen: &IfMatch,
        action: impl AsyncFn(&Tx, V::Id, Option<i64>) -> Done<()>,
    ) -> HandlerResult {
        let archived = async |tx: &Tx| {
            seen.run(&tx.actor, async |version| action(tx, id, version).await).await?;
            Ok(ApiResponse::nothing())
        };
        self.after_change::<V>(self.ctx.write(archived).await.map_err(ApiError::from))
    }

    /// Does something on a record only if it is in a version that the caller has seen, if the caller says so. What the verb has to say of
    /// rights, sight and the request is told before that, what it has to say of the state of things after it; of a record out of sight
    /// nobody has seen any version.
    pub async fn check_version<V: Record, T>(&self, tx: &Tx, id: V::Id, action: impl AsyncFnOnce() -> Done<T>) -> Done<T> {
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

    /// Rights that a verb has changed hold from now on.
    fn after_change<V: Record>(&self, answer: HandlerResult) -> HandlerResult {
        if V::DECIDES_RIGHTS && answer.is_ok() {
            self.rights_changed();
        }
        answer
    }
}

/// The answer, with what is kept of it where the record holds what is not to be kept.
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

/// Whether the actor sees a record, named by its identifier.
pub async fn is_visible<V: Record>(tx: &Tx, id: &str) -> Done<bool> {
    let Ok(id) = id.parse() else {
        return Ok(false);
    };
    match V::find(tx, &tx.actor, id).await {
        Ok(record) => Ok(record.is_some()),
        Err(StoreError::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The record as a verb has left it. Who does something may see what came of it, even if it takes the record out of sight, but of other
/// records no more than a GET would show.
pub async fn afterwards<V: Record>(tx: &Tx, id: V::Id) -> Done<V> {
    let hidden = V::SHOWS_WITH.iter().filter(|permission| !tx.actor.may(**permission));
    let permissions = hidden.fold(Permissions::all(), |all, permission| all.without(*permission));
    let actor = Actor { permissions, scope: RoleScope::All, ..tx.actor.clone() };
    Ok(V::find(tx, &actor, id).await?.ok_or(Code::NotFound)?)
}
