//! Actions of operators on timers.

use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::Code;
use chot_persistence::Tx;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::timers::{self, TimerId};

use crate::Result;

/// Retries a timer that failed too often.
///
/// # Errors
/// `forbidden`; `not_found`; `wrong_status` if it has not failed; `already_exists` if the same timer is planned again.
pub async fn retry(tx: &Tx, id: TimerId) -> Result<()> {
    tx.require(Permission::TimersManage)?;
    timers::find(tx, &tx.actor, id).await?.ok_or(Code::NotFound)?;
    if !timers::retry(tx, id).await? {
        return Err(Code::WrongStatus.into());
    }
    Ok(append(tx, NewEvent::new(EventKind::TimerRetried, id)).await?)
}
