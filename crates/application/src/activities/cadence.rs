//! What follows, by the playbook, from what became of an activity.

use chot_domain::activities::{
    ActivityId, ActivityKind, ActivityOutcome, ActivityRule, ActivityStanding, ActivityStatus, Period, next_call_back,
};
use chot_domain::identity::UserId;
use chot_domain::leads::LeadId;
use chot_domain::shared::{Key, Violations, WebAddress};
use chot_persistence::Tx;
use chot_persistence::activities::{self, About};
use chot_persistence::opportunities as stored_opportunities;
use chrono::{DateTime, Utc};
use serde_json::{Map, json};

use super::rules::{Planned, call_off, plan, plan_reminder, shift};
use crate::{Result, accounts, leads, opportunities};

/// An activity as it is now.
pub(super) struct Became<'a> {
    pub id: ActivityId,
    pub category: Option<&'a Key>,
    pub room: Option<&'a WebAddress>,
    pub about: &'a About,
    pub owner: UserId,
    pub standing: &'a ActivityStanding,
}

/// Does what follows from what became of an activity.
pub(super) async fn follow(tx: &Tx, became: &Became<'_>) -> Result<()> {
    if became.category.is_some() && became.category == tx.playbook.cadence.demo_category.as_ref() {
        follow_demo(tx, became).await?;
    }
    if let Some(lead) = became.about.lead {
        follow_call(tx, lead, became).await?;
    }
    let is_over = became.standing.status != ActivityStatus::Planned;
    match (became.about.opportunity, became.category) {
        (Some(opportunity), Some(category)) if is_over => {
            opportunities::contacted(tx, opportunity, category, became.standing.done_at.unwrap_or(tx.now)).await
        }
        _ => Ok(()),
    }
}

/// A call that reached nobody is repeated (R-EDU-23, R-EDU-39); who was reached is not called again.
async fn follow_call(tx: &Tx, lead: LeadId, call: &Became<'_>) -> Result<()> {
    if (call.standing.kind, call.standing.status) != (ActivityKind::Call, ActivityStatus::Done) {
        return Ok(());
    }
    match call.standing.outcome {
        Some(outcome) if ActivityOutcome::NOT_REACHED.contains(&outcome) => call_back(tx, lead, call).await,
        Some(ActivityOutcome::Successful) => leads::forget_call_backs(tx, lead).await,
        _ => Ok(()),
    }
}

/// A demo is reminded of until it is over (R-EDU-44, R-EDU-45); who was given one is marked and cared for, and the time to close begins
/// (R-EDU-55, R-EDU-58, R-EDU-62).
async fn follow_demo(tx: &Tx, demo: &Became<'_>) -> Result<()> {
    match demo.standing.status {
        ActivityStatus::Planned => remind(tx, demo).await,
        ActivityStatus::Cancelled => call_off(tx, &activities::prompted_by(tx, demo.id).await?).await,
        ActivityStatus::Done => {
            call_off(tx, &activities::prompted_by(tx, demo.id).await?).await?;
            if demo.standing.outcome != Some(ActivityOutcome::Successful) {
                return Ok(());
            }
            demonstrated(tx, demo.about, demo.standing.done_at.unwrap_or(tx.now)).await
        }
    }
}

/// Somebody was given a demo: as a lead, or for an opportunity, be it that of a lead which was converted since it was booked.
async fn demonstrated(tx: &Tx, about: &About, at: DateTime<Utc>) -> Result<()> {
    let Some(account) = about.account else {
        return match about.lead {
            Some(lead) => leads::demonstrated(tx, lead).await,
            None => Ok(()),
        };
    };
    accounts::follow_demo(tx, account).await?;
    let shown = match (about.opportunity, about.lead) {
        (Some(opportunity), _) => vec![opportunity],
        (None, Some(lead)) => stored_opportunities::open_from(tx, account, lead).await?,
        (None, None) => Vec::new(),
    };
    for opportunity in shown {
        opportunities::demonstrated(tx, opportunity, at).await?;
    }
    Ok(())
}

/// Plans the reminder of a demo, or moves it with the demo; once it is too late for one, there is none.
async fn remind(tx: &Tx, demo: &Became<'_>) -> Result<()> {
    let Some(rule) = &tx.playbook.cadence.demo_reminder else {
        return Ok(());
    };
    let reminders = activities::prompted_by(tx, demo.id).await?;
    match (rule.period(demo.standing.starts_at, tx.now), reminders.first()) {
        (None, _) => call_off(tx, &reminders).await,
        (Some(period), Some(reminder)) => shift(tx, reminder, period).await,
        (Some(period), None) => {
            let planned = Planned { rule: ActivityRule::DemoReminder, activity: &rule.activity, period, owner: demo.owner };
            plan_reminder(tx, &planned, demo.about, demo.id, demo.room.cloned()).await
        }
    }
}

/// Who was not reached is called again in the next half-day, and the lead waits for that (R-EDU-39…41, A-33).
async fn call_back(tx: &Tx, lead: LeadId, call: &Became<'_>) -> Result<()> {
    let Some(rule) = &tx.playbook.cadence.call_back else {
        return Ok(());
    };
    let called_at = call.standing.done_at.unwrap_or(tx.now);
    let suggested_at = next_call_back(called_at, &tx.playbook).suggested_at.max(tx.now);
    let period = Period::from(tx.playbook.at_work(suggested_at));
    let planned = activities::planned_by_rule(tx, call.about, &[ActivityRule::CallBack]).await?;
    match planned.first() {
        Some(planned) => shift(tx, planned, period).await?,
        None => {
            let planned = Planned { rule: ActivityRule::CallBack, activity: &rule.activity, period, owner: call.owner };
            plan(tx, &planned, call.about).await?;
        }
    }
    leads::not_reached(tx, lead).await
}

/// Notes a call-back that is planned before the half-day is over in which nobody was reached (R-EDU-40, A-33).
pub(super) async fn demand_half_day(
    tx: &Tx,
    category: Option<&Key>,
    lead: Option<LeadId>,
    starts_at: Option<DateTime<Utc>>,
    violations: &mut Violations,
) -> Result<()> {
    let rule = tx.playbook.cadence.call_back.as_ref().filter(|rule| category == Some(&rule.activity.category));
    let (Some(_), Some(lead), Some(starts_at)) = (rule, lead, starts_at) else {
        return Ok(());
    };
    if !violations.is_open("/starts_at") {
        return Ok(());
    }
    let Some(called_at) = activities::last_not_reached(tx, lead).await? else {
        return Ok(());
    };
    let next = next_call_back(called_at, &tx.playbook);
    if starts_at < next.not_before {
        let when = [("not_before", json!(next.not_before)), ("suggested_at", json!(next.suggested_at))];
        violations.add_with("/starts_at", "too_soon", Map::from_iter(when.map(|(name, at)| (name.to_owned(), at))));
    }
    Ok(())
}
