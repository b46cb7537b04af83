//! Tags hang on leads, accounts and opportunities alike.

use chot_domain::shared::Code;
use chot_persistence::Tx;
use chot_persistence::events::{Happening, record};
use chot_persistence::tags::{self, TaggedKind};
use uuid::Uuid;

use crate::Result;

/// Hangs tags on a record, each once; answers which did not hang there before. Of each of these, an event tells.
pub(crate) async fn hang(
    tx: &Tx,
    on: (TaggedKind, Uuid),
    wanted: &[&str],
    happened: impl Fn() -> Happening,
) -> Result<Vec<String>> {
    let new = tags::hang(tx, on.0, on.1, wanted).await?;
    for tag in &new {
        record(tx, happened().with("tag", tag)).await?;
    }
    Ok(new)
}

/// Takes a tag off a record.
///
/// # Errors
/// `not_found` if it does not hang there.
pub(crate) async fn take_off(tx: &Tx, off: (TaggedKind, Uuid), tag: &str, happened: Happening) -> Result<()> {
    if !tags::take_off(tx, off.0, off.1, tag).await? {
        return Err(Code::NotFound.into());
    }
    Ok(record(tx, happened.with("tag", tag)).await?)
}
