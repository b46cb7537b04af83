use actix_web::{get, patch, post, web::Path};
use chot_application::catalog as actions;
use chot_domain::catalog::{ProductDraft, ProductId, ProductPatch};
use chot_domain::identity::Actor;
use chot_persistence::catalog::{self, ProductFilter, ProductView};
use chot_persistence::{Page, ReadDb, StoreError};

use crate::web::extract::{Body, Caller, IfMatch, List, Patch};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("products", "Products and services that the organisation sells.")];

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get_one).service(update);
}

impl Record for ProductView {
    type Id = ProductId;
    const PATH: &'static str = "/api/v1/products";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: ProductId) -> Result<Option<Self>, StoreError> {
        catalog::find(db, actor, id).await
    }
}

/// List products.
///
/// Returns what the organisation sells, ordered by name.
#[utoipa::path(tag = "products", operation_id = "listProducts", security(("bearer" = ["products:read"])), params(ProductFilter),
    responses((status = 200, body = Page<ProductView>)))]
#[get("/products")]
async fn list(caller: Caller, query: List<ProductFilter>) -> HandlerResult {
    caller.list(query, catalog::list).await
}

/// Create a product.
///
/// The code is unique; case and diacritics are ignored.
#[utoipa::path(tag = "products", operation_id = "createProduct", security(("bearer" = ["products:write"])),
    request_body = ProductDraft, responses((status = 201, body = ProductView)))]
#[post("/products")]
async fn create(caller: Caller, body: Body<ProductDraft>) -> HandlerResult {
    caller.create::<ProductView, _>(&body, actions::create).await
}

/// Get a product.
///
/// Returns one product or service.
#[utoipa::path(tag = "products", operation_id = "getProduct", security(("bearer" = ["products:read"])),
    responses((status = 200, body = ProductView)))]
#[get("/products/{product_id}")]
async fn get_one(caller: Caller, id: Path<ProductId>) -> HandlerResult {
    caller.read::<ProductView>(*id).await
}

/// Update a product.
///
/// If a product is no longer sold, make it inactive. Records that already refer to it keep it.
#[utoipa::path(tag = "products", operation_id = "updateProduct", security(("bearer" = ["products:write"])),
    request_body = ProductPatch, responses((status = 200, body = ProductView)))]
#[patch("/products/{product_id}")]
async fn update(caller: Caller, id: Path<ProductId>, seen: IfMatch, Patch(patch): Patch<ProductDraft>) -> HandlerResult {
    caller.change::<ProductView, _>(*id, &seen, &patch, actions::update).await
}
