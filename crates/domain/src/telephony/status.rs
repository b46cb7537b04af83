use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::StringEnum;

/// The status of a call. It never goes back: a late report with an earlier status is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// The exchange accepted the call.
    Created,
    /// Connecting.
    Started,
    /// Ringing.
    Ringing,
    /// Answered.
    Answered,
    /// Ended.
    Ended,
}

impl StringEnum for CallStatus {}

/// The direction of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    /// From a customer to the organisation.
    Inbound,
    /// From the organisation to a customer.
    Outbound,
    /// Between colleagues. It is not logged as an activity.
    Internal,
}

impl StringEnum for CallDirection {}
