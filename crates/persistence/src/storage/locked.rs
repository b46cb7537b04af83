//! Records under a lock. One lock order holds everywhere, so that no two units of work wait for each other: account, contact, lead,
//! opportunity, activity, what hangs on these, timer. [`lock`] and [`lock_unscoped`] keep it by themselves: they lock what a record hangs
//! on first. Several records of one kind are locked in the order of their identifiers.

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

/// A kind of record that is stored in rows with a version.
pub trait HasRow {
    /// Its rows.
    type Row: Versioned<Kind = Self>;
}

/// A row with a version, which verbs change under a lock.
pub trait Versioned: ModelTrait<Entity: EntityTrait<Model = Self>> {
    /// What kind of record it is.
    type Kind;
    /// Where the identifier stands.
    const ID: ColumnOf<Self>;
    /// Where the version stands.
    const VERSION: ColumnOf<Self>;
    /// Where the time of the last change stands, if the table has one.
    const UPDATED_AT: Option<ColumnOf<Self>>;
    /// What it hangs on, which is locked before it.
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

/// A row of which not everybody sees everything.
pub trait Scoped: Versioned {
    /// Everything that the actor may see, asked of one row.
    ///
    /// # Errors
    /// `forbidden` without permission to read such records.
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError>;
}

/// The columns of a row that name the records on which it hangs.
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
    /// It hangs on nothing.
    pub(crate) const NONE: Self = Self { account: None, lead: None, opportunity: None, activity: None };
}

/// A row that goes to the archive and comes back.
pub trait Archived: Versioned {
    /// Where the time of archiving stands.
    const ARCHIVED_AT: ColumnOf<Self>;

    /// Whether it is in the archive.
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

    /// Refuses to go on if the caller has seen another version.
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
        self.0.is_archived()
    }
}

/// Locks a record that the actor may see. Sight is asked by the statement that locks: who waits for the lock is asked again for what has
/// become of the record meanwhile.
///
/// # Errors
/// `forbidden` without permission to read such records.
pub async fn lock<K: HasRow>(tx: &Tx, id: Id<K>) -> Result<Option<Locked<K::Row>>, StoreError>
where
    K::Row: Scoped,
{
    // In a box, as below: units of work lock at the bottom of many actions that follow from each other.
    Box::pin(take::<K::Row>(tx, id.uuid(), K::Row::visible_to(&tx.actor)?)).await
}

/// Locks a record, visible or not: for claims, which only say that somebody was faster, and for what follows from other actions.
pub async fn lock_unscoped<K: HasRow>(tx: &Tx, id: Id<K>) -> Result<Option<Locked<K::Row>>, StoreError> {
    Box::pin(take::<K::Row>(tx, id.uuid(), Condition::all())).await
}

/// Locks several records, visible or not, whose parents are locked, in the order of their identifiers.
pub async fn lock_all<K: HasRow>(tx: &Tx, ids: &[Id<K>]) -> Result<Vec<Locked<K::Row>>, StoreError> {
    let named = <K::Row as ModelTrait>::Entity::find().filter(K::Row::ID.is_in(ids.iter().map(|id| id.uuid())));
    let rows: Vec<K::Row> = named.order_by_asc(K::Row::ID).lock_row().all(&tx.conn).await?;
    ids.iter().for_each(|id| tx.note_held(id.uuid()));
    Ok(rows.into_iter().map(Locked).collect())
}

/// Locks a record and what it hangs on, and reads nothing of it: for what comes earlier in the lock order than what is locked next.
pub async fn hold<K: HasRow>(tx: &Tx, id: Id<K>) -> Result<(), StoreError> {
    Box::pin(hold_parents::<K::Row>(tx, id.uuid())).await?;
    hold_row::<K::Row>(tx, id.uuid()).await
}

async fn take<R: Versioned>(tx: &Tx, id: Uuid, seen: Condition) -> Result<Option<Locked<R>>, StoreError> {
    let parents = hold_parents::<R>(tx, id).await?;
    let select = <R::Entity as EntityTrait>::find().filter(R::ID.eq(id)).filter(seen).lock_row();
    let Some(row) = select.one(&tx.conn).await? else {
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

/// Locks what a record hangs on, and returns it. SQLite has one writer, who needs no locks.
async fn hold_parents<R: Versioned>(tx: &Tx, id: Uuid) -> Result<Option<ParentIds>, StoreError> {
    let Parents { account, lead, opportunity, activity } = R::PARENTS;
    let has_parents = account.is_some() || lead.is_some() || opportunity.is_some() || activity.is_some();
    if !has_parents || tx.backend() == DbBackend::Sqlite || tx.holds(id) {
        return Ok(None);
    }
    let named = [account, lead, opportunity, activity];
    let select = <R::Entity as EntityTrait>::find().select_only().columns(named.map(|column| column.unwrap_or(R::ID)));
    let found: Option<NamedIds> = select.filter(R::ID.eq(id)).into_tuple().one(&tx.conn).await?;
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
    select.into_tuple::<Uuid>().one(&tx.conn).await?;
    tx.note_held(id);
    Ok(())
}

/// Locks rows that are to be changed and stay: what refers to them can still be inserted meanwhile.
pub(crate) trait LockRow: QuerySelect + Sized {
    /// `FOR NO KEY UPDATE`.
    #[must_use]
    fn lock_row(self) -> Self {
        self.lock(LockType::NoKeyUpdate)
    }
}

impl<Q: QuerySelect + Sized> LockRow for Q {}

/// Writes the members of a row that are set, and reads nothing back.
pub(crate) async fn write<A: ActiveModelBehavior>(tx: &Tx, row: A) -> Result<(), StoreError> {
    A::Entity::update(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Puts a record into the archive.
pub async fn archive<R: Archived>(tx: &Tx, record: &Locked<R>) -> Result<(), StoreError> {
    archived(tx, record, Some(tx.now)).await
}

/// Brings a record back from the archive.
///
/// # Errors
/// When what the record alone may bear was taken meanwhile.
pub async fn restore<R: Archived>(tx: &Tx, record: &Locked<R>) -> Result<(), StoreError> {
    archived(tx, record, None).await
}

async fn archived<R: Archived>(tx: &Tx, record: &Locked<R>, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    let mut row = record.changed(tx);
    row.set(R::ARCHIVED_AT, since.into());
    write(tx, row).await
}
