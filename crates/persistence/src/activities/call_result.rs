use chot_domain::activities::{ActivityId, ActivityState};
use sea_orm::ActiveValue::Set;

use super::row;
use super::store::{LockedActivity, with_state};
use crate::storage::locked::{Locked, write};
use crate::{StoreError, Tx};

/// The data of a call from the telephone exchange, for its activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallResult {
    /// Talk time in seconds.
    pub talk_seconds: Option<i64>,
    /// Address of the recording.
    pub recording_url: Option<String>,
}

impl Locked<row::Model> {
    /// The data from the telephone exchange.
    pub fn call_result(&self) -> CallResult {
        CallResult { talk_seconds: self.0.talk_seconds, recording_url: self.0.recording_url.clone() }
    }
}

/// Marks a new activity as a call reported by a telephone exchange.
pub async fn mark_via_telephony(tx: &Tx, id: ActivityId, result: &CallResult) -> Result<(), StoreError> {
    write(tx, with_call_result(row::ActiveModel { id: Set(id.uuid()), ..Default::default() }, result)).await
}

/// Stores what the telephone exchange reported about a call after it was logged.
pub async fn update_from_call(
    tx: &Tx,
    activity: &LockedActivity,
    state: &ActivityState,
    result: &CallResult,
) -> Result<(), StoreError> {
    write(tx, with_call_result(with_state(activity.changed(tx), state), result)).await
}

fn with_call_result(row: row::ActiveModel, result: &CallResult) -> row::ActiveModel {
    row::ActiveModel {
        is_via_telephony: Set(true),
        talk_seconds: Set(result.talk_seconds),
        recording_url: Set(result.recording_url.clone()),
        ..row
    }
}
