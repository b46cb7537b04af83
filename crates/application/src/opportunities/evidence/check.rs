use std::panic::AssertUnwindSafe;

use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::opportunities::evidence::{CheckFailure, CheckState, CheckVerdict, EvidenceCheckId, cut_off};
use chot_domain::opportunities::{LoseOpportunity, OpportunityId, OpportunityStatus};
use chot_domain::shared::Code;
use chot_persistence::opportunities::LockedOpportunity;
use chot_persistence::opportunities::evidence::{self, CheckCounts, LockedCheck};
use chot_persistence::timers::{self, TimerKind};
use chot_persistence::{Tx, crash_points, lock_all};
use chrono::NaiveDate;
use futures_util::FutureExt;

use super::super::close::lose_as;
use super::super::opportunity_event;
use crate::notifications::{notify, notify_managers};
use crate::{Ctx, Result};

/// The number of candidates in one unit of work. It limits how long others wait for a locked record.
pub(crate) const BATCH: u64 = 50;

/// Continues the check of a business date (R-ICHK-77…81): judges the next opportunities by their evidence at the cut-off, and
/// closes those without evidence as lost. The progress is stored together with the results, so each opportunity is judged once
/// per date, even after a crash. A finished check does nothing. The last batch plans the next date.
///
/// Clocks of processes may differ. The check starts with the first worker whose clock shows the cut-off. From then on the order
/// of the locks decides: evidence with a time before the cut-off counts, by whatever clock, and a lost opportunity accepts none.
pub(crate) async fn run_evidence_check(tx: &Tx, id: EvidenceCheckId, most: u64) -> Result<()> {
    let Some(check) = evidence::lock_check(tx, id).await? else {
        return Ok(());
    };
    if !tx.playbook.policies.primary_opportunities_need_evidence {
        return finish(tx, &check, &check.counts()).await;
    }
    let mut counts = counts_of(tx, &check).await?;
    crash_points::hit("check.counted").await;
    let batch = evidence::candidates(tx, &check, most).await?;
    let opportunities = locked(tx, &batch).await?;
    let ledgers = evidence::ledgers(tx, &opportunities).await?;
    for opportunity in opportunities.iter().filter(|one| !one.is_archived()) {
        let ledger = ledgers.get(&opportunity.id().uuid());
        // If it was closed after the batch was chosen, it was open at the cut-off.
        let verdict = ledger.map(|ledger| CheckVerdict::at(check.cut_off_at(), OpportunityStatus::Open, ledger));
        if let Some(verdict) = verdict.filter(|verdict| verdict.loses()) {
            lose(tx, &check, opportunity, verdict, &mut counts).await?;
            crash_points::hit("check.judged").await;
        }
    }
    match batch.last() {
        Some((last, _)) if batch.len() as u64 == most => {
            evidence::advance_check(tx, &check, *last, &counts).await?;
            crash_points::hit("check.advanced").await;
            Ok(timers::set(tx, TimerKind::EvidenceCheck, id.uuid(), check.cut_off_at()).await?)
        }
        _ => {
            // More opportunities may have been closed while the check was running.
            counts.already_closed = counted(evidence::closed_since(tx, check.cut_off_at()).await?);
            finish(tx, &check, &counts).await
        }
    }
}

/// Continues a check after a failed batch, one opportunity at a time, each in its own unit. An opportunity that fails again is
/// recorded with the error and skipped. Returns whether the check continues: false if no opportunity caused the failure.
pub(crate) async fn check_one_by_one(ctx: &Ctx, id: EvidenceCheckId) -> Result<bool> {
    for _ in 0..BATCH {
        let unit = AssertUnwindSafe(ctx.write(async |tx| run_evidence_check(tx, id, 1).await)).catch_unwind();
        let error = match unit.await.unwrap_or_else(|_| Err(Code::InternalError.into())) {
            Ok(()) => continue,
            Err(error) if error.code() == Code::InternalError => error,
            Err(error) => return Err(error),
        };
        tracing::error!(%error, check = %id, "an opportunity could not be checked");
        if !ctx.write(async |tx| leave_out(tx, id, error.code()).await).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Records that the next opportunity could not be checked, and skips it. Returns whether there is one.
async fn leave_out(tx: &Tx, id: EvidenceCheckId, code: Code) -> Result<bool> {
    let Some(check) = evidence::lock_check(tx, id).await? else {
        return Ok(false);
    };
    let Some((opportunity, _)) = evidence::candidates(tx, &check, 1).await?.pop() else {
        return Ok(false);
    };
    let counts = counts_of(tx, &check).await?;
    evidence::note_failure(tx, &check, CheckFailure { opportunity_id: opportunity, code }).await?;
    evidence::advance_check(tx, &check, opportunity, &counts).await?;
    timers::set(tx, TimerKind::EvidenceCheck, id.uuid(), check.cut_off_at()).await?;
    Ok(true)
}

/// Plans the first check, if evidence is required and none is planned: for the day after the last one, or for the day since which
/// an opportunity requires evidence.
pub async fn plan_first_check(tx: &Tx) -> Result<()> {
    // A single query: between two queries, another worker could plan and start a check.
    let date = match evidence::newest_check(tx).await? {
        Some((_, CheckState::Waiting | CheckState::Running)) => None,
        Some((last, CheckState::Done)) => last.succ_opt(),
        None => evidence::earliest_wanting(tx).await?.map(|since| tx.playbook.day_of(since)),
    };
    match date {
        Some(date) => plan(tx, date).await,
        None => Ok(()),
    }
}

/// Plans the first check for the end of today, if none is planned. Older days are not judged afterwards.
pub async fn begin_checks_today(tx: &Tx) -> Result<()> {
    if evidence::is_check_planned(tx).await? {
        return Ok(());
    }
    plan(tx, tx.playbook.day_of(tx.now)).await
}

async fn plan(tx: &Tx, date: NaiveDate) -> Result<()> {
    let cut_off_at = cut_off(tx.playbook.time_zone, date);
    let id = evidence::plan_check(tx, date, cut_off_at).await?;
    crash_points::hit("check.planned").await;
    Ok(timers::set(tx, TimerKind::EvidenceCheck, id.uuid(), cut_off_at).await?)
}

async fn finish(tx: &Tx, check: &LockedCheck, counts: &CheckCounts) -> Result<()> {
    evidence::finish_check(tx, check, counts).await?;
    crash_points::hit("check.finished").await;
    match check.business_date().succ_opt() {
        Some(next) => plan(tx, next).await,
        None => Ok(()),
    }
}

/// The counts so far. For a check that starts now, the number of opportunities that it concerns.
async fn counts_of(tx: &Tx, check: &LockedCheck) -> Result<CheckCounts> {
    if !check.is_waiting() {
        return Ok(check.counts());
    }
    let checked = counted(evidence::wanted_at(tx, check.cut_off_at()).await?);
    let already_closed = counted(evidence::closed_since(tx, check.cut_off_at()).await?);
    Ok(CheckCounts { checked, already_closed, ..CheckCounts::default() })
}

fn counted(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Locks the candidates, their accounts first, as everywhere.
async fn locked(tx: &Tx, batch: &[(OpportunityId, AccountId)]) -> Result<Vec<LockedOpportunity>> {
    let mut owners: Vec<AccountId> = batch.iter().map(|(_, account)| *account).collect();
    owners.sort_unstable();
    owners.dedup();
    lock_all(tx, &owners).await?;
    let ids: Vec<OpportunityId> = batch.iter().map(|(id, _)| *id).collect();
    Ok(lock_all(tx, &ids).await?)
}

async fn lose(
    tx: &Tx,
    check: &LockedCheck,
    opportunity: &LockedOpportunity,
    verdict: CheckVerdict,
    counts: &mut CheckCounts,
) -> Result<()> {
    if opportunity.state().status != OpportunityStatus::Open {
        return Ok(());
    }
    let lost = opportunity_event(EventKind::OpportunityLost, opportunity.id(), opportunity.account_id());
    let lost = lost.fact("business_date", check.business_date()).fact("evidence_status", verdict);
    counts.lost += 1;
    counts.released += i64::from(lose_as(tx, opportunity, &LoseOpportunity::by_the_check(), lost).await?);
    notify_of_check(tx, check, opportunity).await
}

/// Notifies the salesperson and their managers (R-ICHK-78).
async fn notify_of_check(tx: &Tx, check: &LockedCheck, opportunity: &LockedOpportunity) -> Result<()> {
    let Some(owner) = opportunity.owner_id() else {
        return Ok(());
    };
    let notification = NewNotification::new(NotificationKind::OpportunityLostByCheck, owner, opportunity.id());
    let notification = notification.account(opportunity.account_id()).param("name", opportunity.name());
    let notification = notification.param("business_date", check.business_date());
    notify(tx, &notification).await?;
    notify_managers(tx, &notification).await
}
