use chot_domain::accounts::{AccountDraft, AccountId, ContactDraft, ContactId};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{
    AccountStep, Carried, ContactStep, ConversionGround, ConversionId, ConversionPlan, ConvertLead, Existing, LeadDraft, LeadId,
    NewIds, NotCarried, OpportunityStep, OpportunityTarget, TargetAction,
};
use chot_domain::opportunities::{OpportunityDraft, OpportunityId};
use chot_domain::shared::{Code, Refusal, Violations, changes};
use chot_persistence::Tx;
use chot_persistence::accounts::LockedContact;
use chot_persistence::events::record;
use chot_persistence::leads::{self, Candidate, Fingerprint, LockedLead, NewConversion};
use chot_persistence::tags::{self, TaggedKind};
use chot_persistence::{accounts as stored_accounts, opportunities as stored_opportunities};
use serde::Serialize;

use super::{happening, working};
use crate::{Result, accounts, checks, opportunities};

/// What came of an order to convert.
#[derive(Clone, Debug)]
pub enum Converted {
    /// It was done.
    Done(ConversionId),
    /// It was only asked what would be done.
    Preview(Box<ConversionPreview>),
}

/// Everything that a conversion would write.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ConversionPreview {
    /// The account.
    pub account: AccountPreview,
    /// The contact, if there would be one.
    pub contact: Option<ContactPreview>,
    /// The opportunities.
    #[schema(max_items = 20)]
    pub opportunities: Vec<OpportunityPreview>,
    /// What of the lead goes where.
    #[schema(max_items = 50)]
    pub carried: Vec<Carried>,
    /// What of the lead stays behind, and why.
    #[schema(max_items = 50)]
    pub not_carried: Vec<NotCarried>,
    /// Records that may be the same customer. Each wants to be linked or named in `dismissed_duplicates`.
    #[schema(max_items = 250)]
    pub duplicates: Vec<Candidate>,
}

/// What a conversion would do about the account.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AccountPreview {
    /// Whether it would be created or linked.
    pub action: TargetAction,
    /// The linked account.
    #[schema(format = Uuid)]
    pub id: Option<AccountId>,
    /// The account as it would be.
    pub fields: AccountDraft,
}

/// What a conversion would do about the contact.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ContactPreview {
    /// Whether it would be created or linked.
    pub action: TargetAction,
    /// The linked contact.
    #[schema(format = Uuid)]
    pub id: Option<ContactId>,
    /// The contact as it would be. A new account has no identifier yet: `account_id` is a placeholder then.
    pub fields: ContactDraft,
}

/// What a conversion would do about an opportunity.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpportunityPreview {
    /// Whether it would be created or linked.
    pub action: TargetAction,
    /// The linked opportunity.
    #[schema(format = Uuid)]
    pub id: Option<OpportunityId>,
    /// The opportunity as it would be; `null` for a linked one, which stays as it is.
    pub fields: Option<OpportunityDraft>,
}

/// Makes a customer of a lead: the account, the contact and the opportunities, all or none (R-SUNO-16…26, R-GRP-10…18, R-XCRM-15…18).
///
/// # Errors
/// `not_found` out of sight; `forbidden` without the right on each target; `wrong_status`, `lead_already_converted`,
/// `lead_not_verified`; every violation of the corrections; `identity_taken` and `account_not_editable` with the card of the account;
/// `duplicates_undecided` with the candidates; `owner_required`, `child_account`.
pub async fn convert(tx: &Tx, id: LeadId, order: &ConvertLead) -> Result<Converted> {
    let lead = working(tx, id, Permission::LeadsConvert, None).await?;
    super::tend::not_converted(&lead)?;
    let standing = lead.standing().converted(&tx.playbook)?;
    let draft = lead.draft();
    let existing = linked(tx, order).await?;
    let owner = standing.owner_id.or_else(|| tx.actor.user());
    let ground = ConversionGround { existing, ids: new_ids(tx, order), owner, playbook: &tx.playbook, now: tx.now };
    let plan = draft.convert(order, &ground)?;
    check(tx, order, &plan).await?;
    let duplicates = undecided(tx, id, &draft, order).await?;
    if order.dry_run {
        return Ok(Converted::Preview(Box::new(preview(plan, duplicates))));
    }
    if !duplicates.is_empty() {
        return Err(Refusal::from(Code::DuplicatesUndecided).with("candidates", duplicates).into());
    }
    let conversion = tx.new_id();
    tx.because_of(Some(conversion.uuid()));
    let tagged = tags::names(tx, TaggedKind::Lead, id.uuid()).await?;
    let account = plan.account_id();
    write(tx, &lead, conversion, plan, &tagged).await?;
    leads::mark_converted(tx, &lead, &standing, conversion, account).await?;
    Ok(Converted::Done(conversion))
}

fn new_ids(tx: &Tx, order: &ConvertLead) -> NewIds {
    let wanted = order.opportunities.as_ref().map_or(1, Vec::len);
    NewIds { account: tx.new_id(), contact: tx.new_id(), opportunities: (0..wanted).map(|_| tx.new_id()).collect() }
}

/// Locks what the order links. Linking an account wants the right to edit it; others learn whose it is, where cards are shown.
async fn linked(tx: &Tx, order: &ConvertLead) -> Result<Existing> {
    let Some(account_id) = order.account.id else {
        tx.require(Permission::AccountsCreate)?;
        return Ok(Existing::default());
    };
    let account = match stored_accounts::lock(tx, account_id).await? {
        Some(account) if !account.is_archived() && tx.actor.may(Permission::AccountsUpdate) => account,
        _ => return Err(accounts::not_editable(tx, account_id).await?),
    };
    tx.require(Permission::AccountsUpdate)?;
    let mut violations = Violations::default();
    let mut contact = None;
    if let Some(contact_id) = order.contact.as_ref().and_then(|target| target.id) {
        let found = stored_accounts::lock_contact(tx, contact_id).await?.filter(|contact| !contact.is_archived());
        demand_account(found.as_ref().map(LockedContact::account_id), account_id, "/contact/id", &mut violations);
        contact = found.map(|contact| contact.draft());
    }
    for (index, target) in order.opportunities.iter().flatten().enumerate() {
        let Some(opportunity_id) = target.id else {
            continue;
        };
        let found = stored_opportunities::lock(tx, opportunity_id).await?.filter(|opportunity| !opportunity.is_archived());
        let found_on = found.map(|opportunity| opportunity.account_id());
        demand_account(found_on, account_id, &format!("/opportunities/{index}/id"), &mut violations);
    }
    violations.unless_any(())?;
    Ok(Existing { account: Some(account.draft()), contact })
}

/// Notes a record that was not found, or that hangs on another account than the linked one.
fn demand_account(found_on: Option<AccountId>, linked: AccountId, pointer: &str, violations: &mut Violations) {
    match found_on {
        None => violations.add(pointer, "not_found"),
        Some(account) if account != linked => violations.add(pointer, "belongs_to_another_account"),
        Some(_) => {}
    }
}

/// The rules that each target keeps however it comes to be. Words that were retired since the lead named them are carried on.
async fn check(tx: &Tx, order: &ConvertLead, plan: &ConversionPlan) -> Result<()> {
    let mut violations = Violations::default();
    let mut of_account = Violations::default();
    match &plan.account {
        AccountStep::Create(_, draft) => {
            of_account = accounts::check(tx, draft, None).await?;
            accounts::demand_free_identity(tx, draft, None).await?;
        }
        AccountStep::Link(id, _, after) => accounts::demand_free_identity(tx, after, Some(*id)).await?,
    }
    violations.extend(of_account.without("retired_key").below("/account/fields"));
    if let Some(ContactStep::Create(_, draft)) = &plan.contact {
        violations.extend(checks::judge(tx, draft).below("/contact/fields"));
    }
    check_opportunities(tx, order, plan, &mut violations).await?;
    Ok(violations.unless_any(())?)
}

/// Opportunities want an account that may have them. What the lead brings is carried as it is; what the order says is checked, and
/// pointed at where the caller wrote it.
async fn check_opportunities(tx: &Tx, order: &ConvertLead, plan: &ConversionPlan, violations: &mut Violations) -> Result<()> {
    let only_one = [OpportunityTarget::default()];
    let targets = order.opportunities.as_deref().unwrap_or(&only_one);
    let ordered = targets.iter().enumerate().filter(|(_, target)| target.action == TargetAction::Create);
    let created = plan.opportunities.iter().filter_map(|step| match step {
        OpportunityStep::Create(_, draft) => Some(draft),
        OpportunityStep::Link(_) => None,
    });
    for ((index, target), draft) in ordered.zip(created) {
        tx.require(Permission::OpportunitiesCreate)?;
        let account = plan.account.after().1;
        if account.parent_id.is_some() {
            return Err(Code::ChildAccount.into());
        }
        if account.owner_id.is_none() {
            return Err(Code::OwnerRequired.into());
        }
        let at = format!("/opportunities/{index}");
        for fault in opportunities::check(tx, draft).await?.into_vec() {
            let member = fault.pointer.split('/').nth(1).unwrap_or_default();
            if member == "stage" {
                violations.add_with(&format!("{at}/stage"), &fault.code, fault.params);
            } else if target.fields.as_ref().is_some_and(|fields| fields.member(member).is_some()) {
                violations.add_with(&format!("{at}/fields{}", fault.pointer), &fault.code, fault.params);
            }
        }
    }
    Ok(())
}

/// The candidates for duplicates that the order says nothing about.
async fn undecided(tx: &Tx, id: LeadId, draft: &LeadDraft, order: &ConvertLead) -> Result<Vec<Candidate>> {
    let mut suspects = leads::suspects(tx, &Fingerprint::of(draft), Some(id)).await?;
    suspects.retain(|suspect| !order.decides(suspect.id));
    let cards = tx.playbook.policies.outsiders_see_account_cards;
    Ok(leads::duplicates(tx, &tx.actor, cards, &suspects).await?)
}

async fn write(tx: &Tx, lead: &LockedLead, conversion: ConversionId, plan: ConversionPlan, tagged: &[String]) -> Result<()> {
    let (account_id, contact_id) = (plan.account_id(), plan.contact_id());
    let (account_action, account_before) = write_account(tx, &plan.account).await?;
    let contact = write_contact(tx, plan.contact.as_ref()).await?;
    let mut opened = Vec::new();
    for step in &plan.opportunities {
        match step {
            OpportunityStep::Link(id) => opened.push((*id, TargetAction::Link)),
            OpportunityStep::Create(id, draft) => {
                opportunities::open_as(tx, *id, draft, Some(lead.id())).await?;
                carry_tags(tx, TaggedKind::Opportunity, id.uuid(), tagged).await?;
                opened.push((*id, TargetAction::Create));
            }
        }
    }
    let account_tags = carry_tags(tx, TaggedKind::Account, account_id.uuid(), tagged).await?;
    let account_version = stored_accounts::lock_any(tx, account_id).await?.map_or(1, |account| account.version());
    let before = lead.standing();
    let converted = happening(EventKind::LeadConverted, lead.id()).on_account(account_id);
    let converted = converted.with("conversion_id", conversion).with("account_id", account_id).with("contact_id", contact_id);
    let converted = converted.with("opportunity_ids", opened.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    record(tx, converted.with("status_before", before.status).with("status", "converted")).await?;
    let new = NewConversion {
        id: conversion,
        lead: lead.id(),
        lead_before: (before.status, before.stage),
        account: (account_id, account_action, account_version, account_before),
        account_tags,
        contact,
        opportunities: opened,
        carried: plan.carried,
        not_carried: plan.not_carried,
    };
    Ok(leads::insert_conversion(tx, new).await?)
}

async fn write_account(tx: &Tx, step: &AccountStep) -> Result<(TargetAction, Option<AccountDraft>)> {
    match step {
        AccountStep::Create(id, draft) => {
            accounts::create_as(tx, *id, draft).await?;
            Ok((TargetAction::Create, None))
        }
        AccountStep::Link(id, before, after) => {
            if before != after {
                let account = stored_accounts::lock(tx, *id).await?.ok_or(Code::NotFound)?;
                stored_accounts::update(tx, &account, after).await?;
                record(tx, accounts::happening(EventKind::AccountUpdated, *id).changing(changes(before, after))).await?;
            }
            Ok((TargetAction::Link, Some((**before).clone())))
        }
    }
}

async fn write_contact(
    tx: &Tx,
    step: Option<&ContactStep>,
) -> Result<Option<(ContactId, TargetAction, i64, Option<ContactDraft>)>> {
    Ok(match step {
        None => None,
        Some(ContactStep::Create(id, draft)) => {
            accounts::create_contact_as(tx, *id, draft).await?;
            Some((*id, TargetAction::Create, 1, None))
        }
        Some(ContactStep::Link(id, before, after)) => {
            let contact = stored_accounts::lock_contact(tx, *id).await?.ok_or(Code::NotFound)?;
            let mut version = contact.version();
            if before != after {
                stored_accounts::update_contact(tx, &contact, after).await?;
                version += 1;
                let updated = accounts::contact_happening(EventKind::ContactUpdated, *id, before.account_id);
                record(tx, updated.changing(changes(before, after))).await?;
            }
            Some((*id, TargetAction::Link, version, Some(before.clone())))
        }
    })
}

/// Hangs the lead's tags on a record, and says which did not hang there before.
async fn carry_tags(tx: &Tx, kind: TaggedKind, id: uuid::Uuid, tagged: &[String]) -> Result<Vec<String>> {
    let mut new = Vec::new();
    for tag in tagged {
        if tags::hang(tx, kind, id, tag).await? {
            new.push(tag.clone());
        }
    }
    Ok(new)
}

fn preview(plan: ConversionPlan, duplicates: Vec<Candidate>) -> ConversionPreview {
    use TargetAction::{Create, Link};
    let account = match plan.account {
        AccountStep::Create(_, fields) => AccountPreview { action: Create, id: None, fields: *fields },
        AccountStep::Link(id, _, fields) => AccountPreview { action: Link, id: Some(id), fields: *fields },
    };
    let contact = plan.contact.map(|step| match step {
        ContactStep::Create(_, fields) => ContactPreview { action: Create, id: None, fields },
        ContactStep::Link(id, _, fields) => ContactPreview { action: Link, id: Some(id), fields },
    });
    let opportunities = plan.opportunities.into_iter().map(|step| match step {
        OpportunityStep::Create(_, fields) => OpportunityPreview { action: Create, id: None, fields: Some(fields) },
        OpportunityStep::Link(id) => OpportunityPreview { action: Link, id: Some(id), fields: None },
    });
    ConversionPreview {
        account,
        contact,
        opportunities: opportunities.collect(),
        carried: plan.carried,
        not_carried: plan.not_carried,
        duplicates,
    }
}
