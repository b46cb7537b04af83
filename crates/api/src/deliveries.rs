use actix_web::{get, post, web::Path};
use chot_application::{Engine, deliveries as actions};
use chot_domain::deliveries::DeliveryId;
use chot_domain::identity::Actor;
use chot_domain::shared::{ColumnValue, Nothing};
use chot_persistence::deliveries::{self, DeliveryFilter, DeliveryView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};
use chrono::TimeDelta;

use crate::web::extract::{Caller, List, OptionalBody};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("deliveries", "Outgoing e-mails with attempts and results, for operators.")];

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get_one).service(retry);
}

impl Record for DeliveryView {
    type Id = DeliveryId;
    const PATH: &'static str = "/api/v1/deliveries";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: DeliveryId) -> Result<Option<Self>, StoreError> {
        deliveries::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: DeliveryId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List deliveries.
///
/// Returns outgoing messages, such as e-mails, with state and attempts, newest first. Their content is not returned.
#[utoipa::path(tag = "deliveries", operation_id = "listDeliveries", security(("bearer" = ["timers:manage"])),
    params(DeliveryFilter), responses((status = 200, body = Page<DeliveryView>)))]
#[get("/deliveries")]
async fn list(caller: Caller, query: List<DeliveryFilter>) -> HandlerResult {
    caller.list(query, deliveries::list).await
}

/// Get a delivery.
///
/// Returns one delivery with its attempts and its last error.
#[utoipa::path(tag = "deliveries", operation_id = "getDelivery", security(("bearer" = ["timers:manage"])),
    responses((status = 200, body = DeliveryView)))]
#[get("/deliveries/{delivery_id}")]
async fn get_one(caller: Caller, id: Path<DeliveryId>) -> HandlerResult {
    caller.read::<DeliveryView>(*id).await
}

/// Retry a delivery.
///
/// Sends a delivery again that failed or waits for its next attempt. The number of attempts starts again from zero.
#[utoipa::path(tag = "deliveries", operation_id = "retryDelivery", security(("bearer" = ["timers:manage"])),
    responses((status = 200, body = DeliveryView)))]
#[post("/deliveries/{delivery_id}/retry")]
async fn retry(caller: Caller, id: Path<DeliveryId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<DeliveryView, _>(*id, &body, async |tx: &Tx, id, _| actions::retry(tx, id).await).await
}

/// Records the state of the deliveries in the metrics.
pub async fn measure(engine: &Engine) -> Result<(), StoreError> {
    let counts = deliveries::count_by_state(&engine.db, &Actor::system()).await?;
    for (state, count) in counts.by_state {
        metrics::gauge!("chot_deliveries", "state" => state.raw()).set(count);
    }
    let age = counts.oldest_pending.map_or(TimeDelta::zero(), |oldest| engine.clock.now() - oldest);
    metrics::gauge!("chot_deliveries_oldest_pending_seconds").set(age.to_std().unwrap_or_default());
    Ok(())
}
