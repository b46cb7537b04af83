use actix_web::{HttpRequest, get, post, web::Path};
use chot_application::leads as verbs;
use chot_domain::identity::Actor;
use chot_domain::leads::ConversionId;
use chot_domain::shared::Code;
use chot_persistence::leads::{self, ConversionFilter, ConversionView};
use chot_persistence::{Page, Tx};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::{Answer, Reply};
use crate::extract::{Caller, Nothing, OptionalBody, Query};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(get_one).service(revert);
}

/// List conversions.
///
/// The conversions of leads that the caller sees, the newest first.
#[utoipa::path(tag = "conversions", operation_id = "listConversions", params(ConversionFilter), responses((status = 200, body = Page<ConversionView>)))]
#[get("/conversions")]
async fn list(request: HttpRequest, caller: Caller, Query(filter): Query<ConversionFilter>) -> Answer {
    Ok(Reply::page(&request, &leads::list_conversions(caller.db(), caller.actor(), &filter).await?))
}

/// Read a conversion.
///
/// What was made of a lead: which records were created or linked, what was carried and what was not.
#[utoipa::path(tag = "conversions", operation_id = "getConversion", responses((status = 200, body = ConversionView)))]
#[get("/conversions/{conversion_id}")]
async fn get_one(caller: Caller, id: Path<ConversionId>) -> Answer {
    let conversion = leads::find_conversion(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(conversion.version, &conversion))
}

/// Revert a conversion.
///
/// Undoes it while nothing later touched what it made: created records go to the archive, filled members are cleared, and the lead
/// stands as it did. Otherwise 409 `conversion_blocked`, with what happened since in `blocked_by`.
#[utoipa::path(tag = "conversions", operation_id = "revertConversion", responses((status = 200, body = ConversionView)))]
#[post("/conversions/{conversion_id}/revert")]
async fn revert(caller: Caller, id: Path<ConversionId>, OptionalBody(body): OptionalBody<Nothing>) -> Answer {
    let reverted = async |tx: &Tx, _: &Nothing| {
        verbs::revert(tx, *id).await?;
        let conversion = leads::find_conversion(tx, &Actor::system(), *id).await?.ok_or(Code::NotFound)?;
        Ok(Reply::record(conversion.version, &conversion))
    };
    caller.post(&body, reverted).await
}
