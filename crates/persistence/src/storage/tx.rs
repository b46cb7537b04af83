use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chot_domain::identity::{Actor, Permission, Principal};
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Clock, DomainError, Id, IdSource, Violations};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use crate::storage::crash_points;
use crate::storage::db::Keys;
use crate::storage::text_gate::ReadConnection;
use crate::storage::unit_connection::UnitConnection;
use crate::timers::DueTimer;
use crate::{Db, StoreError};

/// A unit of work: the database transaction, who acts, when, and by which playbook. Nothing is written without one.
pub struct Tx {
    pub(crate) conn: UnitConnection,
    /// Who acts.
    pub actor: Actor,
    /// The instant at which everything in this unit happens.
    pub now: DateTime<Utc>,
    /// The playbook in force.
    pub playbook: Arc<Playbook>,
    /// Whether this deployment sends e-mails; without it none are written.
    pub sends_mail: bool,
    pub(crate) keys: Keys,
    ids: Arc<dyn IdSource>,
    faults: Mutex<Violations>,
    required: Mutex<Vec<Permission>>,
    cause: Mutex<Option<Uuid>>,
    held: Mutex<HashSet<Uuid>>,
    timer: Mutex<Option<DueTimer>>,
}

/// What is wanted to begin units of work.
pub struct Begin<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// Where the time comes from.
    pub clock: &'a dyn Clock,
    /// Where identifiers come from.
    pub ids: &'a Arc<dyn IdSource>,
    /// The playbook in force.
    pub playbook: &'a Arc<Playbook>,
    /// What is known to be wrong with the request.
    pub faults: &'a Violations,
    /// Whether this deployment sends e-mails.
    pub sends_mail: bool,
}

impl Tx {
    /// Asks the actor for a permission, and remembers that it was asked: a replayed answer wants the same rights again.
    ///
    /// # Errors
    /// `forbidden` without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), DomainError> {
        lock(&self.required).push(permission);
        self.actor.require(permission)
    }

    /// The permissions that were asked for in this unit.
    pub fn required(&self) -> Vec<Permission> {
        lock(&self.required).clone()
    }

    /// What is known to be wrong with the request. While there is anything, the unit only finds out what else is, and is never committed.
    pub fn faults(&self) -> Violations {
        lock(&self.faults).clone()
    }

    /// Notes what else is wrong with the request.
    pub fn fault(&self, found: Violations) {
        lock(&self.faults).extend(found);
    }

    /// A new identifier.
    pub fn new_id<K>(&self) -> Id<K> {
        Id::new(self.ids.uuid())
    }

    /// Names what the following events happen because of, such as a conversion.
    pub fn set_cause(&self, cause: Option<Uuid>) {
        *lock(&self.cause) = cause;
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.conn.get_database_backend()
    }

    /// Whether this unit has locked the row of that identifier.
    pub(crate) fn holds(&self, id: Uuid) -> bool {
        lock(&self.held).contains(&id)
    }

    pub(crate) fn note_held(&self, id: Uuid) {
        lock(&self.held).insert(id);
    }

    /// The timer that runs in this unit, as long as it is not completed.
    pub(crate) fn running_timer(&self) -> Option<DueTimer> {
        lock(&self.timer).clone()
    }

    /// Notes which timer runs in this unit, and returns the one that did.
    pub(crate) fn run_timer(&self, timer: Option<DueTimer>) -> Option<DueTimer> {
        std::mem::replace(&mut *lock(&self.timer), timer)
    }

    pub(crate) fn cause(&self) -> Option<Uuid> {
        *lock(&self.cause)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a query reads: the pool, or a unit of work, which also sees what it has written itself.
pub trait ReadDb {
    /// The kind of connection.
    type Connection: ConnectionTrait;

    /// The connection.
    fn executor(&self) -> &Self::Connection;

    /// The keys that reading wants.
    fn keys(&self) -> &Keys;
}

impl ReadDb for Db {
    type Connection = ReadConnection;

    fn executor(&self) -> &ReadConnection {
        &self.reader
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl ReadDb for Tx {
    type Connection = UnitConnection;

    fn executor(&self) -> &UnitConnection {
        &self.conn
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// An error that knows whether trying again may help.
pub trait Retryable: From<StoreError> {
    /// Whether the database only gave way to another transaction.
    fn is_transient(&self) -> bool;

    /// Whether a unique index refused the write. Once more shows whether somebody was faster; twice tells nothing new.
    fn is_unique_violation(&self) -> bool;
}

const ATTEMPTS: u64 = 6;

/// A unit that has taken longer is not run again: whoever asked for it gets an answer within ten seconds, whatever holds the database.
/// Nobody waits for what the system does by itself, so that uses all its attempts.
const PATIENCE: Duration = Duration::from_secs(4);

impl Db {
    /// Runs a unit of work and commits it, or rolls it back. It is run again when the database gave way to another transaction;
    /// that is why the work takes its input by reference.
    ///
    /// # Errors
    /// What the work says, or what the database says.
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
        let tx = Tx {
            conn: UnitConnection::begin(&self.writer).await.map_err(StoreError::from)?,
            actor: begin.actor.clone(),
            now: begin.clock.now(),
            playbook: begin.playbook.clone(),
            sends_mail: begin.sends_mail,
            keys: self.keys.clone(),
            ids: begin.ids.clone(),
            faults: Mutex::new(begin.faults.clone()),
            required: Mutex::default(),
            cause: Mutex::default(),
            held: Mutex::default(),
            timer: Mutex::default(),
        };
        match work(&tx).await {
            Ok(done) => {
                crash_points::hit("unit.before_commit").await;
                tx.conn.commit().await.map_err(StoreError::from)?;
                crash_points::hit("unit.after_commit").await;
                Ok(done)
            }
            Err(error) => {
                // The caller wants to know why the work failed. A connection that could not be rolled back is closed.
                let _ = tx.conn.rollback().await;
                Err(error)
            }
        }
    }
}
