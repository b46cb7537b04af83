//! What salespeople plan, complete, reschedule and cancel.

use chot_domain::activities::{ActivityId, ActivityKind, ActivityRule};
use chot_domain::records::RecordRef;
use chot_domain::shared::read;
use chot_persistence::Tx;
use chot_persistence::activities as stored;
use serde_json::json;

use super::Story;
use super::calendar::Hour;
use super::content::PlannedContent;
use super::opportunities::Sale;
use super::people::Member;
use crate::{Result, activities};

/// The outcome of a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlanOutcome {
    /// It is done.
    Done,
    /// It is overdue.
    Overdue,
    /// It is planned for the day on which the demo is loaded.
    Today,
    /// It is planned for one of the days after that.
    Later,
    /// It was rescheduled.
    PutOff,
    /// It was cancelled.
    CalledOff,
}

const OUTCOMES: [PlanOutcome; 6] = {
    use PlanOutcome::{CalledOff, Done, Later, Overdue, PutOff, Today};
    [Today, Overdue, Done, Later, PutOff, CalledOff]
};

/// The hour at which users plan.
const PLANNING: Hour = (-1, 1);

/// The tasks of the administrator, and when they are planned.
const TASKS: [(&str, Hour); 3] = [
    ("Xem lại cách chia khách hàng tiềm năng trong tháng", (0, 8)),
    ("Duyệt mức giảm giá nhân viên đề nghị", (1, 3)),
    ("Họp giao ban với các trưởng nhóm", (2, 2)),
];

impl Story<'_> {
    /// Every salesperson plans an activity for each running opportunity, and some of them are completed; the administrator plans
    /// tasks.
    pub(super) async fn plan_activities(&self, sales: &[Sale]) -> Result<()> {
        for (first_plan, seller) in self.staff.all_sellers().enumerate() {
            let theirs: Vec<&Sale> = sales.iter().filter(|sale| sale.is_worked_by(seller)).collect();
            self.plan_activities_of(seller, first_plan, &theirs).await?;
            self.keep_in_touch(seller, &theirs).await?;
        }
        let admin = self.staff.actor("admin")?;
        let planned = self.calendar.work(PLANNING, admin, &TASKS, async |tx, (subject, hour)| {
            let draft = json!({ "kind": ActivityKind::Task, "subject": subject, "starts_at": self.calendar.at(*hour) });
            activities::create(tx, &read(draft)?).await
        });
        planned.await.map(drop)
    }

    async fn plan_activities_of(&self, seller: &Member, first_plan: usize, sales: &[&Sale]) -> Result<()> {
        let plans = self.content.plans.iter().cycle().skip(first_plan).zip(OUTCOMES.iter().cycle()).zip(sales);
        let plans: Vec<_> = plans.enumerate().map(|(at, ((plan, outcome), sale))| (at, plan, *outcome, *sale)).collect();
        let planned = self.calendar.work(PLANNING, &seller.actor, &plans, async |tx, (at, plan, outcome, sale)| {
            self.note(tx, *at, sale).await?;
            Ok((self.plan(tx, *at, plan, *outcome, sale).await?, *plan, *outcome))
        });
        let planned = planned.await?;
        let carried_out = self.calendar.work((-1, 9), &seller.actor, &planned, async |tx, (activity, plan, outcome)| {
            self.carry_out(tx, *activity, plan, *outcome).await
        });
        carried_out.await.map(drop)
    }

    async fn plan(&self, tx: &Tx, at: usize, plan: &PlannedContent, outcome: PlanOutcome, sale: &Sale) -> Result<ActivityId> {
        let hour = 2 + (at % 7) as i64;
        let starts_at = self.calendar.at(match outcome {
            PlanOutcome::Done => (-1, 5),
            PlanOutcome::Overdue => (0, hour),
            PlanOutcome::Today | PlanOutcome::PutOff | PlanOutcome::CalledOff => (1, hour),
            PlanOutcome::Later => (2 + (at % 5) as i64, hour),
        });
        let check_list =
            plan.check_list.as_ref().map(|items| items.iter().map(|text| json!({ "text": text })).collect::<Vec<_>>());
        let draft = json!({
            "kind": plan.kind,
            "category": plan.category,
            "subject": plan.subject,
            "location": plan.location,
            "meeting_link": plan.meeting_link,
            "check_list": check_list,
            "opportunity_id": sale.main,
            "starts_at": starts_at,
        });
        activities::create(tx, &read(draft)?).await
    }

    /// A note on the account, in addition to the plan.
    async fn note(&self, tx: &Tx, at: usize, sale: &Sale) -> Result<()> {
        let Some(text) = self.content.work.notes.get(at) else {
            return Ok(());
        };
        let draft = json!({ "kind": ActivityKind::Note, "subject": text, "account_id": sale.account });
        activities::create(tx, &read(draft)?).await.map(drop)
    }

    async fn carry_out(&self, tx: &Tx, id: ActivityId, plan: &PlannedContent, outcome: PlanOutcome) -> Result<()> {
        match outcome {
            PlanOutcome::Done => {
                let order = json!({ "outcome": "successful", "summary": plan.summary, "done_at": self.calendar.at((-1, 6)) });
                activities::complete(tx, id, &read(order)?).await
            }
            PlanOutcome::PutOff => {
                let order = json!({ "starts_at": self.calendar.at((3, 3)), "reason": "Khách bận đột xuất, xin dời lịch" });
                activities::reschedule(tx, id, &read(order)?).await
            }
            PlanOutcome::CalledOff => {
                activities::cancel(tx, id, &read(json!({ "reason": "Khách đã trả lời qua e-mail" }))?).await
            }
            PlanOutcome::Overdue | PlanOutcome::Today | PlanOutcome::Later => Ok(()),
        }
    }

    /// Customers with follow-ups were contacted in the last days, and most got the offer of the playbook.
    async fn keep_in_touch(&self, seller: &Member, sales: &[&Sale]) -> Result<()> {
        for (at, rule) in self.playbook.cadence.follow_ups.iter().enumerate() {
            let contacted = self.calendar.work((-(at as i64), 9), &seller.actor, sales, async |tx, sale| {
                let draft = json!({
                    "kind": rule.activity.kind,
                    "category": rule.activity.category,
                    "subject": rule.activity.subject,
                    "opportunity_id": sale.main,
                    "done_at": tx.now,
                    "outcome": "successful",
                });
                activities::create(tx, &read(draft)?).await
            });
            contacted.await?;
        }
        if self.playbook.cadence.closing_time.is_none() {
            return Ok(());
        }
        // The offer to the newest customer is overdue.
        let offered = sales.split_last().map(|(_, older)| older).unwrap_or_default();
        let offered = self.calendar.work((-1, 8), &seller.actor, offered, async |tx, sale| make_offer(tx, sale).await);
        offered.await.map(drop)
    }
}

/// Makes the offer of the playbook to a customer who has not decided in time.
async fn make_offer(tx: &Tx, sale: &Sale) -> Result<()> {
    for planned in stored::planned_by_rule(tx, RecordRef::Opportunity(sale.main), &[ActivityRule::ClosingOffer]).await? {
        activities::complete(tx, planned.id(), &read(json!({ "outcome": "successful" }))?).await?;
    }
    Ok(())
}
