//! How leads are created, assigned, called, verified and converted.

use chot_domain::identity::{Actor, UserId};
use chot_domain::leads::{LeadId, TrialId};
use chot_domain::shared::{Code, read};
use chot_persistence::{Tx, lock_unscoped};
use serde_json::json;

use super::Story;
use super::content::TeamName;
use super::opportunities::{Journey, Prospect, Sale};
use super::people::Member;
use super::places::place;
use super::prospects;
use super::random::{pick, pick_text};
use crate::{Result, leads};

/// A lead and its outcome.
pub(super) struct LeadPlot {
    /// Its number.
    pub(super) number: usize,
    /// The lead.
    pub(super) lead: LeadId,
    team: TeamName,
    /// Its outcome.
    pub(super) outcome: LeadOutcome,
}

/// A lead that a salesperson is working on.
pub(super) struct OpenLead {
    /// The lead.
    pub(super) lead: LeadId,
    /// Its owner.
    pub(super) seller: UserId,
}

/// The outcome of a lead.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LeadOutcome {
    /// It is new, without owner.
    Waiting,
    /// It has an owner, who has not called yet.
    Assigned,
    /// It was called.
    Called,
    /// It is real.
    Real,
    /// It is not real.
    NotReal,
    /// It was closed as junk.
    Junk,
    /// It was returned.
    Returned,
    /// It was set aside.
    Parked,
    /// It was converted.
    Customer(Journey),
}

/// The outcomes of successive leads.
const OUTCOMES: [LeadOutcome; 24] = {
    use Journey::{Advised, Lost, Negotiated, Opened, Quoted, Won};
    use LeadOutcome::{Assigned, Called, Customer, Junk, NotReal, Parked, Real, Returned};
    [
        Customer(Advised),
        Called,
        Customer(Won),
        Parked,
        Customer(Quoted),
        Assigned,
        Customer(Lost),
        Called,
        Customer(Negotiated),
        Junk,
        Real,
        Customer(Opened),
        Customer(Won),
        Returned,
        Called,
        Customer(Quoted),
        Parked,
        Customer(Lost),
        NotReal,
        Customer(Advised),
        Assigned,
        Customer(Negotiated),
        Called,
        Real,
    ]
};

/// The days on which the follow-ups of leads fall due: some at once, most in the coming days.
const FOLLOW_UP_DAYS: [i64; 9] = [0, 0, 2, 3, 4, 6, 8, 21, 60];

impl Story<'_> {
    /// The last batch and half of the batch before it are still untouched.
    fn outcome_for(&self, number: usize) -> LeadOutcome {
        let (content, size) = (&self.content.leads, self.content.leads.in_a_batch);
        let untouched = content.count().saturating_sub(size + size / 2);
        if number >= untouched { LeadOutcome::Waiting } else { OUTCOMES[number % OUTCOMES.len()] }
    }

    /// The days on which leads are created; the last batch on the last day.
    fn batch_days(&self) -> impl Iterator<Item = (usize, i64)> {
        let (batches, step) = (self.content.leads.batches, self.content.leads.days_between);
        (0..batches).map(move |batch| (batch, -(((batches - 1 - batch) * step) as i64)))
    }

    /// Batch by batch, leads are created, assigned and sold to.
    pub(super) async fn sell(&self) -> Result<(Vec<Sale>, Vec<OpenLead>)> {
        let (mut sales, mut open_leads) = (Vec::new(), Vec::new());
        for (batch, day) in self.batch_days() {
            let plots = self.capture(batch, day).await?;
            self.give_out(batch, day, &plots).await?;
            self.recall(day, &plots).await?;
            for team in [TeamName::North, TeamName::South] {
                let seller = self.staff.on_duty(team, batch)?;
                let theirs = those(&plots, |plot| plot.team == team && plot.outcome != LeadOutcome::Waiting);
                self.take_from_pool(seller, day, &theirs).await?;
                self.call(seller, day, &theirs).await?;
                self.call_in_vain(seller, day + 1, &theirs).await?;
                let trials = self.find_out(seller, day + 2, &theirs).await?;
                let won_over = self.convert(seller, day + 3, &theirs).await?;
                self.end_trials(day + 10, &trials).await?;
                self.pursue(seller, day + 4, &won_over).await?;
                sales.extend(won_over);
                let open = theirs.iter().filter(|plot| plot.outcome == LeadOutcome::Called);
                open_leads.extend(open.map(|plot| OpenLead { lead: plot.lead, seller: seller.id }));
            }
        }
        Ok((sales, open_leads))
    }

    async fn capture(&self, batch: usize, day: i64) -> Result<Vec<LeadPlot>> {
        let content = &self.content.leads;
        let by = content.captured_by.get(batch % content.captured_by.len().max(1)).ok_or(Code::NotFound)?;
        let numbers: Vec<usize> = (batch * content.in_a_batch..(batch + 1) * content.in_a_batch).collect();
        let entered = self.calendar.work((day, 2), self.staff.actor(&by.role)?, &numbers, async |tx, number| {
            let source = pick(*number, "source", &by.sources);
            let lead = leads::create(tx, &prospects::lead(self.content, *number, source, self.services)?).await?;
            Ok(LeadPlot { number: *number, lead, team: place(*number).team, outcome: self.outcome_for(*number) })
        });
        entered.await
    }

    /// Most leads are assigned to the salespeople on duty.
    async fn give_out(&self, batch: usize, day: i64, plots: &[LeadPlot]) -> Result<()> {
        let given = those(plots, |plot| plot.outcome != LeadOutcome::Waiting && !plot.is_claimed());
        let distributor = self.staff.actor(&self.content.staff.distributor)?;
        let assigned = self.calendar.work((day, 4), distributor, &given, async |tx, plot| {
            let seller = self.staff.on_duty(plot.team, batch)?;
            leads::assign(tx, plot.lead, &read(json!({ "owner_id": seller.id }))?).await
        });
        assigned.await.map(drop)
    }

    /// If the playbook recalls leads, leads that were not called in time get another owner, who calls.
    async fn recall(&self, day: i64, plots: &[LeadPlot]) -> Result<()> {
        if self.playbook.cadence.lead_recall.is_none() {
            return Ok(());
        }
        let missed = those(plots, |plot| plot.outcome == LeadOutcome::Assigned && !plot.is_claimed());
        let system = Actor::system();
        let recalled = self.calendar.work((day, 6), &system, &missed, async |tx, plot| {
            leads::recall(tx, plot.lead).await?;
            let lead = lock_unscoped(tx, plot.lead).await?.ok_or(Code::NotFound)?;
            Ok(lead.state().owner_id.map(|owner| (owner, plot.number, plot.lead)))
        });
        for (owner, number, lead) in recalled.await?.into_iter().flatten() {
            self.call_as(owner, (day, 6), &[(number, lead)]).await?;
        }
        Ok(())
    }

    async fn call_as(&self, owner: UserId, hour: (i64, i64), leads: &[(usize, LeadId)]) -> Result<()> {
        let called = self.calendar.work(hour, self.staff.actor_of(owner)?, leads, async |tx, (number, lead)| {
            let note = pick(*number, "call", &self.content.leads.call_notes);
            leads::mark_contacted(tx, *lead, &read(json!({ "note": note }))?).await
        });
        called.await.map(drop)
    }

    /// Salespeople claim the leads that were not assigned.
    async fn take_from_pool(&self, seller: &Member, day: i64, plots: &[&LeadPlot]) -> Result<()> {
        let free: Vec<LeadId> = plots.iter().filter(|plot| plot.is_claimed()).map(|plot| plot.lead).collect();
        let claimed = self.calendar.work((day, 5), &seller.actor, &free, async |tx, lead| leads::claim(tx, *lead).await);
        claimed.await.map(drop)
    }

    async fn call(&self, seller: &Member, day: i64, plots: &[&LeadPlot]) -> Result<()> {
        let content = &self.content.leads;
        let is_urgent = self.playbook.cadence.lead_recall.is_some();
        let is_called = |plot: &LeadPlot| plot.outcome != LeadOutcome::Assigned || (is_urgent && plot.is_claimed());
        let due: Vec<&LeadPlot> = plots.iter().copied().filter(|plot| is_called(plot)).collect();
        let (days_later, hour) = content.first_call;
        let called = self.calendar.work((day + days_later, hour), &seller.actor, &due, async |tx, plot| {
            let note = pick(plot.number, "call", &content.call_notes);
            leads::mark_contacted(tx, plot.lead, &read(json!({ "note": note }))?).await?;
            if let Some(tag) = pick_text(plot.number, "tag", &content.tags) {
                leads::tag(tx, plot.lead, &read(json!({ "tag": tag }))?).await?;
            }
            Ok(())
        });
        called.await.map(drop)
    }

    async fn find_out(&self, seller: &Member, day: i64, plots: &[&LeadPlot]) -> Result<Vec<TrialId>> {
        let found = self.calendar.work((day, 7), &seller.actor, plots, async |tx, plot| self.apply_outcome(tx, plot).await);
        Ok(found.await?.into_iter().flatten().collect())
    }

    /// Applies the outcome of a lead. A real lead gets a trial, if the playbook has trials.
    async fn apply_outcome(&self, tx: &Tx, plot: &LeadPlot) -> Result<Option<TrialId>> {
        let (number, lead, content) = (plot.number, plot.lead, &self.content.leads);
        match plot.outcome {
            LeadOutcome::Waiting | LeadOutcome::Assigned | LeadOutcome::Called => {}
            LeadOutcome::Real | LeadOutcome::Customer(_) if self.playbook.cadence.trial_days.is_some() => {
                let order = json!({ "link": self.content.work.trial_link });
                return leads::grant_trial(tx, lead, &read(order)?).await.map(Some);
            }
            LeadOutcome::Real | LeadOutcome::Customer(_) => {
                leads::verify(tx, lead, &read(json!({ "result": "real" }))?).await?;
            }
            LeadOutcome::NotReal => {
                let junk = pick(number, "not real", &content.junk).ok_or(Code::NotFound)?;
                let order = json!({ "result": "not_real", "reason": junk.reason, "note": junk.note });
                leads::verify(tx, lead, &read(order)?).await?;
            }
            LeadOutcome::Junk => {
                let junk = pick(number, "junk", &content.junk).ok_or(Code::NotFound)?;
                leads::junk(tx, lead, &read(json!({ "reason": junk.reason, "note": junk.note }))?).await?;
            }
            LeadOutcome::Returned => {
                let reason = pick(number, "returned", &content.return_reasons);
                leads::return_(tx, lead, &read(json!({ "reason": reason }))?).await?;
            }
            LeadOutcome::Parked => {
                let reason = pick(number, "parked", &content.parking_reasons);
                let follow_up_at = pick(number, "follow-up", &FOLLOW_UP_DAYS).map(|day| self.calendar.at((*day, 2)));
                leads::recycle(tx, lead, &read(json!({ "follow_up_at": follow_up_at, "reason": reason }))?).await?;
            }
        }
        Ok(None)
    }

    async fn convert(&self, seller: &Member, day: i64, plots: &[&LeadPlot]) -> Result<Vec<Sale>> {
        let customers = plots.iter().filter_map(|plot| match plot.outcome {
            LeadOutcome::Customer(journey) => Some(Prospect { lead: plot.lead, number: plot.number, journey }),
            _ => None,
        });
        let customers: Vec<_> = customers.collect();
        let sales = self.calendar.work((day, 3), &seller.actor, &customers, async |tx, prospect| {
            self.make_customer(tx, *prospect, &seller.actor).await
        });
        sales.await
    }

    /// Trials end.
    async fn end_trials(&self, day: i64, trials: &[TrialId]) -> Result<()> {
        let system = Actor::system();
        let ended = self.calendar.work((day, 7), &system, trials, async |tx, trial| leads::on_trial_end(tx, *trial).await);
        ended.await.map(drop)
    }
}

impl LeadPlot {
    /// Whether a salesperson claims it from the pool instead of getting it assigned.
    fn is_claimed(&self) -> bool {
        self.number % 6 == 5
    }
}

fn those(plots: &[LeadPlot], wanted: impl Fn(&LeadPlot) -> bool) -> Vec<&LeadPlot> {
    plots.iter().filter(|plot| wanted(plot)).collect()
}
