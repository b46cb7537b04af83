//! Locked records. One lock order applies everywhere, so that units of work never wait for each other: account, contact, lead,
//! opportunity, activity, records related to these, timer. [`lock`] and [`lock_unscoped`] follow it automatically: they lock
//! the parents of a record first. Several records of one kind are locked in the order of their identifiers.

use chot_domain::identity::Actor;
use chot_domain::shared::{Code, DomainError, Id};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, DbBackend, EntityTrait, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Value,
};
use uuid::Uuid;

use crate::{StoreError, Tx};

pub(crate) type ColumnOf<R> = <<R as ModelTrait>::Entity as EntityTrait>::Column;
pub(crate) type ChangeOf<R> = <<R as ModelTrait>::Entity as EntityTrait>::ActiveModel;

/// A kind of record that is stored in versioned rows.
pub trait HasRow {
    /// Its rows.
    type Row: Versioned<Kind = Self>;
}

/// A row with a version, which actions change under a lock.
pub trait Versioned: ModelTrait<Entity: EntityTrait<Model = Self>> {
    /// The kind of record.
    type Kind;
    /// The column of the identifier.
    const ID: ColumnOf<Self>;
    /// The column of the version.
    const VERSION: ColumnOf<Self>;
    /// The column of the last change, if the table has one.
    const UPDATED_AT: Option<ColumnOf<Self>>;
    /// The columns of its parents, which are locked before it.
    const PARENTS: Parents<ColumnOf<Self>> = Parents::NONE;

    /// The identifier.
    fn id(&self) -> Uuid {
        uuid_in(self, Self::ID).unwrap_or_default()
    }

    /// The version.
    fn version(&self) -> i64 {
        match self.get(Self::VERSION) {
            Value::BigInt(version) => version.unwrap_or_default(),
            _ => 0,
        }
    }
}

fn uuid_in<R: ModelTrait>(row: &R, column: ColumnOf<R>) -> Option<Uuid> {
    match row.get(column) {
        Value::Uuid(id) => id,
        _ => None,
    }
}

/// A row with restricted visibility.
pub trait Scoped: Versioned {
    /// Everything that the actor may see, as a condition for single rows.
    ///
    /// # Errors
    /// `forbidden` without permission to read such records.
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError>;
}

/// The columns of a row that refer to its parents.
#[derive(Clone, Copy, Debug)]
pub struct Parents<C> {
    /// The account.
    pub(crate) account: Option<C>,
    /// The lead.
    pub(crate) lead: Option<C>,
    /// The opportunity.
    pub(crate) opportunity: Option<C>,
    /// The activity.
    pub(crate) activity: Option<C>,
}

impl<C> Parents<C> {
    /// No parents.
    pub(crate) const NONE: Self = Self { account: None, lead: None, opportunity: None, activity: None };
}

/// A row that can be archived and restored.
pub trait Archived: Versioned {
    /// The column of the time of archiving.
    const ARCHIVED_AT: ColumnOf<Self>;

    /// Whether it is archived.
    fn is_archived(&self) -> bool {
        self.get(Self::ARCHIVED_AT) != Value::ChronoDateTimeUtc(None)
    }
}

/// A record, locked until the end of the unit of work.
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

    /// Compares the version with the one that the caller has seen.
    ///
    /// # Errors
    /// `version_mismatch`.
    pub fn expect_version(&self, seen: Option<i64>) -> Result<(), DomainError> {
        let version = self.version();
        match seen {
            Some(seen) if seen != version => Err(DomainError::from(Code::VersionMismatch).fact("version", version)),
            _ => Ok(()),
        }
    }

    /// Starts a change, with the identifier, a new version and the time. Only columns that are set are written.
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
    /// Whether it is archived.
    pub fn is_archived(&self) -> bool {
        self.0.is_archived()
    }
}

/// Locks a record, if visible to the actor. The locking statement checks visibility, so that it is checked again for the
/// current data after waiting for a lock.
///
/// # Errors
/// `forbidden` without permission to read such records.
pub async fn lock<K: HasRow>(tx: &Tx, id: Id<K>) -> Result<Option<Locked<K::Row>>, StoreError>
where
    K::Row: Scoped,
{
    // Boxed, as below: locks are taken at the end of deep chains of actions.
    Box::pin(take::<K::Row>(tx, id.uuid(), K::Row::visible_to(&tx.actor)?)).await
}

/// Locks a record, visible or not: for claims, which only report that another user was faster, and for follow-up actions.
pub async fn lock_unscoped<K: HasRow>(tx: &Tx, id: Id<K>) -> Result<Option<Locked<K::Row>>, StoreError> {
    Box::pin(take::<K::Row>(tx, id.uuid(), Condition::all())).await
}

/// Locks several records, visible or not, in the order of their identifiers. Their parents must already be locked.
pub async fn lock_all<K: HasRow>(tx: &Tx, ids: &[Id<K>]) -> Result<Vec<Locked<K::Row>>, StoreError> {
    let named = <K::Row as ModelTrait>::Entity::find().filter(K::Row::ID.is_in(ids.iter().map(|id| id.uuid())));
    let rows: Vec<K::Row> = named.order_by_asc(K::Row::ID).lock_row().all(&tx.executor()).await?;
    ids.iter().for_each(|id| tx.note_held(id.uuid()));
    Ok(rows.into_iter().map(Locked).collect())
}

/// Locks a record and its parents without reading it: for records that come earlier in the lock order than the next one to
/// lock.
pub async fn hold<K: HasRow>(tx: &Tx, id: Id<K>) -> Result<(), StoreError> {
    Box::pin(hold_parents::<K::Row>(tx, id.uuid())).await?;
    hold_row::<K::Row>(tx, id.uuid()).await
}

async fn take<R: Versioned>(tx: &Tx, id: Uuid, seen: Condition) -> Result<Option<Locked<R>>, StoreError> {
    let parents = hold_parents::<R>(tx, id).await?;
    let select = <R::Entity as EntityTrait>::find().filter(R::ID.eq(id)).filter(seen).lock_row();
    let Some(row) = select.one(&tx.executor()).await? else {
        return Ok(None);
    };
    if parents.is_some_and(|held| held != parents_of(&row)) {
        return Err(StoreError::ParentsChanged);
    }
    tx.note_held(id);
    Ok(Some(Locked(row)))
}

type ParentIds = [Option<Uuid>; 4];
type NamedIds = (Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>);

fn parents_of<R: Versioned>(row: &R) -> ParentIds {
    let Parents { account, lead, opportunity, activity } = R::PARENTS;
    [account, lead, opportunity, activity].map(|column| column.and_then(|column| uuid_in(row, column)))
}

/// Locks the parents of a record and returns them. SQLite has only one writer, so it needs no locks.
async fn hold_parents<R: Versioned>(tx: &Tx, id: Uuid) -> Result<Option<ParentIds>, StoreError> {
    let Parents { account, lead, opportunity, activity } = R::PARENTS;
    let has_parents = account.is_some() || lead.is_some() || opportunity.is_some() || activity.is_some();
    if !has_parents || tx.backend() == DbBackend::Sqlite || tx.holds(id) {
        return Ok(None);
    }
    let named = [account, lead, opportunity, activity];
    let select = <R::Entity as EntityTrait>::find().select_only().columns(named.map(|column| column.unwrap_or(R::ID)));
    let found: Option<NamedIds> = select.filter(R::ID.eq(id)).into_tuple().one(&tx.executor()).await?;
    let Some((account, lead, opportunity, activity)) = found else {
        return Ok(None);
    };
    let found = [account, lead, opportunity, activity];
    let parents = std::array::from_fn(|index| named[index].and(found[index]));
    let [account, lead, opportunity, activity] = parents;
    if let Some(account) = account {
        hold_row::<crate::accounts::account_row::Model>(tx, account).await?;
    }
    if let Some(lead) = lead {
        hold_row::<crate::leads::row::Model>(tx, lead).await?;
    }
    if let Some(opportunity) = opportunity {
        hold_row::<crate::opportunities::row::Model>(tx, opportunity).await?;
    }
    if let Some(activity) = activity {
        hold_row::<crate::activities::row::Model>(tx, activity).await?;
    }
    Ok(Some(parents))
}

async fn hold_row<R: Versioned>(tx: &Tx, id: Uuid) -> Result<(), StoreError> {
    if tx.backend() == DbBackend::Sqlite || tx.holds(id) {
        return Ok(());
    }
    let select = <R::Entity as EntityTrait>::find().select_only().column(R::ID).filter(R::ID.eq(id)).lock_row();
    select.into_tuple::<Uuid>().one(&tx.executor()).await?;
    tx.note_held(id);
    Ok(())
}

/// Locks rows to be changed but not deleted: rows that refer to them can still be inserted.
pub(crate) trait LockRow: QuerySelect + Sized {
    /// `FOR NO KEY UPDATE`.
    #[must_use]
    fn lock_row(self) -> Self {
        self.lock(LockType::NoKeyUpdate)
    }
}

impl<Q: QuerySelect + Sized> LockRow for Q {}

/// Updates the columns that are set, without reading the row back.
pub(crate) async fn write<A: ActiveModelBehavior>(tx: &Tx, row: A) -> Result<(), StoreError> {
    A::Entity::update(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Archives a record.
pub async fn archive<R: Archived>(tx: &Tx, record: &Locked<R>) -> Result<(), StoreError> {
    archived(tx, record, Some(tx.now)).await
}

/// Restores a record from the archive.
///
/// # Errors
/// When a unique value of the record was taken meanwhile.
pub async fn restore<R: Archived>(tx: &Tx, record: &Locked<R>) -> Result<(), StoreError> {
    archived(tx, record, None).await
}

async fn archived<R: Archived>(tx: &Tx, record: &Locked<R>, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    let mut row = record.changed(tx);
    row.set(R::ARCHIVED_AT, since.into());
    write(tx, row).await
}
