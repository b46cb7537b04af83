//! The operations of products, the playbook and its pipelines.

use chot_tests::fixtures::product;
use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Needs, Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene};

/// The operations.
pub const ROWS: &[Row] = &[
    row("listProducts"),
    row("createProduct").saying(new_product),
    row("getProduct").on(some_product, Sight::Everybody),
    row("updateProduct").on(some_product, Sight::Everybody).saying(|_| json!({"is_active": false})),
    row("getPlaybook"),
    row("listPipelines"),
    row("getPipeline"),
    // The first pipeline has leads.
    row("getBoard").needing(Needs::Permission("leads:read")),
];

fn new_product(made: &Prepared) -> Value {
    json!({"code": format!("MOI{}", made.number), "name": "Tem truy xuất", "vat_code": "8", "unit_price": "12000000"})
}

/// A product.
fn some_product(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let product = product(scene.admin(), &format!("DV{}", scene.number())).await;
        scene.made.of("product_id", &product)
    })
}

#[tokio::test]
async fn each_caller_may_do_with_products_and_pipelines_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
