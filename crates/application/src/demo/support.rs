//! Support requests of salespeople to managers.

use chot_domain::shared::{Nothing, read};
use serde_json::json;

use super::Story;
use super::leads::OpenLead;
use super::opportunities::Sale;
use crate::{Result, teamwork};

impl Story<'_> {
    /// Salespeople ask about an account, which is answered, and about a lead, which is still open. One withdraws the request.
    pub(super) async fn ask_for_support(&self, sales: &[Sale], leads: &[OpenLead]) -> Result<()> {
        let content = &self.content.support;
        let leader = self.staff.member(&self.content.staff.leader)?;
        for seller in self.staff.all_sellers() {
            let sale = sales.iter().find(|sale| sale.is_worked_by(seller));
            let accounts: Vec<_> = sale.map(|sale| sale.account).into_iter().collect();
            let asked = self.calendar.work((0, 3), &seller.actor, &accounts, async |tx, account| {
                let draft = json!({ "account_id": account, "reason": content.question, "addressee_id": leader.id });
                teamwork::ask(tx, &read(draft)?).await
            });
            let asked = asked.await?;
            let answered = self.calendar.work((0, 6), &leader.actor, &asked, async |tx, request| {
                teamwork::answer(tx, *request, &read(json!({ "answer": content.answer }))?).await
            });
            answered.await?;
            let leads: Vec<_> = leads.iter().filter(|lead| lead.seller == seller.id).take(2).collect();
            let asked = self.calendar.work((0, 7), &seller.actor, &leads, async |tx, lead| {
                let draft = json!({ "lead_id": lead.lead, "reason": content.open_question, "addressee_id": leader.id });
                teamwork::ask(tx, &read(draft)?).await
            });
            let withdrawn: Vec<_> = asked.await?.into_iter().skip(1).collect();
            let withdrawn = self
                .calendar
                .work((0, 8), &seller.actor, &withdrawn, async |tx, request| teamwork::withdraw(tx, *request, &Nothing {}).await);
            withdrawn.await?;
        }
        self.ask_the_administrator(sales).await
    }

    /// One salesperson asks the administrator about an opportunity; the request is still open.
    async fn ask_the_administrator(&self, sales: &[Sale]) -> Result<()> {
        let admin = self.staff.member("admin")?.id;
        let Some(sale) = sales.iter().rfind(|sale| sale.is_under_way()) else {
            return Ok(());
        };
        let ctx = self.calendar.on((0, 9), &sale.seller).await?;
        let question = &self.content.support.question;
        let draft = read(json!({ "opportunity_id": sale.main, "reason": question, "addressee_id": admin }))?;
        ctx.write(async |tx| teamwork::ask(tx, &draft).await).await.map(drop)
    }
}
