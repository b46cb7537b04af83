//! How accounts enter and leave the pool.

use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::read;
use serde_json::json;

use super::Story;
use super::content::TeamName;
use super::opportunities::{Journey, Sale};
use crate::{Result, accounts, opportunities};

/// The number of accounts that are claimed again from the pool.
const TAKEN_UP: usize = 3;

impl Story<'_> {
    /// Managers release some accounts without progress.
    pub(super) async fn take_back<'s>(&self, sales: &'s [Sale]) -> Result<Vec<&'s Sale>> {
        let idle = sales.iter().filter(|sale| sale.journey == Journey::Opened);
        let idle: Vec<_> = idle.zip(&self.content.accounts.releases).collect();
        let leader = self.staff.actor(&self.content.staff.leader)?;
        let released = self.calendar.work((-1, 6), leader, &idle, async |tx, (sale, release)| {
            let order = json!({ "reason": release.reason, "note": release.note });
            accounts::release(tx, sale.account, &read(order)?).await?;
            Ok(*sale)
        });
        released.await
    }

    /// A salesperson claims accounts that a colleague could not convince, and tries with another service. If a loss does not
    /// return accounts to the pool, they are accounts that managers released.
    pub(super) async fn take_up_again(&self, sales: &[Sale], taken_back: &[&Sale]) -> Result<Vec<OpportunityId>> {
        let lost: Vec<&Sale> = match self.playbook.policies.losing_last_primary_opportunity_frees_account {
            true => sales.iter().filter(|sale| sale.journey == Journey::Lost).take(TAKEN_UP).collect(),
            false => taken_back.iter().copied().take(1).collect(),
        };
        let seller = self.staff.on_duty(TeamName::North, 0)?;
        let service = self.content.services.len().saturating_sub(1);
        let opened = self.calendar.work((-1, 8), &seller.actor, &lost, async |tx, sale| {
            accounts::claim(tx, sale.account).await?;
            let another = json!({
                "account_id": sale.account,
                "name": self.content.sale_of(service),
                "product_ids": self.services.get(service).into_iter().collect::<Vec<_>>(),
                "expected_revenue": self.revenue(sale.number, "another"),
                "stars": 2,
            });
            opportunities::open(tx, &read(another)?).await
        });
        opened.await
    }
}
