use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::UserId;
use crate::playbook::{Playbook, RELEASED_BY_RULE};
use crate::shared::{Draft, Key, Text, Violations};

/// Assigns a record to a salesperson.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"owner_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10"}))]
pub struct AssignOwner {
    /// The new owner, a salesperson.
    pub owner_id: UserId,
    /// The reason, stored in the history.
    pub reason: Option<Text<500>>,
}

impl Draft for AssignOwner {}

/// Returns an account to the pool.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "manual", "note": "Nhân viên chuyển bộ phận"}))]
pub struct ReleaseAccount {
    /// A release reason of the playbook.
    pub reason: Key,
    /// Further details, stored in the history.
    pub note: Option<Text<500>>,
}

impl Draft for ReleaseAccount {
    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_reason(&playbook.release_reasons, &self.reason, RELEASED_BY_RULE, violations);
    }
}

/// Moves a record to another stage of the same status.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"stage": "negotiating"}))]
pub struct MoveCard {
    /// A stage of the playbook.
    pub stage: Key,
}

impl Draft for MoveCard {
    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        if playbook.stage(self.stage.as_str()).is_none() {
            violations.add("/stage", "unknown_key");
        }
    }
}

/// Sets the customer status of an account.
// R-EDU-58, R-EDU-74.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"customer_status": "inactive"}))]
pub struct ChangeCustomerStatus {
    /// A customer status of the playbook.
    pub customer_status: Key,
}

impl Draft for ChangeCustomerStatus {
    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.customer_statuses, Some(&self.customer_status), "/customer_status", violations);
    }
}

/// Adds a tag to a record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tag": "hot"}))]
pub struct TagRecord {
    /// A tag of the playbook.
    pub tag: Key,
}

impl Draft for TagRecord {
    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.tags, Some(&self.tag), "/tag", violations);
    }
}
