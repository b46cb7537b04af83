//! How leads are converted, and opportunities are advised, quoted, negotiated, won and lost.

use chot_domain::accounts::AccountId;
use chot_domain::activities::ActivityKind;
use chot_domain::identity::Actor;
use chot_domain::leads::{ConvertLead, LeadId};
use chot_domain::opportunities::{OpportunityId, OpportunityPatch};
use chot_domain::shared::{Code, read};
use chot_domain::telephony::CallDraft;
use chot_persistence::{Tx, lock};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::Story;
use super::names::person;
use super::numbers::phone;
use super::people::Member;
use super::random::{pick, pick_text};
use crate::leads;
use crate::{Result, accounts, activities, opportunities, telephony};

/// How far the main opportunity of a customer gets, in the order of the process: a lost one was quoted before, a won one was
/// negotiated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Journey {
    /// It was only created.
    Opened,
    /// The customer was advised.
    Advised,
    /// A quotation was sent.
    Quoted,
    /// The customer declined.
    Lost,
    /// The terms are being negotiated.
    Negotiated,
    /// It was won.
    Won,
}

impl Journey {
    /// Whether it is closed in the end.
    const fn is_decided(self) -> bool {
        matches!(self, Self::Lost | Self::Won)
    }
}

/// A converted lead, with its main opportunity and perhaps a second one.
pub(super) struct Sale {
    /// The number of the lead.
    pub(super) number: usize,
    /// How far it gets.
    pub(super) journey: Journey,
    /// The account.
    pub(super) account: AccountId,
    /// The main opportunity.
    pub(super) main: OpportunityId,
    second: Option<OpportunityId>,
    /// The salesperson.
    pub(super) seller: Actor,
}

impl Sale {
    /// Whether the customer was advised and the opportunity is still open.
    pub(super) fn is_under_way(&self) -> bool {
        self.journey >= Journey::Advised && !self.journey.is_decided()
    }

    /// Whether it is open and belongs to this salesperson.
    pub(super) fn is_worked_by(&self, seller: &Member) -> bool {
        self.is_under_way() && self.seller.user() == Some(seller.id)
    }
}

/// A lead that is converted.
#[derive(Clone, Copy)]
pub(super) struct Prospect {
    /// The lead.
    pub(super) lead: LeadId,
    /// Its number.
    pub(super) number: usize,
    /// How far its main opportunity gets.
    pub(super) journey: Journey,
}

impl Story<'_> {
    /// Converts a lead, usually without changes.
    pub(super) async fn make_customer(&self, tx: &Tx, prospect: Prospect, seller: &Actor) -> Result<Sale> {
        let Prospect { lead, number, journey } = prospect;
        let conversion = leads::convert(tx, lead, &self.order(number)?).await?;
        // The other changes of this unit are not caused by this conversion.
        tx.set_cause(None);
        let made = lock(tx, conversion).await?.ok_or(Code::NotFound)?;
        let opened = made.created_opportunities();
        let main = opened.first().copied().ok_or(Code::NotFound)?;
        let second = opened.get(1).copied();
        Ok(Sale { number, journey, account: made.account().0, main, second, seller: seller.clone() })
    }

    /// The order of conversion: without changes, with a name for the opportunity, or with a second service.
    fn order(&self, number: usize) -> Result<ConvertLead> {
        let wanted = self.content.wanted_by(number);
        let also = (wanted + 1) % self.content.services.len().max(1);
        let mut said = self.expectations(number);
        said.insert("name".to_owned(), json!(self.content.sale_of(wanted)));
        let beside = json!({
            "name": self.content.sale_of(also),
            "product_ids": self.services.get(also).into_iter().collect::<Vec<_>>(),
            "expected_revenue": self.revenue(number, "beside"),
            "stars": 1,
        });
        Ok(read(match pick(number, "order", &["as it is", "as it is", "as it is", "in words", "with a second"]) {
            Some(&"in words") => json!({ "opportunities": [{ "fields": said }] }),
            Some(&"with a second") => {
                json!({ "opportunities": [{ "fields": said }, { "fields": beside, "classification": "secondary" }] })
            }
            _ => json!({}),
        })?)
    }

    /// The salesperson's expectations of the main opportunity.
    fn expectations(&self, number: usize) -> Map<String, Value> {
        let closes = pick(number, "closes", &[5, 9, 14, 20, 30, 45]).map(|day| self.calendar.date(*day));
        Map::from_iter([
            ("expected_revenue".to_owned(), json!(self.revenue(number, "main"))),
            ("stars".to_owned(), json!(pick(number, "stars", &[1, 1, 2, 2, 3]))),
            ("expected_close_on".to_owned(), json!(closes)),
        ])
    }

    /// An expected revenue in đồng.
    pub(super) fn revenue(&self, number: usize, of: &str) -> Option<String> {
        pick(number, of, &self.content.opportunities.millions).map(|millions| format!("{millions}000000"))
    }

    /// The salesperson works on the opportunities, each as far as it gets.
    pub(super) async fn pursue(&self, seller: &Member, day: i64, sales: &[Sale]) -> Result<()> {
        let (calendar, seller) = (self.calendar, &seller.actor);
        let stages = &self.content.opportunities;
        let advised = as_far_as(sales, Journey::Advised);
        calendar.work((day, 7), seller, &advised, async |tx, sale| self.advise(tx, sale).await).await?;
        calendar.work((day + 1, 3), seller, sales, async |tx, sale| self.get_acquainted(tx, sale).await).await?;
        let quoted = as_far_as(sales, Journey::Quoted);
        calendar.work((day + 2, 4), seller, &quoted, async |tx, sale| self.quote(tx, sale).await).await?;
        let negotiated = as_far_as(sales, Journey::Negotiated);
        let stage = stages.negotiated_stage.as_ref();
        calendar.work((day + 4, 3), seller, &negotiated, async |tx, sale| move_on(tx, sale, stage).await).await?;
        self.pass_closing_time(day + 7, &advised).await?;
        let decided: Vec<&Sale> = sales.iter().filter(|sale| sale.journey.is_decided()).collect();
        calendar.work((day + 7, 8), seller, &decided, async |tx, sale| self.close(tx, sale).await).await?;
        let won: Vec<&Sale> = sales.iter().filter(|sale| sale.journey == Journey::Won).collect();
        self.care(seller, day + 9, &won).await
    }

    /// The salesperson calls through the exchange, which is evidence, and gives a demo of the product if the playbook has demos.
    async fn advise(&self, tx: &Tx, sale: &Sale) -> Result<()> {
        let call: CallDraft = read(json!({
            "provider": "demo",
            "call_id": format!("demo-{}", sale.number),
            "status": "ended",
            "occurred_at": tx.now,
            "direction": "outbound",
            "answer_seconds": pick(sale.number, "talked", &[95, 140, 210, 320, 480]),
            "opportunity_id": sale.main,
        }))?;
        telephony::apply_report(tx, &call.report(), TimeDelta::zero()).await?;
        if let Some(category) = &tx.playbook.cadence.demo_category {
            let demo = json!({
                "kind": ActivityKind::OnlineMeeting,
                "category": category,
                "subject": self.content.work.demo_subject,
                "opportunity_id": sale.main,
                "starts_at": tx.now - TimeDelta::minutes(40),
                "done_at": tx.now,
                "outcome": "successful",
                "summary": self.content.work.demo_summary,
            });
            activities::create(tx, &read(demo)?).await?;
        }
        move_on(tx, sale, self.content.opportunities.advised_stage.as_ref()).await
    }

    /// The salesperson adds further contacts and details of the customer.
    async fn get_acquainted(&self, tx: &Tx, sale: &Sale) -> Result<()> {
        let number = sale.number;
        if pick(number, "bookkeeper", &[true, false, false]) == Some(&true) {
            let bookkeeper = json!({
                "account_id": sale.account,
                "full_name": person(300 + number).full_name(),
                "job_title": "Kế toán trưởng",
                "phone": phone(3_000 + number),
            });
            accounts::create_contact(tx, &read(bookkeeper)?).await?;
        }
        if let Some(tag) = pick_text(number, "account tag", &self.content.accounts.tags) {
            accounts::tag(tx, sale.account, &read(json!({ "tag": tag }))?).await?;
        }
        if let (Some(second), Some(tag)) = (sale.second, &self.content.opportunities.second_tag) {
            opportunities::tag(tx, second, &read(json!({ "tag": tag }))?).await?;
        }
        Ok(())
    }

    /// The salesperson sends a quotation and updates the expectations.
    async fn quote(&self, tx: &Tx, sale: &Sale) -> Result<()> {
        let expected = OpportunityPatch::from(self.expectations(sale.number));
        opportunities::update(tx, sale.main, &expected, None).await?;
        move_on(tx, sale, self.content.opportunities.quoted_stage.as_ref()).await
    }

    /// The closing time after a demo passes, if the playbook has one.
    async fn pass_closing_time(&self, day: i64, sales: &[&Sale]) -> Result<()> {
        if self.playbook.cadence.closing_time.is_none() {
            return Ok(());
        }
        let system = Actor::system();
        let passed =
            self.calendar.work((day, 7), &system, sales, async |tx, sale| opportunities::on_closing_time(tx, sale.main).await);
        passed.await.map(drop)
    }

    /// The customer decides. If the playbook defines it, losing the only main opportunity returns the account to the pool.
    async fn close(&self, tx: &Tx, sale: &Sale) -> Result<()> {
        let content = &self.content.opportunities;
        if sale.journey == Journey::Won {
            let note = pick(sale.number, "won", &content.win_notes);
            return opportunities::win(tx, sale.main, &read(json!({ "note": note }))?).await;
        }
        let refusal = pick(sale.number, "lost", &content.refusals).ok_or(Code::NotFound)?;
        let again = pick(sale.number, "again", &[None, Some(30), Some(60), Some(90)]).copied().flatten();
        let again = again.map(|day| self.calendar.date(day));
        let said = json!({ "reason": refusal.reason, "customer_feedback": refusal.note, "next_approach_on": again });
        opportunities::lose(tx, sale.main, &read(said)?).await
    }

    /// Won accounts move to the board after the sale, if the playbook has one.
    async fn care(&self, seller: &Actor, day: i64, won: &[&Sale]) -> Result<()> {
        let stages = &self.content.accounts.after_sale_stages;
        if stages.is_empty() {
            return Ok(());
        }
        let moved = self.calendar.work((day, 2), seller, won, async |tx, sale| match pick(sale.number, "after sale", stages) {
            Some(stage) => accounts::move_to(tx, sale.account, &read(json!({ "stage": stage }))?).await,
            None => Ok(()),
        });
        moved.await.map(drop)
    }
}

fn as_far_as(sales: &[Sale], journey: Journey) -> Vec<&Sale> {
    sales.iter().filter(|sale| sale.journey >= journey).collect()
}

async fn move_on(tx: &Tx, sale: &Sale, stage: Option<&String>) -> Result<()> {
    match stage {
        Some(stage) => opportunities::move_to(tx, sale.main, &read(json!({ "stage": stage }))?).await,
        None => Ok(()),
    }
}
