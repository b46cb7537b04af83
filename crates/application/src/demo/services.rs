use chot_domain::catalog::ProductId;
use chot_domain::shared::read;
use serde_json::json;

use super::calendar::Calendar;
use super::content::{Content, Service};
use super::people::Staff;
use super::random::pick;
use crate::{Result, catalog};

impl Content {
    /// The service that a lead wants, as its index in the services.
    pub(super) fn wanted_by(&self, number: usize) -> usize {
        pick(number, "service", &self.demand).copied().unwrap_or_default()
    }

    /// The name of an opportunity for a service.
    pub(super) fn sale_of(&self, service: usize) -> &str {
        self.services.get(service).map(|service| service.sale.as_str()).unwrap_or_default()
    }
}

/// The administrator creates the products.
pub(super) async fn offer(calendar: &Calendar, staff: &Staff, services: &[Service]) -> Result<Vec<ProductId>> {
    let admin = staff.actor("admin")?;
    calendar
        .work((-59, 2), admin, services, async |tx, service| {
            let draft = json!({
                "code": service.code,
                "name": service.name,
                "category": service.category,
                "unit_price": service.unit_price,
                "vat_code": service.vat_code,
                "unit": service.unit,
                "description": service.description,
            });
            catalog::create(tx, &read(draft)?).await
        })
        .await
}
