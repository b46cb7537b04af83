//! The clock of a sandbox, which is moved forward to see what falls due.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chot_domain::identity::Permission;
use chot_domain::sandbox::MoveClock;
use chot_domain::shared::{Clock, Code};
use chot_persistence::events::EventCount;
use chot_persistence::timers::TimerRunCount;
use chot_persistence::{Db, events, sandbox, timers};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Ctx, Engine, Result, deliveries, worker};

/// A clock that is as far ahead of another as the database says.
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

    /// Looks how far ahead the clock is now: another process may have moved it.
    pub(crate) async fn look(&self, db: &Db) -> Result<()> {
        self.microseconds_ahead.store(sandbox::microseconds_ahead(db).await?, Ordering::Relaxed);
        Ok(())
    }

    /// Lets the clock show an instant, for all processes.
    async fn show(&self, ctx: &Ctx, instant: DateTime<Utc>) -> Result<()> {
        let ahead = (instant - self.base.now()).num_microseconds().ok_or(Code::InternalError)?;
        let ahead = ctx.write(async |tx| Ok(sandbox::put_ahead(tx, ahead).await?)).await?;
        self.microseconds_ahead.store(ahead, Ordering::Relaxed);
        Ok(())
    }
}

/// What the clock of a sandbox shows.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SandboxClock)]
pub struct ClockReading {
    /// The time, for all rules of the business.
    pub now: DateTime<Utc>,
}

/// What happened while the clock was moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockAdvance {
    /// What the clock showed before.
    pub previous: DateTime<Utc>,
    /// What it shows now.
    pub now: DateTime<Utc>,
    /// How many timers of each kind ran.
    #[schema(max_items = 100)]
    pub timers: Vec<TimerRunCount>,
    /// How often each thing happened by itself.
    #[schema(max_items = 500)]
    pub events: Vec<EventCount>,
}

/// What the clock of the sandbox shows.
///
/// # Errors
/// `sandbox_off` outside of a sandbox; `forbidden`.
pub fn read_clock(ctx: &Ctx) -> Result<ClockReading> {
    Ok(ClockReading { now: clock(ctx)?.now() })
}

fn clock(ctx: &Ctx) -> Result<&SandboxClock> {
    let clock = ctx.engine.sandbox.as_ref().ok_or(Code::SandboxOff)?;
    ctx.actor.require(Permission::SandboxWrite)?;
    Ok(clock)
}

/// When something falls due next, or may leave the house next.
async fn next_at(engine: &Engine) -> Result<Option<DateTime<Utc>>> {
    let (due, leaving) = (timers::next_run_at(&engine.db).await?, deliveries::next_attempt_at(engine).await?);
    Ok(due.into_iter().chain(leaving).min())
}

/// Moves the clock forward, from one thing that falls due to the next, so that each happens at its time, and says what happened. It is
/// many units of work: what has happened by itself stays when a later one fails.
///
/// # Errors
/// `sandbox_off` outside of a sandbox; `forbidden`; an instant in the past.
pub async fn move_clock(ctx: &Ctx, order: &MoveClock) -> Result<ClockAdvance> {
    let clock = clock(ctx)?;
    let previous = clock.now();
    let target = order.target(&ctx.playbook, previous)?;
    loop {
        worker::once(&ctx.engine).await?;
        let Some(due) = next_at(&ctx.engine).await?.filter(|due| *due < target) else {
            break;
        };
        if due > clock.now() {
            clock.show(ctx, due).await?;
        } else {
            // Another worker is at it.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    clock.show(ctx, target).await?;
    worker::once(&ctx.engine).await?;
    let db = &ctx.engine.db;
    let (timers, events) = (timers::run_since(db, previous).await?, events::recorded_by_system_since(db, previous).await?);
    Ok(ClockAdvance { previous, now: clock.now(), timers, events })
}
