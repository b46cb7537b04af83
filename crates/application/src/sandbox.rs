//! The clock of a sandbox, which can be moved forward to test what falls due.

use std::time::Duration;

use chot_domain::identity::Permission;
use chot_domain::sandbox::MoveClock;
use chot_domain::shared::{Clock, Code};
use chot_persistence::events::EventCount;
use chot_persistence::timers::TimerRunCount;
use chot_persistence::{events, timers};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::sandbox_clock::SandboxClock;
use crate::{Ctx, Engine, Result, deliveries, worker};

/// The clock of a sandbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SandboxClock)]
pub struct ClockReading {
    /// The current time, for all business rules.
    pub now: DateTime<Utc>,
}

/// What happened while the clock was moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockAdvance {
    /// The time before.
    pub previous: DateTime<Utc>,
    /// The time now.
    pub now: DateTime<Utc>,
    /// The number of timers of each kind that ran.
    #[schema(max_items = 100)]
    pub timers: Vec<TimerRunCount>,
    /// The number of events of each kind that the system recorded.
    #[schema(max_items = 500)]
    pub events: Vec<EventCount>,
}

/// Returns the time of the sandbox.
///
/// # Errors
/// `sandbox_off` outside a sandbox; `forbidden`.
pub fn read_clock(ctx: &Ctx) -> Result<ClockReading> {
    Ok(ClockReading { now: clock(ctx)?.now() })
}

fn clock(ctx: &Ctx) -> Result<&SandboxClock> {
    let clock = ctx.engine.sandbox.as_ref().ok_or(Code::SandboxOff)?;
    ctx.actor.require(Permission::SandboxWrite)?;
    Ok(clock)
}

/// The time of the next timer or delivery.
async fn next_at(engine: &Engine) -> Result<Option<DateTime<Utc>>> {
    let (due, leaving) = (timers::next_run_at(&engine.db).await?, deliveries::next_attempt_at(engine).await?);
    Ok(due.into_iter().chain(leaving).min())
}

/// Moves the clock forward from one due time to the next, so that each timer runs at its time. Returns what happened. There are
/// many units of work: the completed ones stay if a later one fails.
///
/// # Errors
/// `sandbox_off` outside a sandbox; `forbidden`; violations, such as an instant in the past.
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
            // Another worker is running it.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    clock.show(ctx, target).await?;
    worker::once(&ctx.engine).await?;
    let db = &ctx.engine.db;
    let (timers, events) = (timers::run_since(db, previous).await?, events::recorded_by_system_since(db, previous).await?);
    Ok(ClockAdvance { previous, now: clock.now(), timers, events })
}
