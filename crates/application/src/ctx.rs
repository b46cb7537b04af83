use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chot_domain::identity::Actor;
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Clock, Code, IdSource, Violations};
use chot_persistence::attachments::Files;
use chot_persistence::{Begin, Db, SecretKeys, Tx, playbook};

use crate::sandbox_clock::SandboxClock;
use crate::{Error, Mailer, Result};

/// The shared state of a process: the database, the clock, the source of identifiers and the cached playbook.
#[derive(Clone)]
pub struct Engine {
    /// The database.
    pub db: Db,
    /// The source of the time.
    pub clock: Arc<dyn Clock>,
    /// The source of identifiers.
    pub ids: Arc<dyn IdSource>,
    /// The storage of file contents.
    pub files: Files,
    /// The same clock, if this is a sandbox whose clock can be moved.
    pub(crate) sandbox: Option<SandboxClock>,
    /// The mailer; `None` if the deployment sends no e-mails.
    pub mailer: Option<Arc<Mailer>>,
    playbook: Arc<RwLock<Option<CachedPlaybook>>>,
}

struct CachedPlaybook {
    version: i64,
    playbook: Arc<Playbook>,
    read_at: Instant,
}

/// Keys of the playbook are permanent, so a playbook that is a few seconds old does no harm.
const FRESH: Duration = Duration::from_secs(3);

impl Engine {
    /// An engine on a database, with files in the default folder.
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let files = Files::in_folder(Files::FOLDER, Files::LARGEST);
        Self { db, clock, ids, files, sandbox: None, mailer: None, playbook: Arc::default() }
    }

    /// The same engine with another file storage.
    #[must_use]
    pub fn keeping(self, files: Files) -> Self {
        Self { files, ..self }
    }

    /// The same engine with the keys that encrypt third-party secrets.
    #[must_use]
    pub fn with_secret_keys(self, keys: SecretKeys) -> Self {
        Self { db: self.db.with_secret_keys(keys), ..self }
    }

    /// The same engine in a sandbox, whose clock can be moved forward.
    #[must_use]
    pub fn in_sandbox(self) -> Self {
        let clock = SandboxClock::over(self.clock);
        Self { clock: Arc::new(clock.clone()), sandbox: Some(clock), ..self }
    }

    /// The same engine with a mailer.
    #[must_use]
    pub fn with_mailer(self, mailer: Option<Mailer>) -> Self {
        Self { mailer: mailer.map(Arc::new), ..self }
    }

    /// The active playbook with its version.
    ///
    /// # Errors
    /// `not_initialised` if the deployment has none.
    pub async fn playbook(&self) -> Result<(i64, Arc<Playbook>)> {
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        let current = playbook::current(&self.db).await?.ok_or(Code::NotInitialised)?;
        let known = (current.version, Arc::new(current.playbook));
        let kept = CachedPlaybook { version: known.0, playbook: known.1.clone(), read_at: Instant::now() };
        *self.playbook.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(known)
    }

    fn fresh(&self) -> Option<(i64, Arc<Playbook>)> {
        let known = self.playbook.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|known| known.read_at.elapsed() < FRESH).map(|known| (known.version, known.playbook.clone()))
    }

    /// The engine with an actor.
    ///
    /// # Errors
    /// `not_initialised` if the deployment has no playbook.
    pub async fn act_as(&self, actor: Actor) -> Result<Ctx> {
        if let Some(clock) = &self.sandbox {
            clock.look(&self.db).await?;
        }
        let (_, playbook) = self.playbook().await?;
        Ok(Ctx { engine: self.clone(), actor, playbook })
    }
}

/// The engine with an actor. Units of work start here.
#[derive(Clone)]
pub struct Ctx {
    /// The engine.
    pub engine: Engine,
    /// The actor.
    pub actor: Actor,
    /// The active playbook.
    pub playbook: Arc<Playbook>,
}

impl Ctx {
    /// Runs a unit of work: all of it is stored, or nothing. The unit runs again if the database resolved a conflict in favour of
    /// another unit, so it takes its input by reference.
    ///
    /// # Errors
    /// Those of the work and of the database.
    pub async fn write<T>(&self, work: impl AsyncFn(&Tx) -> Result<T>) -> Result<T> {
        self.write_unless(&Violations::default(), work).await
    }

    /// The same for a request that may have violations. The work checks the rights of the caller and finds further violations. If
    /// there are any, the request is refused with all of them and nothing is stored.
    ///
    /// # Errors
    /// In this order: missing rights or visibility; the violations; the state of the records.
    pub async fn write_unless<T>(&self, faults: &Violations, work: impl AsyncFn(&Tx) -> Result<T>) -> Result<T> {
        let begin = Begin {
            actor: &self.actor,
            clock: self.engine.clock.as_ref(),
            ids: &self.engine.ids,
            playbook: &self.playbook,
            faults,
            sends_mail: self.engine.mailer.is_some(),
        };
        let unless_faulty = async move |tx: &Tx| {
            let done = work(tx).await;
            crate::error::in_order(tx.faults(), done)
        };
        self.engine.db.write::<T, Error>(begin, unless_faulty).await
    }
}
