//! Actions on products and services.

use chot_domain::catalog::{ProductDraft, ProductId, ProductPatch};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::Code;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Tx, catalog, lock_unscoped};

use crate::{Result, checks};

/// Creates a product or service.
///
/// # Errors
/// `forbidden`; violations of the draft; `already_exists` if the code is taken.
pub async fn create(tx: &Tx, draft: &ProductDraft) -> Result<ProductId> {
    tx.require(Permission::ProductsWrite)?;
    checks::validate(tx, draft).into_result(())?;
    let id = tx.new_id();
    catalog::insert(tx, id, draft).await?;
    append(tx, NewEvent::new(EventKind::ProductCreated, id)).await?;
    Ok(id)
}

/// Updates a product or service.
///
/// # Errors
/// `forbidden`; `not_found`; violations of the result; `version_mismatch`; `already_exists` if the code is taken.
pub async fn update(tx: &Tx, id: ProductId, patch: &ProductPatch, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::ProductsWrite)?;
    let product = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    let patched = checks::patched(tx, patch, &product.draft(), async |after| Ok(checks::validate(tx, after))).await?;
    product.expect_version(seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    catalog::update(tx, &product, &after).await?;
    let updated = NewEvent::new(EventKind::ProductUpdated, id);
    Ok(append(tx, updated.changes(changed)).await?)
}
