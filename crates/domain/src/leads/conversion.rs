//! How a lead is to become a customer: what the caller orders.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::{AccountId, AccountMember, AccountPatch, ContactId, ContactMember, ContactPatch};
use crate::opportunities::{Classification, OpportunityId, OpportunityPatch, check_first_stage};
use crate::playbook::Playbook;
use crate::shared::{Draft, Key, StringEnum, Violations};

/// What is done about one target of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetAction {
    /// A new record is made from the lead.
    #[default]
    Create,
    /// An existing record is used.
    Link,
    /// Nothing is done.
    Skip,
}

impl StringEnum for TargetAction {}

/// Whether a conversion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversionStatus {
    /// It holds.
    Active,
    /// It was undone.
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
    /// The same telephone number.
    Phone,
    /// The same e-mail address.
    Email,
    /// The same name, diacritics and case aside.
    Name,
}

/// How a lead is to become a customer. `{}` means: create the account, the contact if a person is named, and one opportunity.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"opportunities": [{"fields": {"name": "Truy xuất nguồn gốc", "expected_revenue": "150000000"}}], "dry_run": true}))]
pub struct ConvertLead {
    /// The account; created, if left out.
    pub account: AccountTarget,
    /// The contact; created if the lead names a person, if left out.
    pub contact: Option<ContactTarget>,
    /// The opportunities; one, if left out; none, if the list is empty.
    #[schema(max_items = 20)]
    pub opportunities: Option<Vec<OpportunityTarget>>,
    /// Candidates for duplicates that are not the same customer. Each candidate wants to be named here or linked.
    #[schema(max_items = 250)]
    pub dismissed_duplicates: Vec<Uuid>,
    /// Only answer what would be written, and write nothing.
    pub dry_run: bool,
}

/// What becomes the account.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountTarget {
    /// `create` or `link`; an account there must be.
    pub action: TargetAction,
    /// The account to link.
    pub id: Option<AccountId>,
    /// Corrections to what is created from the lead.
    // R-SUNO-18.
    pub fields: Option<AccountPatch>,
    /// Members of the linked account that the lead's values replace. Without it only empty members are filled.
    #[schema(max_items = 20)]
    pub overwrite: Vec<AccountMember>,
}

/// What becomes the contact.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContactTarget {
    /// `create`, `link` or `skip`.
    pub action: TargetAction,
    /// The contact to link; it belongs to the linked account.
    pub id: Option<ContactId>,
    /// Corrections to what is created from the lead; the name is wanted if a company's lead names nobody.
    pub fields: Option<ContactPatch>,
    /// Members of the linked contact that the lead's values replace.
    #[schema(max_items = 20)]
    pub overwrite: Vec<ContactMember>,
}

/// What becomes an opportunity.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpportunityTarget {
    /// `create` or `link`.
    pub action: TargetAction,
    /// The opportunity to link; it belongs to the linked account.
    pub id: Option<OpportunityId>,
    /// Corrections to what is created from the lead.
    pub fields: Option<OpportunityPatch>,
    /// Primary or secondary, of what is created; primary, if left out.
    pub classification: Option<Classification>,
    /// The stage that a created one begins in; the first open one, if left out.
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
    /// Whether the caller has said what to do about a candidate: it is linked, or it is not the same customer.
    pub fn decides(&self, candidate: Uuid) -> bool {
        let linked = [self.account.id.map(AccountId::uuid), self.contact.as_ref().and_then(|c| c.id).map(ContactId::uuid)];
        linked.contains(&Some(candidate)) || self.dismissed_duplicates.contains(&candidate)
    }
}
