//! A group of companies: the parent, which decides and buys, and its children.

use chot_domain::accounts::AccountId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::read;
use chot_persistence::Tx;
use serde_json::json;

use super::Story;
use super::content::TeamName;
use super::numbers::{phone, tax_code};
use crate::{Result, accounts, opportunities};

/// The number behind the group's tax code and telephone numbers, outside the range of the leads.
const NUMBER: usize = 5_000;

impl Story<'_> {
    /// A salesperson creates a group of companies without a lead. Returns its opportunities.
    pub(super) async fn win_a_group(&self) -> Result<Vec<OpportunityId>> {
        let group = &self.content.group;
        let seller = self.staff.on_duty(TeamName::North, 0)?;
        let ctx = self.calendar.on((-20, 3), &seller.actor).await?;
        ctx.write(async |tx| {
            let account = self.enter(tx).await?;
            let mut opened = Vec::new();
            for sale in &group.sales {
                let draft = json!({
                    "account_id": account,
                    "name": format!("{} {}", self.content.sale_of(sale.service), group.sale_suffix),
                    "product_ids": self.services.get(sale.service).into_iter().collect::<Vec<_>>(),
                    "stage": sale.stage,
                    "expected_revenue": sale.revenue,
                    "stars": 3,
                    "expected_close_on": self.calendar.date(25),
                });
                opened.push(opportunities::open(tx, &read(draft)?).await?);
            }
            Ok(opened)
        })
        .await
    }

    async fn enter(&self, tx: &Tx) -> Result<AccountId> {
        let group = &self.content.group;
        let has_identity_numbers = self.content.customers.have_identity_numbers;
        let draft = json!({
            "name": group.name,
            "phone": phone(NUMBER),
            "email": group.email,
            "tax_code": has_identity_numbers.then(|| tax_code(NUMBER)),
            "rank": group.rank,
            "source": group.source,
            "profile": {
                "business_type": group.business_type,
                "line_of_business": group.line,
                "way_of_selling": group.way,
                "address": { "text": group.address, "province_code": group.province_code },
                "website": group.website,
            },
            "description": group.description,
        });
        let account = accounts::create(tx, &read(draft)?).await?;
        accounts::tag(tx, account, &read(json!({ "tag": group.tag }))?).await?;
        for child in &group.children {
            let address = json!({ "text": child.address, "province_code": child.province_code });
            let draft = json!({
                "name": child.name,
                "parent_id": account,
                "tax_code": has_identity_numbers.then(|| format!("{}-{}", tax_code(NUMBER), child.branch)),
                "profile": { "line_of_business": group.line, "address": address },
            });
            accounts::create(tx, &read(draft)?).await?;
        }
        for (at, person) in group.people.iter().enumerate() {
            let contact = json!({
                "account_id": account,
                "full_name": person.full_name,
                "job_title": person.job_title,
                "phone": phone(NUMBER + 1 + at),
            });
            accounts::create_contact(tx, &read(contact)?).await?;
        }
        Ok(account)
    }
}
