//! How accounts come into the pool, and out of it.

use chot_domain::shared::read;
use serde_json::json;

use super::Story;
use super::deals::{Deal, Journey, revenue};
use super::people::Region;
use super::services::SERVICES;
use crate::{Result, accounts, opportunities};

/// Release reasons, and what is said about them.
const RELEASES: [(&str, &str); 5] = [
    ("no_care", "Hơn một tháng không có hoạt động nào"),
    ("customer_request", "Khách muốn làm việc với người khác"),
    ("no_care", "Chưa gọi lại theo hẹn, khách phàn nàn"),
    ("manual", "Thu hồi để chia lại khu vực"),
    ("left_company", "Nhân viên phụ trách sắp nghỉ việc"),
];

impl Story<'_> {
    /// The head of both teams takes back five customers of whom nothing came.
    pub(super) async fn take_back(&self, deals: &[Deal]) -> Result<()> {
        let idle = deals.iter().filter(|deal| deal.journey == Journey::Opened).map(|deal| deal.account);
        let idle: Vec<_> = idle.zip(RELEASES).collect();
        let released = self.calendar.work((-1, 6), self.staff.actor("manager")?, &idle, async |tx, one| {
            let (account, (reason, note)) = *one;
            accounts::release(tx, account, &read(json!({ "reason": reason, "note": note }))?).await
        });
        released.await.map(drop)
    }

    /// A salesperson takes three customers, whom a colleague could not convince, from the pool and tries with another service.
    pub(super) async fn take_up_again(&self, deals: &[Deal]) -> Result<()> {
        let lost: Vec<&Deal> = deals.iter().filter(|deal| deal.journey == Journey::Lost).take(3).collect();
        let seller = self.staff.on_duty(Region::North, 0)?;
        let (service, product) = (&SERVICES[5], self.services.get(5));
        let opened = self.calendar.work((-1, 8), &seller.actor, &lost, async |tx, deal| {
            accounts::claim(tx, deal.account).await?;
            let another = json!({
                "account_id": deal.account,
                "name": service.sale,
                "product_ids": product.into_iter().collect::<Vec<_>>(),
                "expected_revenue": revenue(deal.number, "another"),
                "stars": 2,
            });
            opportunities::open(tx, &read(another)?).await
        });
        opened.await.map(drop)
    }
}
