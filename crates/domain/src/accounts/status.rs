use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::StringEnum;

/// How far the relation with a customer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// Has not bought yet (R-SUNO-23, R-GRP-16).
    Prospect,
    /// Has bought; from when on is the playbook's word (R-SUNO-36, R-GRP-31).
    Customer,
    /// No longer buys.
    Inactive,
}

impl StringEnum for AccountType {}
