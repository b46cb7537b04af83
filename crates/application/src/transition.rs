//! State transitions of records. The timers of a record are a function of its stored state, so that no path can lose a timer or
//! keep an old one.

use chot_domain::history::EventKind;
use chot_domain::records::RecordRef;
use chot_domain::timers::{Due, State};
use chot_persistence::activities::due_below;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Archived, Locked, Stateful, Tx, timers, update_state};

use crate::{Result, tagging};

/// Stores the next state of a record, its event, the tag of its stage, and its timers.
pub(crate) async fn apply<R: Stateful>(tx: &Tx, record: &Locked<R>, next: &R::State, event: NewEvent) -> Result<()> {
    // Boxed, because transitions are called by many actions that call each other.
    Box::pin(store(tx, record, next, event)).await
}

async fn store<R: Stateful>(tx: &Tx, record: &Locked<R>, next: &R::State, event: NewEvent) -> Result<()> {
    let before = record.state();
    update_state(tx, record, next).await?;
    append(tx, event.from_to(&before, next)).await?;
    if let Some(card) = R::CARD {
        let stages = (before.stage(), next.stage());
        tagging::sync_stage_tag(tx, (card, record.id().uuid()), stages, |kind| record.event(kind)).await?;
    }
    let is_archived = record.is_in_archive();
    let (before, after) = (running(before.timers(), is_archived), running(next.timers(), is_archived));
    Ok(timers::replace(tx, record.id().uuid(), &before, &after).await?)
}

/// Archives a record. Its timers pause; for the timers of related activities, see [`pause_activities`].
pub(crate) async fn archive<R: Stateful + Archived>(tx: &Tx, record: &Locked<R>, kind: EventKind) -> Result<()> {
    chot_persistence::archive(tx, record).await?;
    append(tx, record.event(kind)).await?;
    let before = record.state().timers();
    Ok(timers::replace(tx, record.id().uuid(), &before, &running(before.clone(), true)).await?)
}

/// Restores a record with its timers: what fell due in the meantime runs at once.
pub(crate) async fn restore<R: Stateful + Archived>(tx: &Tx, record: &Locked<R>, kind: EventKind) -> Result<()> {
    chot_persistence::restore(tx, record).await?;
    append(tx, record.event(kind)).await?;
    Ok(timers::replace(tx, record.id().uuid(), &[], &record.state().timers()).await?)
}

/// Pauses the timers of the activities that are related to an archived record.
pub(crate) async fn pause_activities(tx: &Tx, record: RecordRef) -> Result<()> {
    Ok(timers::cancel_below(tx, record).await?)
}

/// Resumes the timers of the activities that are related to a restored record.
pub(crate) async fn resume_activities(tx: &Tx, record: RecordRef) -> Result<()> {
    for (activity, due) in due_below(tx, record).await? {
        timers::replace(tx, activity.uuid(), &[], &due).await?;
    }
    Ok(())
}

fn running(mut timers: Vec<Due>, is_archived: bool) -> Vec<Due> {
    timers.retain(|(kind, _)| !is_archived || kind.runs_in_archive());
    timers
}
