use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chot_domain::shared::{Clock, Code};
use chot_persistence::{Db, sandbox};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Ctx, Result};

/// A clock that is ahead of another by the offset in the database.
#[derive(Clone)]
pub struct SandboxClock {
    base: Arc<dyn Clock>,
    microseconds_ahead: Arc<AtomicI64>,
}

impl Clock for SandboxClock {
    fn now(&self) -> DateTime<Utc> {
        self.base.now() + TimeDelta::microseconds(self.microseconds_ahead.load(Ordering::Relaxed))
    }
}

impl SandboxClock {
    pub(crate) fn over(base: Arc<dyn Clock>) -> Self {
        Self { base, microseconds_ahead: Arc::default() }
    }

    /// Reads the current offset: another process may have moved the clock.
    pub(crate) async fn look(&self, db: &Db) -> Result<()> {
        self.microseconds_ahead.store(sandbox::microseconds_ahead(db).await?, Ordering::Relaxed);
        Ok(())
    }

    /// Sets the clock to an instant, for all processes.
    pub(crate) async fn show(&self, ctx: &Ctx, instant: DateTime<Utc>) -> Result<()> {
        let ahead = (instant - self.base.now()).num_microseconds().ok_or(Code::InternalError)?;
        let ahead = ctx.write(async |tx| Ok(sandbox::put_ahead(tx, ahead).await?)).await?;
        self.microseconds_ahead.store(ahead, Ordering::Relaxed);
        Ok(())
    }
}
