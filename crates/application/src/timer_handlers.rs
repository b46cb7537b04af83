//! The action of each kind of timer, and the timers that depend on the calendar and not on an action.

use chot_domain::activities::Activity;
use chot_domain::identity::Actor;
use chot_domain::leads::{Lead, Trial};
use chot_domain::opportunities::Opportunity;
use chot_domain::shared::{Code, Id};
use chot_persistence::opportunities::evidence as stored;
use chot_persistence::timers::{DueTimer, TimerKind};
use chot_persistence::{Tx, hold};

use crate::opportunities::evidence;
use crate::{Ctx, Engine, Result, activities, leads, opportunities};

/// Runs the action of a timer.
pub(crate) async fn dispatch(tx: &Tx, timer: &DueTimer) -> Result<()> {
    match timer.kind {
        TimerKind::EvidenceCheck => evidence::run_evidence_check(tx, Id::new(timer.subject_id), evidence::BATCH).await,
        TimerKind::RemoteAccessExpiry => activities::on_remote_access_expired(tx, Id::new(timer.subject_id)).await,
        TimerKind::ActivityDue => activities::on_due(tx, Id::new(timer.subject_id)).await,
        TimerKind::ClosingTime => opportunities::on_closing_time(tx, Id::new(timer.subject_id)).await,
        TimerKind::TrialEnd => leads::on_trial_end(tx, Id::new(timer.subject_id)).await,
        TimerKind::LeadRecall => leads::recall(tx, Id::new(timer.subject_id)).await,
        TimerKind::LeadFollowUp => leads::on_follow_up_due(tx, Id::new(timer.subject_id)).await,
        TimerKind::Other => Err(Code::InternalError.into()),
    }
}

/// Locks the record of a timer, which comes before the timer in the lock order.
pub(crate) async fn hold_record(tx: &Tx, timer: &DueTimer) -> Result<()> {
    let id = timer.subject_id;
    match timer.kind {
        TimerKind::EvidenceCheck => stored::lock_check(tx, Id::new(id)).await.map(|_| ()),
        TimerKind::RemoteAccessExpiry | TimerKind::ActivityDue => hold::<Activity>(tx, Id::new(id)).await,
        TimerKind::ClosingTime => hold::<Opportunity>(tx, Id::new(id)).await,
        TimerKind::TrialEnd => hold::<Trial>(tx, Id::new(id)).await,
        TimerKind::LeadRecall | TimerKind::LeadFollowUp => hold::<Lead>(tx, Id::new(id)).await,
        TimerKind::Other => Ok(()),
    }?;
    Ok(())
}

/// After a failure of a timer that goes through many records: handles them one by one and leaves out those that are broken. Returns
/// whether the timer is of that kind.
pub(crate) async fn go_on_without_the_broken(ctx: &Ctx, timer: &DueTimer) -> Result<bool> {
    match timer.kind {
        TimerKind::EvidenceCheck => evidence::check_one_by_one(ctx, Id::new(timer.subject_id)).await,
        _ => Ok(false),
    }
}

/// Sets missing calendar timers. While nothing is missing, it costs one index lookup.
pub(crate) async fn ensure(engine: &Engine) -> Result<()> {
    let ctx = engine.act_as(Actor::system()).await?;
    let wants_check = ctx.playbook.policies.primary_opportunities_need_evidence;
    if wants_check && !stored::is_check_planned(&engine.db).await? {
        ctx.write(async |tx| evidence::plan_first_check(tx).await).await?;
    }
    Ok(())
}
