//! The plan of a conversion: which records it writes. Nothing is written here.

use serde::Serialize;

use super::{ConvertLead, LeadDraft, MappedField, OpportunityTarget, TargetAction, UnmappedField};
use crate::accounts::{AccountDraft, AccountId, ContactDraft, ContactId, CustomerKind};
use crate::identity::UserId;
use crate::opportunities::{OpportunityDraft, OpportunityId};
use crate::playbook::{CardStatus, Playbook};
use crate::shared::{Draft, MergePatch, Text, Violations};

/// The current state of the records to link.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// The linked account, with its owner in `owner_id`.
    pub account: Option<AccountDraft>,
    /// The linked contact.
    pub contact: Option<ContactDraft>,
}

/// Input of a conversion besides the lead and the request.
#[derive(Clone, Debug)]
pub struct ConversionContext<'a> {
    /// The records to link.
    pub existing: Existing,
    /// Identifiers for new records.
    pub ids: NewIds,
    /// The owner of new records.
    pub owner: Option<UserId>,
    /// The lead's tags.
    pub tags: Vec<String>,
    /// The playbook in force.
    pub playbook: &'a Playbook,
}

/// Identifiers for new records.
#[derive(Clone, Debug)]
pub struct NewIds {
    /// For the account.
    pub account: AccountId,
    /// For the contact.
    pub contact: ContactId,
    /// For the opportunities, one for each.
    pub opportunities: Vec<OpportunityId>,
}

/// What is written to the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountStep {
    /// A new account.
    Create(AccountId, Box<AccountDraft>),
    /// An existing account, before and after.
    Link(AccountId, Box<AccountDraft>, Box<AccountDraft>),
}

impl AccountStep {
    /// The account after the conversion.
    pub fn after(&self) -> (AccountId, &AccountDraft) {
        match self {
            Self::Create(id, draft) | Self::Link(id, _, draft) => (*id, draft),
        }
    }
}

/// What is written to the contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactStep {
    /// A new contact.
    Create(ContactId, ContactDraft),
    /// An existing contact, before and after.
    Link(ContactId, ContactDraft, ContactDraft),
}

/// What is written to an opportunity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpportunityStep {
    /// A new opportunity.
    Create(OpportunityId, OpportunityDraft),
    /// An existing opportunity, unchanged.
    Link(OpportunityId),
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
    /// Fields of the lead that are carried over.
    pub carried: Vec<MappedField>,
    /// Fields of the lead that are not carried over.
    pub not_carried: Vec<UnmappedField>,
}

impl ConversionPlan {
    /// The account, new or linked.
    pub fn account_id(&self) -> AccountId {
        self.account.after().0
    }

    /// The new opportunities, in order.
    pub fn new_opportunities(&self) -> impl Iterator<Item = &OpportunityDraft> {
        self.opportunities.iter().filter_map(|step| match step {
            OpportunityStep::Create(_, draft) => Some(draft),
            OpportunityStep::Link(_) => None,
        })
    }

    /// The identifiers of the new opportunities.
    pub fn opened(&self) -> impl Iterator<Item = OpportunityId> {
        self.opportunities.iter().filter_map(|step| match step {
            OpportunityStep::Create(id, _) => Some(*id),
            OpportunityStep::Link(_) => None,
        })
    }

    /// The contact, new or linked.
    pub fn contact_id(&self) -> Option<ContactId> {
        self.contact.as_ref().map(|step| match step {
            ContactStep::Create(id, _) | ContactStep::Link(id, ..) => *id,
        })
    }
}

impl LeadDraft {
    /// The plan of a conversion. A linked record gets only its empty fields filled, except those in `overwrite`. Opportunities
    /// of a linked account belong to its owner. Faulty corrections are added to the violations; the plan of a faulty request is
    /// only used to find further violations.
    pub fn convert(&self, order: &ConvertLead, context: &ConversionContext<'_>, violations: &mut Violations) -> ConversionPlan {
        let account = self.account_step(order, context, violations);
        let contact = self.contact_step(order, context, account.after().0, violations);
        let opportunities = self.opportunity_steps(order, context, account.after(), violations);
        let (carried, not_carried) = self.map_fields(&context.tags, &account, contact.as_ref(), &opportunities);
        ConversionPlan { account, contact, opportunities, carried, not_carried }
    }

    fn account_step(&self, order: &ConvertLead, context: &ConversionContext<'_>, violations: &mut Violations) -> AccountStep {
        let made = self.account(context.owner, context.playbook);
        if let (Some(id), Some(before)) = (order.account.id, &context.existing.account) {
            let after = before.filled_from(&made, &order.account.overwrite);
            return AccountStep::Link(id, Box::new(before.clone()), Box::new(after));
        }
        let account = context.corrected(made, order.account.fields.as_ref(), "/account/fields", violations);
        AccountStep::Create(context.ids.account, Box::new(account))
    }

    fn contact_step(
        &self,
        order: &ConvertLead,
        context: &ConversionContext<'_>,
        account_id: AccountId,
        violations: &mut Violations,
    ) -> Option<ContactStep> {
        let named = self.contact(account_id);
        let Some(target) = &order.contact else {
            return named.map(|made| ContactStep::Create(context.ids.contact, made));
        };
        match target.action {
            TargetAction::Skip => None,
            TargetAction::Link => {
                let (id, before) = (target.id?, context.existing.contact.clone()?);
                let after = named.map_or(before.clone(), |made| before.filled_from(&made, &target.overwrite));
                Some(ContactStep::Link(id, before, after))
            }
            TargetAction::Create => {
                let is_named =
                    named.is_some() || target.fields.as_ref().is_some_and(|fields| fields.member("full_name").is_some());
                if !is_named && self.kind == CustomerKind::Company {
                    violations.add("/contact/fields/full_name", "required");
                }
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
                let contact = context.corrected(made, target.fields.as_ref(), "/contact/fields", violations);
                Some(ContactStep::Create(context.ids.contact, contact))
            }
        }
    }

    fn opportunity_steps(
        &self,
        order: &ConvertLead,
        context: &ConversionContext<'_>,
        account: (AccountId, &AccountDraft),
        violations: &mut Violations,
    ) -> Vec<OpportunityStep> {
        let only_one = [OpportunityTarget::default()];
        let targets = order.opportunities.as_deref().unwrap_or(&only_one);
        let mut steps = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            match (target.action, target.id) {
                (TargetAction::Skip, _) => continue,
                (_, Some(id)) => {
                    steps.push(OpportunityStep::Link(id));
                    continue;
                }
                (_, None) => {}
            }
            let made = self.opportunity(account, target, context.playbook);
            let draft = context.corrected(made, target.fields.as_ref(), &format!("/opportunities/{index}/fields"), violations);
            steps.extend(context.ids.opportunities.get(index).map(|id| OpportunityStep::Create(*id, draft)));
        }
        steps
    }

    fn opportunity(
        &self,
        (account_id, account): (AccountId, &AccountDraft),
        target: &OpportunityTarget,
        playbook: &Playbook,
    ) -> OpportunityDraft {
        let entry_stage = || playbook.entry_stage(CardStatus::Open).map(|at| at.stage.key.clone());
        OpportunityDraft {
            account_id,
            name: self.name.clone(),
            phone: self.phone.clone().or_else(|| account.phone.clone()),
            owner_id: account.owner_id,
            product_ids: self.product_id.into_iter().collect(),
            classification: target.classification.unwrap_or_default(),
            expected_revenue: None,
            stars: 0,
            expected_close_on: None,
            stage: target.stage.clone().or_else(entry_stage),
            description: self.need.as_ref().map(|need| Text::from_stored(need.as_str().to_owned())),
        }
    }
}

impl ConversionContext<'_> {
    /// A draft made from the lead with the caller's corrections. Faulty corrections are added to the violations.
    fn corrected<T: Draft + Serialize>(
        &self,
        made: T,
        fields: Option<&MergePatch<T>>,
        pointer: &str,
        violations: &mut Violations,
    ) -> T {
        let Some(fields) = fields else {
            return made;
        };
        let (corrected, faults) = fields.apply(&made, self.playbook).unwrap_or_else(|faults| (made, faults));
        violations.extend(faults.prefixed(pointer));
        corrected
    }
}
