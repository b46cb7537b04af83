//! The timetable: which verb each kind of timer calls.

use chot_domain::shared::Id;
use chot_persistence::Tx;
use chot_persistence::timers::{DueTimer, TimerKind};

use crate::{Result, activities, leads};

/// Does what has fallen due.
pub(crate) async fn fire(tx: &Tx, timer: &DueTimer) -> Result<()> {
    match timer.kind {
        TimerKind::LeadFollowUp => leads::fall_due(tx, Id::new(timer.subject_id)).await,
        TimerKind::RemoteAccessExpiry => activities::forget_password(tx, Id::new(timer.subject_id)).await,
    }
}
