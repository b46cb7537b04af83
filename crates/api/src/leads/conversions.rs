use actix_web::{get, post, web::Path};
use chot_application::leads as actions;
use chot_domain::identity::Actor;
use chot_domain::leads::ConversionId;
use chot_domain::shared::Nothing;
use chot_persistence::leads::{self, ConversionFilter, ConversionView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::extract::{Caller, List, OptionalBody};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get_one).service(revert);
}

impl Record for ConversionView {
    type Id = ConversionId;
    const PATH: &'static str = "/api/v1/conversions";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: ConversionId) -> Result<Option<Self>, StoreError> {
        leads::find_conversion(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: ConversionId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List conversions.
///
/// Returns the conversions of leads that you may see, newest first.
#[utoipa::path(tag = "conversions", operation_id = "listConversions", security(("bearer" = ["leads:read"])),
    params(ConversionFilter), responses((status = 200, body = Page<ConversionView>)))]
#[get("/conversions")]
async fn list(caller: Caller, query: List<ConversionFilter>) -> HandlerResult {
    caller.list(query, leads::list_conversions).await
}

/// Get a conversion.
///
/// Returns the result of a conversion: which records were created or linked, which data was copied and which was not.
#[utoipa::path(tag = "conversions", operation_id = "getConversion", security(("bearer" = ["leads:read"])),
    responses((status = 200, body = ConversionView)))]
#[get("/conversions/{conversion_id}")]
async fn get_one(caller: Caller, id: Path<ConversionId>) -> HandlerResult {
    caller.read::<ConversionView>(*id).await
}

/// Revert a conversion.
///
/// Undoes the conversion: created records are archived, filled fields are cleared, and the lead gets its former status. If the
/// records have changed since, the response is 409 `conversion_blocked`, with the later events in `blocked_by`.
#[utoipa::path(tag = "conversions", operation_id = "revertConversion", security(("bearer" = ["leads:convert"])),
    responses((status = 200, body = ConversionView)))]
#[post("/conversions/{conversion_id}/revert")]
async fn revert(caller: Caller, id: Path<ConversionId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<ConversionView, _>(*id, &body, async |tx, id, _| actions::revert(tx, id).await).await
}
