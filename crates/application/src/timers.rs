//! What those who run the system do about what falls due.

use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::Code;
use chot_persistence::Tx;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::timers::{self, TimerId};

use crate::Result;

/// Gives a timer that was given up another go.
///
/// # Errors
/// `forbidden`; `not_found`; `wrong_status` if it was not given up; `already_exists` if the same is planned once more.
pub async fn retry(tx: &Tx, id: TimerId) -> Result<()> {
    tx.require(Permission::TimersManage)?;
    timers::find(tx, &tx.actor, id).await?.ok_or(Code::NotFound)?;
    if !timers::retry(tx, id).await? {
        return Err(Code::WrongStatus.into());
    }
    Ok(append(tx, NewEvent::new(EventKind::TimerRetried, id)).await?)
}
