//! The attempts with a lead before it is set aside, if the playbook requires them.

use chot_domain::shared::read;
use chot_domain::teamwork::SupportRequestId;
use chot_persistence::Tx;
use chrono::TimeDelta;
use serde_json::json;

use super::Story;
use super::leads::{LeadOutcome, LeadPlot};
use super::people::Member;
use crate::{Result, activities, teamwork};

impl Story<'_> {
    /// The salesperson calls without success and asks for support, which is answered.
    pub(super) async fn call_in_vain(&self, seller: &Member, day: i64, plots: &[&LeadPlot]) -> Result<()> {
        let policies = &self.playbook.policies;
        if policies.failed_contacts_before_recycling == 0 && !policies.recycling_needs_support_answer {
            return Ok(());
        }
        let parked: Vec<&LeadPlot> = plots.iter().copied().filter(|plot| plot.outcome == LeadOutcome::Parked).collect();
        let asked = self.calendar.work((day, 8), &seller.actor, &parked, async |tx, plot| self.try_again(tx, plot).await);
        let asked: Vec<SupportRequestId> = asked.await?.into_iter().flatten().collect();
        let answer = json!({ "answer": self.content.support.answer_before_parking });
        let leader = self.staff.actor(&self.content.staff.leader)?;
        let answered = self
            .calendar
            .work((day + 1, 1), leader, &asked, async |tx, request| teamwork::answer(tx, *request, &read(answer.clone())?).await);
        answered.await.map(drop)
    }

    /// As many calls as the playbook requires, each in another half-day.
    async fn try_again(&self, tx: &Tx, plot: &LeadPlot) -> Result<Option<SupportRequestId>> {
        let calls = self.playbook.policies.failed_contacts_before_recycling;
        for call in (0..calls).rev() {
            let done_at = tx.now - TimeDelta::hours(6 * i64::from(call));
            let draft = json!({
                "kind": "call", "subject": "Gọi lại, khách không nghe máy", "lead_id": plot.lead, "done_at": done_at, "outcome": "no_answer",
            });
            activities::create(tx, &read(draft)?).await?;
        }
        let Some(question) = &self.content.support.before_parking else {
            return Ok(None);
        };
        let addressee = self.staff.member(&self.content.staff.leader)?.id;
        let draft = json!({ "lead_id": plot.lead, "reason": question, "addressee_id": addressee });
        teamwork::ask(tx, &read(draft)?).await.map(Some)
    }
}
