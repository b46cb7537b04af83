use chot_domain::accounts::{AccountId, AccountPatch, ContactId, ContactPatch};
use chot_domain::identity::UserId;
use chot_domain::leads::{AccountStep, ContactStep, ConversionPlan, MappedField, OpportunityStep, TargetAction, UnmappedField};
use chot_domain::opportunities::{Classification, OpportunityId, OpportunityPatch};
use chot_domain::shared::{Key, MergePatch};
use chot_persistence::leads::DuplicateCandidate;
use serde::Serialize;
use utoipa::ToSchema;

/// Everything that a conversion would store. The `fields` of a record to be created have the same form as in the request, so that
/// they can be corrected and sent. The `fields` of linked records and the owners are for information only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversionPreview {
    /// The account.
    pub account: AccountPreview,
    /// The contact, if there is one.
    pub contact: Option<ContactPreview>,
    /// The opportunities.
    #[schema(max_items = 20)]
    pub opportunities: Vec<OpportunityPreview>,
    /// Which data of the lead goes where.
    #[schema(max_items = 200)]
    pub carried: Vec<MappedField>,
    /// Which data of the lead is not carried over, and why.
    #[schema(max_items = 200)]
    pub not_carried: Vec<UnmappedField>,
    /// Records that may be the same customer. Each must be linked or named in `dismissed_duplicates`.
    #[schema(max_items = 250)]
    pub duplicates: Vec<DuplicateCandidate>,
}

/// The effect of a conversion on the account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountPreview {
    /// Whether it would be created or linked.
    pub action: TargetAction,
    /// The linked account.
    #[schema(format = Uuid)]
    pub id: Option<AccountId>,
    /// The account after the conversion.
    pub fields: AccountPatch,
    /// The salesperson who will own it.
    #[schema(format = Uuid)]
    pub owner_id: Option<UserId>,
}

/// The effect of a conversion on the contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactPreview {
    /// Whether it would be created or linked.
    pub action: TargetAction,
    /// The linked contact.
    #[schema(format = Uuid)]
    pub id: Option<ContactId>,
    /// The contact after the conversion.
    pub fields: ContactPatch,
}

/// The effect of a conversion on an opportunity. A linked opportunity does not change, and only its `id` is returned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpportunityPreview {
    /// Whether it would be created or linked.
    pub action: TargetAction,
    /// The linked opportunity.
    #[schema(format = Uuid)]
    pub id: Option<OpportunityId>,
    /// The opportunity after the conversion.
    pub fields: Option<OpportunityPatch>,
    /// Primary or secondary.
    pub classification: Option<Classification>,
    /// Its first stage.
    #[schema(value_type = Option<String>, max_length = 50)]
    pub stage: Option<Key>,
    /// The salesperson who will own it.
    #[schema(format = Uuid)]
    pub owner_id: Option<UserId>,
}

impl ConversionPreview {
    /// The preview of a plan, with the undecided duplicates.
    pub(super) fn of(plan: ConversionPlan, duplicates: Vec<DuplicateCandidate>) -> Self {
        Self {
            account: AccountPreview::of(&plan.account),
            contact: plan.contact.as_ref().map(ContactPreview::of),
            opportunities: plan.opportunities.iter().map(OpportunityPreview::of).collect(),
            carried: plan.carried,
            not_carried: plan.not_carried,
            duplicates,
        }
    }
}

impl AccountPreview {
    fn of(step: &AccountStep) -> Self {
        let (action, id, draft) = match step {
            AccountStep::Create(_, draft) => (TargetAction::Create, None, draft),
            AccountStep::Link(id, _, after) => (TargetAction::Link, Some(*id), after),
        };
        Self { action, id, fields: MergePatch::saying(draft), owner_id: draft.owner_id }
    }
}

impl ContactPreview {
    fn of(step: &ContactStep) -> Self {
        let (action, id, draft) = match step {
            ContactStep::Create(_, draft) => (TargetAction::Create, None, draft),
            ContactStep::Link(id, _, after) => (TargetAction::Link, Some(*id), after),
        };
        Self { action, id, fields: MergePatch::saying(draft) }
    }
}

impl OpportunityPreview {
    fn of(step: &OpportunityStep) -> Self {
        match step {
            OpportunityStep::Create(_, draft) => Self {
                action: TargetAction::Create,
                id: None,
                fields: Some(MergePatch::saying(draft)),
                classification: Some(draft.classification),
                stage: draft.stage.clone(),
                owner_id: draft.owner_id,
            },
            OpportunityStep::Link(id) => Self {
                action: TargetAction::Link,
                id: Some(*id),
                fields: None,
                classification: None,
                stage: None,
                owner_id: None,
            },
        }
    }
}
