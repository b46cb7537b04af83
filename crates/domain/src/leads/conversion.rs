//! How a lead becomes a customer: what the caller orders, and what follows from it. Nothing is written here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::LeadDraft;
use crate::accounts::{AccountDraft, AccountId, AccountPatch, ContactDraft, ContactId, ContactPatch};
use crate::identity::UserId;
use crate::opportunities::{Classification, OpportunityDraft, OpportunityId, OpportunityPatch};
use crate::shared::{Draft, Key, Text, Violations, Word};

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

impl Word for TargetAction {}

/// Whether a conversion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversionStatus {
    /// It holds.
    Active,
    /// It was undone.
    Reverted,
}

impl Word for ConversionStatus {}

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
    #[schema(max_items = 100)]
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
    /// Corrections to what is created from the lead (R-SUNO-18).
    pub fields: Option<AccountPatch>,
    /// Members of the linked account that the lead's values replace. Without it only empty members are filled.
    #[schema(max_items = 20)]
    pub overwrite: Vec<Text<50>>,
}

/// What becomes the contact.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContactTarget {
    /// `create`, `link` or `skip`.
    pub action: TargetAction,
    /// The contact to link; it belongs to the linked account.
    pub id: Option<ContactId>,
    /// Corrections to what is created from the lead; the name is wanted if the lead names nobody.
    pub fields: Option<ContactPatch>,
    /// Members of the linked contact that the lead's values replace.
    #[schema(max_items = 20)]
    pub overwrite: Vec<Text<50>>,
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
    /// Primary or secondary.
    pub classification: Classification,
    /// The stage to begin in; the first open one, if left out.
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
            let at = format!("/opportunities/{index}");
            check_target(&at, target.action, target.id.is_some(), target.fields.is_some(), false, violations);
            if target.action == TargetAction::Link && account.action != TargetAction::Link {
                violations.add(&format!("{at}/id"), "belongs_to_another_account");
            }
        }
        if self.dismissed_duplicates.len() > 100 {
            violations.add("/dismissed_duplicates", "too_many");
        }
    }
}

fn check_target(at: &str, action: TargetAction, id: bool, fields: bool, overwrite: bool, violations: &mut Violations) {
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

/// The records that the order links, as they are.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// The linked account, with its owner in `owner_id`.
    pub account: Option<AccountDraft>,
    /// The linked contact.
    pub contact: Option<ContactDraft>,
}

/// Identifiers for what may be created.
#[derive(Clone, Debug)]
pub struct NewIds {
    /// For the account.
    pub account: AccountId,
    /// For the contact.
    pub contact: ContactId,
    /// For the opportunities, enough of them.
    pub opportunities: Vec<OpportunityId>,
}

/// What is written about the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountStep {
    /// A new account.
    Create(AccountId, Box<AccountDraft>),
    /// An existing account, before and after.
    Link(AccountId, Box<AccountDraft>, Box<AccountDraft>),
}

impl AccountStep {
    /// The account as it is afterwards.
    pub fn after(&self) -> (AccountId, &AccountDraft) {
        match self {
            Self::Create(id, draft) | Self::Link(id, _, draft) => (*id, draft),
        }
    }
}

/// What is written about the contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactStep {
    /// A new contact.
    Create(ContactId, ContactDraft),
    /// An existing contact, before and after.
    Link(ContactId, ContactDraft, ContactDraft),
}

/// What is written about an opportunity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpportunityStep {
    /// A new opportunity.
    Create(OpportunityId, OpportunityDraft),
    /// An existing opportunity, unchanged.
    Link(OpportunityId),
}

/// A member of the lead and where its value goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Carried {
    /// The lead's member.
    #[schema(max_length = 50, example = "phone")]
    pub field: String,
    /// The target and its member.
    #[schema(max_length = 100, example = "account.phone")]
    pub to: String,
}

/// A member of the lead whose value stays behind. The lead stays readable, so nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotCarried {
    /// The lead's member.
    #[schema(max_length = 50, example = "contact_points")]
    pub field: String,
    /// Why: `already_filled`, `no_contact`, `no_opportunity` or `stays_on_lead`. New words may appear.
    #[schema(max_length = 50, example = "stays_on_lead")]
    pub why: String,
}

/// Everything that a conversion writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionPlan {
    /// The account.
    pub account: AccountStep,
    /// The contact, if there is one.
    pub contact: Option<ContactStep>,
    /// The opportunities.
    pub opportunities: Vec<OpportunityStep>,
    /// What of the lead goes where.
    pub carried: Vec<Carried>,
    /// What of the lead stays behind.
    pub not_carried: Vec<NotCarried>,
}

impl ConversionPlan {
    /// The account that everything hangs on.
    pub fn account_id(&self) -> AccountId {
        self.account.after().0
    }

    /// The contact, new or linked.
    pub fn contact_id(&self) -> Option<ContactId> {
        self.contact.as_ref().map(|step| match step {
            ContactStep::Create(id, _) | ContactStep::Link(id, ..) => *id,
        })
    }
}

impl LeadDraft {
    /// What the order makes of this lead. A linked record gets only its empty members filled, unless members are named; after a
    /// link the opportunities belong to the account's owner.
    ///
    /// # Errors
    /// Every violation in the corrections of the order.
    pub fn convert(
        &self,
        order: &ConvertLead,
        existing: &Existing,
        ids: &NewIds,
        owner: Option<UserId>,
    ) -> Result<ConversionPlan, Violations> {
        let mut violations = Violations::default();
        let account = self.account_step(order, existing, ids, owner, &mut violations);
        let (account_id, account_after) = account.after();
        let contact = self.contact_step(order, existing, ids, account_id, &mut violations);
        let opportunities = self.opportunity_steps(order, ids, account_id, account_after, &mut violations);
        let (carried, not_carried) = self.fate(&account, contact.as_ref(), &opportunities);
        violations.unless_any(ConversionPlan { account, contact, opportunities, carried, not_carried })
    }

    fn account_step(
        &self,
        order: &ConvertLead,
        existing: &Existing,
        ids: &NewIds,
        owner: Option<UserId>,
        violations: &mut Violations,
    ) -> AccountStep {
        let made = self.account(owner);
        if let (Some(id), Some(before)) = (order.account.id, &existing.account) {
            let after = before.filled_from(&made, &names(&order.account.overwrite));
            return AccountStep::Link(id, Box::new(before.clone()), Box::new(after));
        }
        let corrected = order.account.fields.as_ref().map_or(Ok(made.clone()), |fields| fields.apply(&made));
        AccountStep::Create(ids.account, Box::new(noted(corrected, made, "/account/fields", violations)))
    }

    fn contact_step(
        &self,
        order: &ConvertLead,
        existing: &Existing,
        ids: &NewIds,
        account_id: AccountId,
        violations: &mut Violations,
    ) -> Option<ContactStep> {
        let named = self.contact(account_id);
        let Some(target) = &order.contact else {
            return named.map(|made| ContactStep::Create(ids.contact, made));
        };
        match target.action {
            TargetAction::Skip => None,
            TargetAction::Link => {
                let (id, before) = (target.id?, existing.contact.clone()?);
                let after = named.map_or(before.clone(), |made| before.filled_from(&made, &names(&target.overwrite)));
                Some(ContactStep::Link(id, before, after))
            }
            TargetAction::Create => {
                let nobody = || ContactDraft {
                    account_id,
                    full_name: self.name.clone(),
                    job_title: None,
                    phone: None,
                    email: None,
                    date_of_birth: None,
                    description: None,
                };
                let made = named.unwrap_or_else(nobody);
                let corrected = target.fields.as_ref().map_or(Ok(made.clone()), |fields| fields.apply(&made));
                Some(ContactStep::Create(ids.contact, noted(corrected, made, "/contact/fields", violations)))
            }
        }
    }

    fn opportunity_steps(
        &self,
        order: &ConvertLead,
        ids: &NewIds,
        account_id: AccountId,
        account: &AccountDraft,
        violations: &mut Violations,
    ) -> Vec<OpportunityStep> {
        let only_one = [OpportunityTarget::default()];
        let targets = order.opportunities.as_deref().unwrap_or(&only_one);
        let mut steps = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            if let Some(id) = target.id {
                steps.push(OpportunityStep::Link(id));
                continue;
            }
            let made = self.opportunity(account_id, account, target);
            let at = format!("/opportunities/{index}/fields");
            let corrected = target.fields.as_ref().map_or(Ok(made.clone()), |fields| fields.apply(&made));
            let draft = noted(corrected, made, &at, violations);
            steps.extend(ids.opportunities.get(index).map(|id| OpportunityStep::Create(*id, draft)));
        }
        steps
    }

    fn opportunity(&self, account_id: AccountId, account: &AccountDraft, target: &OpportunityTarget) -> OpportunityDraft {
        OpportunityDraft {
            account_id,
            name: self.name.clone(),
            phone: self.phone.clone().or_else(|| account.phone.clone()),
            owner_id: account.owner_id,
            product_ids: self.product_id.into_iter().collect(),
            classification: target.classification,
            expected_revenue: None,
            stars: 0,
            expected_close_on: None,
            stage: target.stage.clone(),
            description: self.need.as_ref().map(|need| Text::trusted(need.as_str().to_owned())),
        }
    }

    /// What of the lead goes where, and what stays behind and why.
    fn fate(
        &self,
        account: &AccountStep,
        contact: Option<&ContactStep>,
        opportunities: &[OpportunityStep],
    ) -> (Vec<Carried>, Vec<NotCarried>) {
        let (mut carried, mut left) = (Vec::new(), Vec::new());
        let lead = members(self);
        let after = members(account.after().1);
        let opens = opportunities.iter().any(|step| matches!(step, OpportunityStep::Create(..)));
        let mut goes = |field: &str, to: String| carried.push(Carried { field: field.into(), to });
        let mut stays = |field: &str, why: &str| left.push(NotCarried { field: field.into(), why: why.into() });
        for (field, value) in lead.iter().filter(|(_, value)| !is_empty(value)) {
            match field.as_str() {
                "owner_id" | "kind" => {}
                "contact_person" if contact.is_some() => goes(field, "contact".into()),
                "contact_person" => stays(field, "no_contact"),
                "need" if opens => goes(field, "opportunity.description".into()),
                "product_id" if opens => goes(field, "opportunity.product_ids".into()),
                "need" | "product_id" => stays(field, "no_opportunity"),
                "contact_points" => stays(field, "stays_on_lead"),
                same if holds(after.get(same), value) => goes(field, format!("account.{same}")),
                same if after.contains_key(same) => stays(field, "already_filled"),
                _ => stays(field, "stays_on_lead"),
            }
        }
        (carried, left)
    }
}

fn names(texts: &[Text<50>]) -> Vec<String> {
    texts.iter().map(Into::into).collect()
}

/// The corrected draft; or, with its violations noted, the one that was to be corrected.
fn noted<T>(corrected: Result<T, Violations>, made: T, pointer: &str, violations: &mut Violations) -> T {
    corrected.unwrap_or_else(|faults| {
        violations.extend(faults.below(pointer));
        made
    })
}

fn members<T: Serialize>(draft: &T) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(draft) {
        Ok(serde_json::Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    }
}

fn is_empty(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(items) => items.is_empty(),
        serde_json::Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// Whether everything that `value` says stands in `target` too.
fn holds(target: Option<&serde_json::Value>, value: &serde_json::Value) -> bool {
    match (target, value) {
        (Some(serde_json::Value::Object(target)), serde_json::Value::Object(value)) => {
            value.iter().filter(|(_, part)| !is_empty(part)).all(|(name, part)| holds(target.get(name), part))
        }
        (Some(target), value) => target == value,
        (None, _) => false,
    }
}
