use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::StringEnum;

/// The phase of the relationship with a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// Has not bought yet (R-SUNO-23, R-GRP-16).
    Prospect,
    /// Is a customer. The playbook defines from when on (R-SUNO-36, R-GRP-31).
    Customer,
    /// No longer buys.
    Inactive,
}

impl StringEnum for AccountType {}
