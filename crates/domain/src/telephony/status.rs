use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::StringEnum;

/// How far a call has come. A call never goes back: what is told late is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// The exchange has taken the order.
    Created,
    /// It is being put through.
    Started,
    /// It rings.
    Ringing,
    /// Somebody answered.
    Answered,
    /// It is over.
    Ended,
}

impl StringEnum for CallStatus {}

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    /// A customer called the organisation.
    Inbound,
    /// The organisation called a customer.
    Outbound,
    /// Colleagues called each other; that is no activity.
    Internal,
}

impl StringEnum for CallDirection {}
