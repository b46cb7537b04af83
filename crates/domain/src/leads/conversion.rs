//! Conversion of a lead to a customer: the input of the caller.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::{AccountId, AccountMember, AccountPatch, ContactId, ContactMember, ContactPatch};
use crate::opportunities::{Classification, OpportunityId, OpportunityPatch, check_first_stage};
use crate::playbook::Playbook;
use crate::shared::{Draft, Key, StringEnum, Violations};

/// The action for one target of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetAction {
    /// Create a new record from the lead.
    #[default]
    Create,
    /// Use an existing record.
    Link,
    /// Do nothing.
    Skip,
}

impl StringEnum for TargetAction {}

/// Whether a conversion is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversionStatus {
    /// In force.
    Active,
    /// Reverted.
    Reverted,
}

impl StringEnum for ConversionStatus {}

/// Why a record may be the same customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// The same tax code.
    TaxCode,
    /// The same citizen identity number.
    CitizenId,
    /// The same phone number.
    Phone,
    /// The same e-mail address.
    Email,
    /// The same name, ignoring diacritics and case.
    Name,
}

/// Conversion of a lead to a customer. `{}` creates the account, the contact if the lead names a person, and one opportunity.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"opportunities": [{"fields": {"name": "Truy xuất nguồn gốc", "expected_revenue": "150000000"}}] }))]
pub struct ConvertLead {
    /// The account. Default: `create`.
    pub account: AccountTarget,
    /// The contact. Default: `create` if the lead names a person.
    pub contact: Option<ContactTarget>,
    /// The opportunities. Default: one. An empty list: none.
    #[schema(max_items = 20)]
    pub opportunities: Option<Vec<OpportunityTarget>>,
    /// Duplicate candidates that are not the same customer. Each candidate must be listed here or linked.
    #[schema(max_items = 250)]
    pub dismissed_duplicates: Vec<Uuid>,
}

/// The account of a conversion.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountTarget {
    /// `create` or `link`. A conversion always needs an account.
    pub action: TargetAction,
    /// The account to link.
    pub id: Option<AccountId>,
    /// Changes to the values that come from the lead, for `create`.
    // R-SUNO-18.
    pub fields: Option<AccountPatch>,
    /// Fields of the linked account to replace with the lead's values. All other fields are filled only if empty.
    #[schema(max_items = 20)]
    pub overwrite: Vec<AccountMember>,
}

/// The contact of a conversion.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContactTarget {
    /// `create`, `link` or `skip`.
    pub action: TargetAction,
    /// The contact to link. It must belong to the linked account.
    pub id: Option<ContactId>,
    /// Changes to the values that come from the lead, for `create`. The name is required if the lead is a company without
    /// contact person.
    pub fields: Option<ContactPatch>,
    /// Fields of the linked contact to replace with the lead's values.
    #[schema(max_items = 20)]
    pub overwrite: Vec<ContactMember>,
}

/// An opportunity of a conversion.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpportunityTarget {
    /// `create` or `link`.
    pub action: TargetAction,
    /// The opportunity to link. It must belong to the linked account.
    pub id: Option<OpportunityId>,
    /// Changes to the values that come from the lead, for `create`.
    pub fields: Option<OpportunityPatch>,
    /// Primary or secondary, for `create`. Default: primary.
    pub classification: Option<Classification>,
    /// The initial stage, for `create`. Default: the first open stage.
    pub stage: Option<Key>,
}

impl Draft for ConvertLead {
    fn check(&self, violations: &mut Violations) {
        let account = &self.account;
        if account.action == TargetAction::Skip {
            violations.add("/account/action", "account_is_needed");
        }
        check_target(
            "/account",
            account.action,
            account.id.is_some(),
            account.fields.is_some(),
            !account.overwrite.is_empty(),
            violations,
        );
        if let Some(contact) = &self.contact {
            let overwrites = !contact.overwrite.is_empty();
            check_target("/contact", contact.action, contact.id.is_some(), contact.fields.is_some(), overwrites, violations);
            if contact.action == TargetAction::Link && account.action != TargetAction::Link {
                violations.add("/contact/id", "belongs_to_another_account");
            }
        }
        let opportunities = self.opportunities.as_deref().unwrap_or_default();
        if opportunities.len() > 20 {
            violations.add("/opportunities", "too_many");
        }
        for (index, target) in opportunities.iter().enumerate() {
            if target.id.is_some() && opportunities[..index].iter().any(|other| other.id == target.id) {
                violations.add(&format!("/opportunities/{index}/id"), "repeated");
            }
            let at = format!("/opportunities/{index}");
            let is_said = target.fields.is_some() || target.classification.is_some() || target.stage.is_some();
            check_target(&at, target.action, target.id.is_some(), is_said, false, violations);
            if target.action == TargetAction::Skip {
                violations.add(&format!("{at}/action"), "not_one_of");
            }
            if target.action == TargetAction::Link && account.action != TargetAction::Link {
                violations.add(&format!("{at}/id"), "belongs_to_another_account");
            }
        }
        if self.dismissed_duplicates.len() > 250 {
            violations.add("/dismissed_duplicates", "too_many");
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        for (index, target) in self.opportunities.iter().flatten().enumerate() {
            check_first_stage(target.stage.as_ref(), playbook, &format!("/opportunities/{index}/stage"), violations);
        }
    }
}

fn check_target(at: &str, action: TargetAction, id: bool, fields: bool, overwrite: bool, violations: &mut Violations) {
    if !violations.is_valid(&[&format!("{at}/action")]) {
        return;
    }
    let linked = action == TargetAction::Link;
    if linked && !id {
        violations.add(&format!("{at}/id"), "required");
    }
    if !linked && id {
        violations.add(&format!("{at}/id"), "only_with_link");
    }
    if !linked && overwrite {
        violations.add(&format!("{at}/overwrite"), "only_with_link");
    }
    if action != TargetAction::Create && fields {
        violations.add(&format!("{at}/fields"), "only_with_create");
    }
}

impl ConvertLead {
    /// Whether the caller decided about a candidate: it is linked or dismissed.
    pub fn decides(&self, candidate: Uuid) -> bool {
        let linked = [self.account.id.map(AccountId::uuid), self.contact.as_ref().and_then(|c| c.id).map(ContactId::uuid)];
        linked.contains(&Some(candidate)) || self.dismissed_duplicates.contains(&candidate)
    }
}
