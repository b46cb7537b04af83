use actix_web::{HttpRequest, get, patch, post, web::Path};
use chot_application::{Result, catalog as verbs};
use chot_domain::catalog::{ProductDraft, ProductId, ProductPatch};
use chot_domain::identity::Actor;
use chot_domain::shared::Code;
use chot_persistence::catalog::{self, ProductFilter, ProductView};
use chot_persistence::{Page, Tx};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::{Answer, Reply};
use crate::extract::{Body, Caller, IfMatch, Patch, Query};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(create).service(get_one).service(update);
}

/// List products and services.
///
/// What the organisation sells, by name.
#[utoipa::path(tag = "products", operation_id = "listProducts", params(ProductFilter), responses((status = 200, body = Page<ProductView>)))]
#[get("/products")]
async fn list(request: HttpRequest, caller: Caller, Query(filter): Query<ProductFilter>) -> Answer {
    Ok(Reply::page(&request, &catalog::list(caller.db(), caller.actor(), &filter).await?))
}

/// Add a product or service.
///
/// Its code is unique, case and diacritics aside.
#[utoipa::path(tag = "products", operation_id = "createProduct", request_body = ProductDraft, responses((status = 201, body = ProductView)))]
#[post("/products")]
async fn create(caller: Caller, body: Body<ProductDraft>) -> Answer {
    let created = async |tx: &Tx, draft: &ProductDraft| {
        let id = verbs::create(tx, draft).await?;
        Ok(Reply::created(format!("/api/v1/products/{id}"), 1, &seen(tx, id).await?))
    };
    caller.post(&body, created).await
}

/// Read a product or service.
///
/// One product or service.
#[utoipa::path(tag = "products", operation_id = "getProduct", responses((status = 200, body = ProductView)))]
#[get("/products/{product_id}")]
async fn get_one(caller: Caller, id: Path<ProductId>) -> Answer {
    let product = catalog::find(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(product.version, &product))
}

/// Change a product or service.
///
/// A product that is no longer sold is made inactive; it stays where it was named.
#[utoipa::path(tag = "products", operation_id = "updateProduct", request_body = ProductPatch, responses((status = 200, body = ProductView)))]
#[patch("/products/{product_id}")]
async fn update(caller: Caller, id: Path<ProductId>, IfMatch(version): IfMatch, Patch(patch): Patch<ProductDraft>) -> Answer {
    let updated = async |tx: &Tx| {
        verbs::update(tx, *id, &patch, version).await?;
        let product = seen(tx, *id).await?;
        Ok(Reply::record(product.version, &product))
    };
    caller.write(updated).await
}

/// The product as it is after a verb.
async fn seen(tx: &Tx, id: ProductId) -> Result<ProductView> {
    Ok(catalog::find(tx, &Actor::system(), id).await?.ok_or(Code::NotFound)?)
}
