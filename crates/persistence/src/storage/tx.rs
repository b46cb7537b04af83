use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chot_domain::identity::{Actor, Permission, Principal};
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Clock, DomainError, Id, IdSource, Violations};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, DbBackend};
use uuid::Uuid;

use crate::storage::appends::Appends;
use crate::storage::crash_points;
use crate::storage::db::Keys;
use crate::storage::executor::{Executor, StatementObserver};
use crate::storage::unit_connection::UnitConnection;
use crate::timers::DueTimer;
use crate::{Db, StoreError};

/// A unit of work: the database transaction with the actor, the time and the playbook. Every write needs one.
pub struct Tx {
    pub(crate) conn: UnitConnection,
    /// The actor.
    pub actor: Actor,
    /// The time of everything in this unit.
    pub now: DateTime<Utc>,
    /// The current playbook.
    pub playbook: Arc<Playbook>,
    /// Whether this deployment sends e-mails. If not, none are stored.
    pub sends_mail: bool,
    pub(crate) keys: Keys,
    observer: Option<StatementObserver>,
    appends: Appends,
    ids: Arc<dyn IdSource>,
    faults: Mutex<Violations>,
    required: Mutex<Vec<Permission>>,
    cause: Mutex<Option<Uuid>>,
    held: Mutex<HashSet<Uuid>>,
    timer: Mutex<Option<DueTimer>>,
}

/// The data needed to begin units of work.
pub struct Begin<'a> {
    /// The actor.
    pub actor: &'a Actor,
    /// The source of time.
    pub clock: &'a dyn Clock,
    /// The source of identifiers.
    pub ids: &'a Arc<dyn IdSource>,
    /// The current playbook.
    pub playbook: &'a Arc<Playbook>,
    /// The known violations of the request.
    pub faults: &'a Violations,
    /// Whether this deployment sends e-mails.
    pub sends_mail: bool,
}

impl Tx {
    /// Requires a permission, and remembers it: replaying the response requires the same permissions.
    ///
    /// # Errors
    /// `forbidden` without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), DomainError> {
        lock(&self.required).push(permission);
        self.actor.require(permission)
    }

    /// The permissions required in this unit.
    pub fn required(&self) -> Vec<Permission> {
        lock(&self.required).clone()
    }

    /// The known violations of the request. If there are any, the unit only looks for further ones and is never committed.
    pub fn faults(&self) -> Violations {
        lock(&self.faults).clone()
    }

    /// Adds violations of the request.
    pub fn fault(&self, found: Violations) {
        lock(&self.faults).extend(found);
    }

    /// A new identifier.
    pub fn new_id<K>(&self) -> Id<K> {
        Id::new(self.ids.uuid())
    }

    /// Sets the cause of the following events, such as a conversion.
    pub fn set_cause(&self, cause: Option<Uuid>) {
        *lock(&self.cause) = cause;
    }

    /// The connection of this unit.
    pub(crate) fn executor(&self) -> Executor<'_> {
        Executor::of_unit(&self.conn, &self.appends, self.observer.as_ref())
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.conn.backend()
    }

    /// Whether this unit has locked the row with this identifier.
    pub(crate) fn holds(&self, id: Uuid) -> bool {
        lock(&self.held).contains(&id)
    }

    pub(crate) fn note_held(&self, id: Uuid) {
        lock(&self.held).insert(id);
    }

    /// The timer that runs in this unit, until it is completed.
    pub(crate) fn running_timer(&self) -> Option<DueTimer> {
        lock(&self.timer).clone()
    }

    /// Sets the timer that runs in this unit, and returns the one before.
    pub(crate) fn run_timer(&self, timer: Option<DueTimer>) -> Option<DueTimer> {
        std::mem::replace(&mut *lock(&self.timer), timer)
    }

    pub(crate) fn cause(&self) -> Option<Uuid> {
        *lock(&self.cause)
    }

    /// Adds a row to a table of history. It is written together with others, at the latest before the commit.
    pub(crate) async fn append<A: ActiveModelTrait>(&self, row: A) -> Result<(), StoreError> {
        Ok(self.executor().insert_all(self.appends.push(row)).await?)
    }

    /// Writes the waiting rows, because what follows refers to them.
    pub(crate) async fn write_appends(&self) -> Result<(), StoreError> {
        Ok(self.executor().insert_all(self.appends.take()).await?)
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.write_appends().await?;
        crash_points::hit("unit.before_commit").await;
        self.conn.commit().await?;
        crash_points::hit("unit.after_commit").await;
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error that may be solved by retrying.
pub trait Retryable: From<StoreError> {
    /// Whether the database aborted in favour of another transaction.
    fn is_transient(&self) -> bool;

    /// Whether a unique index refused the write. One retry shows whether another unit was faster; a second one shows nothing
    /// new.
    fn is_unique_violation(&self) -> bool;
}

const ATTEMPTS: u64 = 6;

/// A unit that has taken longer is not retried, so that every caller gets a response within ten seconds, whatever blocks the
/// database. Nobody waits for work of the system, so it uses all attempts.
const PATIENCE: Duration = Duration::from_secs(4);

impl Db {
    /// Runs a unit of work and commits it, or rolls it back. It is run again if the database aborted in favour of another
    /// transaction; therefore the work takes its input by reference.
    ///
    /// # Errors
    /// The error of the work or of the database.
    pub async fn write<T, E: Retryable>(&self, begin: Begin<'_>, work: impl AsyncFn(&Tx) -> Result<T, E>) -> Result<T, E> {
        let (begun, mut attempt) = (Instant::now(), 1);
        let somebody_waits = begin.actor.who != Principal::System;
        loop {
            let error = match self.once(&begin, &work).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let is_late = somebody_waits && begun.elapsed() > PATIENCE;
            let is_last = is_late || attempt == ATTEMPTS || (error.is_unique_violation() && attempt > 1);
            if is_last || !error.is_transient() {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(5 * attempt * attempt + rand::random_range(0..10))).await;
            attempt += 1;
        }
    }

    async fn once<T, E: Retryable>(&self, begin: &Begin<'_>, work: &impl AsyncFn(&Tx) -> Result<T, E>) -> Result<T, E> {
        let tx = self.begin(begin).await?;
        match work(&tx).await {
            Ok(done) => {
                tx.commit().await?;
                Ok(done)
            }
            Err(error) => {
                // The caller needs the error of the work. A connection that could not be rolled back is closed.
                let _ = tx.conn.rollback().await;
                Err(error)
            }
        }
    }

    async fn begin(&self, begin: &Begin<'_>) -> Result<Tx, StoreError> {
        Ok(Tx {
            conn: UnitConnection::begin(&self.writer).await?,
            actor: begin.actor.clone(),
            now: begin.clock.now(),
            playbook: begin.playbook.clone(),
            sends_mail: begin.sends_mail,
            keys: self.keys.clone(),
            observer: self.observer.clone(),
            appends: Appends::default(),
            ids: begin.ids.clone(),
            faults: Mutex::new(begin.faults.clone()),
            required: Mutex::default(),
            cause: Mutex::default(),
            held: Mutex::default(),
            timer: Mutex::default(),
        })
    }
}
