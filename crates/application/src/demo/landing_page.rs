use chot_domain::accounts::AssignOwner;
use chot_domain::identity::Actor;
use chot_domain::leads::{LeadFormDraft, LeadId, Submission};
use chot_domain::shared::read;
use chot_persistence::leads::FormByKey;
use serde_json::json;

use super::Story;
use super::calendar::Hour;
use super::content::{TeamName, Visitor};
use super::numbers::phone;
use super::random::pick;
use crate::Result;
use crate::leads::{self, Received};

impl Story<'_> {
    /// Publishes a landing page. Visitors become leads; a returning visitor stays the same lead, and a robot is discarded.
    pub(super) async fn publish_landing_page(&self) -> Result<()> {
        let page = &self.content.landing_page;
        let draft: LeadFormDraft = read(json!({
            "name": page.name,
            "source": page.source,
            "product_id": self.services.first(),
            "field_map": {
                "ten_doanh_nghiep": "name", "nguoi_lien_he": "contact_person", "sdt": "phone", "noi_dung": "need",
            },
            "trap_field": "fax",
            "quota_per_hour": 60,
        }))?;
        let owner = self.calendar.on((-14, 3), self.staff.actor(&self.content.staff.form_owner)?).await?;
        let id = owner.write(async |tx| leads::create_form(tx, &draft).await).await?;
        let form = FormByKey { id, draft };

        let early = sent_in(9_000, &page.early_visitors);
        let came = self.visit(&form, (-7, 3), &early).await?;
        self.give_to_the_north(&came).await?;

        let mut late = sent_in(9_100, &page.late_visitors);
        late.extend(early.first().cloned());
        late.push(Submission::from_iter([
            ("ten_doanh_nghiep".to_owned(), json!("SEO giá rẻ")),
            ("sdt".to_owned(), json!(phone(9_200))),
            ("fax".to_owned(), json!("https://seo.example.com")),
        ]));
        self.visit(&form, (0, 2), &late).await?;
        Ok(())
    }

    /// Visitors submit the form. Returns the new leads.
    async fn visit(&self, form: &FormByKey, hour: Hour, sent: &[Submission]) -> Result<Vec<LeadId>> {
        let visitor = Actor::lead_form(form.id.uuid());
        let received = self.calendar.work(hour, &visitor, sent, async |tx, fields| leads::submit(tx, form, fields).await).await?;
        let new = received.into_iter().filter_map(|received| match received {
            Received::Created(lead) => Some(lead),
            Received::Duplicate { .. } | Received::Trapped => None,
        });
        Ok(new.collect())
    }

    /// Assigns the leads to a salesperson in the north, who calls them at once if the playbook recalls leads.
    async fn give_to_the_north(&self, came: &[LeadId]) -> Result<()> {
        let seller = self.staff.on_duty(TeamName::North, 8)?;
        let reason = format!("Hỏi về {}", self.content.sale_of(0));
        let order: AssignOwner = read(json!({ "owner_id": seller.id, "reason": reason }))?;
        let distributor = self.staff.actor(&self.content.staff.distributor)?;
        self.calendar.work((-7, 5), distributor, came, async |tx, lead| leads::assign(tx, *lead, &order).await).await?;
        if self.playbook.cadence.lead_recall.is_none() {
            return Ok(());
        }
        let called = self.calendar.work((-7, 5), &seller.actor, came, async |tx, lead| {
            let note = pick(0, "call", &self.content.leads.call_notes);
            leads::mark_contacted(tx, *lead, &read(json!({ "note": note }))?).await
        });
        called.await.map(drop)
    }
}

fn sent_in(first_phone: usize, visitors: &[Visitor]) -> Vec<Submission> {
    let fields = |(at, visitor): (usize, &Visitor)| {
        Submission::from_iter([
            ("ten_doanh_nghiep".to_owned(), json!(visitor.company)),
            ("nguoi_lien_he".to_owned(), json!(visitor.person)),
            ("sdt".to_owned(), json!(phone(first_phone + at))),
            ("noi_dung".to_owned(), json!(visitor.need)),
        ])
    };
    visitors.iter().enumerate().map(fields).collect()
}
