//! Tags of leads, accounts and opportunities.

use chot_domain::history::EventKind;
use chot_domain::shared::{Code, Key};
use chot_persistence::Tx;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::tags::{self, TaggedKind};
use uuid::Uuid;

use crate::Result;

/// Adds tags to a record. Returns the tags that it did not have before. Each of them gets an event.
pub(crate) async fn add(tx: &Tx, on: (TaggedKind, Uuid), wanted: &[&str], event: impl Fn() -> NewEvent) -> Result<Vec<String>> {
    let new = tags::add(tx, on.0, on.1, wanted).await?;
    for tag in &new {
        append(tx, event().fact("tag", tag)).await?;
    }
    Ok(new)
}

/// Removes a tag from a record. The tag of its stage is removed only with the stage.
///
/// # Errors
/// `tag_of_stage` if it is the tag of the stage; `not_found` if the record does not have the tag.
pub(crate) async fn remove(tx: &Tx, off: (TaggedKind, Uuid), stage: Option<&Key>, tag: &str, event: NewEvent) -> Result<()> {
    if tx.playbook.tag_of(stage).is_some_and(|stage_tag| stage_tag.as_str() == tag) {
        return Err(Code::TagOfStage.into());
    }
    if !tags::remove(tx, off.0, off.1, tag).await? {
        return Err(Code::NotFound.into());
    }
    Ok(append(tx, event.fact("tag", tag)).await?)
}

/// Adds the tag of the current stage to a record and removes the tag of the previous stage. Each change gets an event.
pub(crate) async fn sync_stage_tag(
    tx: &Tx,
    on: (TaggedKind, Uuid),
    stages: (Option<&Key>, Option<&Key>),
    event: impl Fn(EventKind) -> NewEvent,
) -> Result<()> {
    let (before, after) = (tx.playbook.tag_of(stages.0), tx.playbook.tag_of(stages.1));
    if before == after {
        return Ok(());
    }
    let (tagged, untagged) = words(on.0);
    if let Some(tag) = before {
        remove_if_present(tx, on, tag, event(untagged)).await?;
    }
    if let Some(tag) = after {
        add(tx, on, &[tag.as_str()], || event(tagged)).await?;
    }
    Ok(())
}

/// Removes a tag from a record, with an event, if the record has it.
pub(crate) async fn remove_if_present(tx: &Tx, off: (TaggedKind, Uuid), tag: &Key, event: NewEvent) -> Result<()> {
    if tags::remove(tx, off.0, off.1, tag.as_str()).await? {
        append(tx, event.fact("tag", tag)).await?;
    }
    Ok(())
}

/// The events for added and removed tags.
const fn words(on: TaggedKind) -> (EventKind, EventKind) {
    match on {
        TaggedKind::Lead => (EventKind::LeadTagged, EventKind::LeadUntagged),
        TaggedKind::Account => (EventKind::AccountTagged, EventKind::AccountUntagged),
        TaggedKind::Opportunity => (EventKind::OpportunityTagged, EventKind::OpportunityUntagged),
    }
}
