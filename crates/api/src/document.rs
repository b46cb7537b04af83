use actix_web::App;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::routes;
use crate::web::openapi;

/// The OpenAPI document of this code, for the file that is published.
pub fn document() -> String {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(openapi::Document::openapi())
        .service(utoipa_actix_web::scope::scope("/api/v1").configure(|config: &mut ServiceConfig<'_>| routes::api(config)))
        .configure(|config: &mut ServiceConfig<'_>| routes::outside(config))
        .split_for_parts();
    format!("{:#}\n", openapi::finish(&document, routes::tags()))
}
