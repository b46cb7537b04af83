use chot_domain::shared::{Code, Id, Outcome, Refusal};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, ModelTrait};
use uuid::Uuid;

use crate::{StoreError, Tx};

type ColumnOf<R> = <<R as ModelTrait>::Entity as EntityTrait>::Column;
type ChangeOf<R> = <<R as ModelTrait>::Entity as EntityTrait>::ActiveModel;

/// A row with a version, which verbs change under a lock.
pub trait Versioned: ModelTrait {
    /// What kind of record it is.
    type Kind;
    /// Where the identifier stands.
    const ID: ColumnOf<Self>;
    /// Where the version stands.
    const VERSION: ColumnOf<Self>;
    /// Where the time of the last change stands, if the table has one.
    const UPDATED_AT: Option<ColumnOf<Self>>;

    /// The identifier.
    fn id(&self) -> Uuid;

    /// The version.
    fn version(&self) -> i64;
}

/// A row that goes to the archive and comes back.
pub trait Archived: Versioned {
    /// Where the time of archiving stands.
    const ARCHIVED_AT: ColumnOf<Self>;

    /// Since when it is in the archive.
    fn archived_at(&self) -> Option<DateTime<Utc>>;
}

/// A record as it is, locked by the unit of work until its end.
pub struct Locked<R>(pub(crate) R);

impl<R: Versioned> Locked<R> {
    /// The identifier.
    pub fn id(&self) -> Id<R::Kind> {
        Id::new(self.0.id())
    }

    /// The version.
    pub fn version(&self) -> i64 {
        self.0.version()
    }

    /// Refuses to go on if the caller has seen another version.
    ///
    /// # Errors
    /// `version_mismatch`.
    pub fn expect_version(&self, seen: Option<i64>) -> Outcome<()> {
        let version = self.version();
        match seen {
            Some(seen) if seen != version => Err(Refusal::from(Code::VersionMismatch).with("version", version)),
            _ => Ok(()),
        }
    }

    /// The beginning of a change: the identifier, the version counted up, the time. Nothing else is written unless it is set.
    pub(crate) fn changed(&self, tx: &Tx) -> ChangeOf<R> {
        let mut row = <ChangeOf<R> as ActiveModelTrait>::default();
        row.set(R::ID, self.0.id().into());
        row.set(R::VERSION, (self.version() + 1).into());
        if let Some(updated_at) = R::UPDATED_AT {
            row.set(updated_at, tx.now.into());
        }
        row
    }
}

impl<R: Archived> Locked<R> {
    /// Whether it is in the archive.
    pub fn is_archived(&self) -> bool {
        self.0.archived_at().is_some()
    }
}

/// Writes the members of a row that are set, and reads nothing back.
pub(crate) async fn write<A: ActiveModelBehavior>(tx: &Tx, row: A) -> Result<(), StoreError> {
    A::Entity::update(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Puts a record into the archive.
///
/// # Errors
/// When the database fails.
pub async fn archive<R: Archived>(tx: &Tx, record: &Locked<R>) -> Result<(), StoreError> {
    archived(tx, record, Some(tx.now)).await
}

/// Brings a record back from the archive.
///
/// # Errors
/// When the database fails, or what the record alone may bear was taken meanwhile.
pub async fn restore<R: Archived>(tx: &Tx, record: &Locked<R>) -> Result<(), StoreError> {
    archived(tx, record, None).await
}

async fn archived<R: Archived>(tx: &Tx, record: &Locked<R>, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    let mut row = record.changed(tx);
    row.set(R::ARCHIVED_AT, since.into());
    write(tx, row).await
}
