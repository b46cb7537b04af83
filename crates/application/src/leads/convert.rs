use chot_domain::accounts::{AccountDraft, AccountId, ContactDraft, ContactId};
use chot_domain::activities::ActivityId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{
    AccountStep, ContactStep, ConversionContext, ConversionId, ConversionPlan, ConvertLead, Existing, LeadDraft, LeadId,
    LeadState, NewIds, OpportunityStep, OpportunityTarget, TargetAction,
};
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::{Code, DomainError, Violation, Violations, changes};
use chot_persistence::accounts::LockedContact;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::leads::{self, DuplicateCandidate, LockedLead, MatchKeys, NewConversion};
use chot_persistence::tags::TaggedKind;
use chot_persistence::{Tx, accounts as stored_accounts, activities, hold, lock, lock_unscoped, on_conversion};

use super::call_backs::forget_call_backs;
use super::preview::ConversionPreview;
use super::{check_editable, load_for};
use crate::related::not_converted;
use crate::{Result, accounts, checks, opportunities, tagging, transition};

/// A conversion that passed every check, before it is stored.
struct PlannedConversion {
    lead: LockedLead,
    plan: ConversionPlan,
    /// The tags that the new records get.
    tags: Vec<String>,
    /// The state of the lead after the conversion.
    state: LeadState,
    /// Possible duplicates that are neither linked nor dismissed.
    duplicates: Vec<DuplicateCandidate>,
}

/// Shows what [`convert`] would store, and which possible duplicates are undecided. Nothing is stored. Preview and conversion use the
/// same plan.
///
/// # Errors
/// As [`convert`], but for `duplicates_undecided`.
pub async fn preview_conversion(tx: &Tx, id: LeadId, order: &ConvertLead) -> Result<ConversionPreview> {
    let planned = plan(tx, id, order).await?;
    Ok(ConversionPreview::of(planned.plan, planned.duplicates))
}

/// Converts a lead into an account, a contact and opportunities, all or none (R-SUNO-16…26, R-GRP-10…18, R-XCRM-15…18).
///
/// # Errors
/// `not_found` if not visible; `forbidden` without the permission for each target; violations of the order and of its `fields`;
/// `lead_already_converted`, `wrong_status`, `lead_not_verified`; `account_not_editable` and `identity_taken` with the card of
/// the account; `owner_required`, `child_account`; `duplicates_undecided` with the candidates.
pub async fn convert(tx: &Tx, id: LeadId, order: &ConvertLead) -> Result<ConversionId> {
    let PlannedConversion { lead, plan, tags, state, duplicates } = plan(tx, id, order).await?;
    if !duplicates.is_empty() {
        return Err(DomainError::from(Code::DuplicatesUndecided).fact("candidates", duplicates).into());
    }
    let conversion = tx.new_id();
    tx.set_cause(Some(conversion.uuid()));
    let account = plan.account_id();
    let opened: Vec<_> = plan.opened().collect();
    let event = matches!(plan.account, AccountStep::Create(..)).then_some(account);
    let cancelled = forget_call_backs(tx, id).await?;
    let converted = write(tx, &lead, conversion, plan, &tags, cancelled).await?;
    let lead = lead.with_conversion(Some((conversion, account)));
    transition::apply(tx, &lead, &state, converted).await?;
    on_demo_done(tx, id, event, &opened).await?;
    on_conversion(tx, id, Some(account)).await?;
    Ok(conversion)
}

async fn plan(tx: &Tx, id: LeadId, order: &ConvertLead) -> Result<PlannedConversion> {
    if let Some(account) = order.account.id.filter(|_| tx.actor.may(Permission::LeadsConvert)) {
        // The account comes first in the lock order.
        hold(tx, account).await?;
    }
    let lead = load_for(tx, id, Permission::LeadsConvert).await?;
    require_rights(tx, order)?;
    let mut violations = checks::validate(tx, order);
    // If there are too many opportunities, none is checked.
    if !violations.can_check("/opportunities") {
        return Err(violations.into());
    }
    let draft = lead.draft();
    let existing = linked(tx, order, &mut violations).await?;
    let owner = lead.state().owner_id.or_else(|| tx.actor.user());
    let tags = carried_tags(tx, &lead);
    let context = ConversionContext { existing, ids: new_ids(tx, order), owner, tags, playbook: &tx.playbook };
    let plan = draft.convert(order, &context, &mut violations);
    let owner_fits = check_account(tx, order, &plan, &mut violations).await?;
    check_others(tx, order, &plan, &mut violations).await?;
    violations.into_result(())?;
    check_editable(tx, &lead, None).await?;
    not_converted(&lead)?;
    let state = lead.state().converted(&tx.playbook)?;
    if let Some(linked) = order.account.id.filter(|_| context.existing.account.is_none()) {
        return Err(accounts::not_editable(tx, linked).await?);
    }
    if !owner_fits {
        // The lead must first be assigned to somebody who may own accounts.
        return Err(Code::OwnerRequired.into());
    }
    require_room(tx, &plan).await?;
    let duplicates = undecided(tx, id, &draft, order).await?;
    Ok(PlannedConversion { lead, plan, tags: context.tags, state, duplicates })
}

/// After the conversion of a lead that got a demo: a new account gets the customer status for it (R-EDU-58), and the closing time
/// of the new opportunities counts from the demo.
async fn on_demo_done(tx: &Tx, lead: LeadId, account: Option<AccountId>, opened: &[OpportunityId]) -> Result<()> {
    let Some(category) = &tx.playbook.cadence.demo_category else {
        return Ok(());
    };
    let Some(shown_at) = activities::last_success(tx, lead, category).await? else {
        return Ok(());
    };
    if let Some(account) = account {
        accounts::on_demo_done(tx, account).await?;
    }
    for opportunity in opened {
        opportunities::on_demo_given(tx, *opportunity, shown_at).await?;
    }
    Ok(())
}

/// The tags that the new records get from the lead, except the tag of its stage.
fn carried_tags(tx: &Tx, lead: &LockedLead) -> Vec<String> {
    let state = lead.state();
    let stage_tag = tx.playbook.tag_of(state.stage.as_ref());
    let is_carried = |tag: &&str| stage_tag.is_none_or(|stage_tag| stage_tag.as_str() != *tag);
    lead.tags().filter(is_carried).map(str::to_owned).collect()
}

/// Creating requires the permissions to create. Linking an account requires the permission to edit it; see [`linked`].
fn require_rights(tx: &Tx, order: &ConvertLead) -> Result<()> {
    let is_understood = tx.faults().is_valid(&["/account/action", "/account/id"]);
    if order.account.id.is_none() && is_understood {
        tx.require(Permission::AccountsCreate)?;
    }
    let only_one = [OpportunityTarget::default()];
    let mut targets = order.opportunities.as_deref().unwrap_or(&only_one).iter();
    if targets.any(|target| target.action == TargetAction::Create) {
        tx.require(Permission::OpportunitiesCreate)?;
    }
    Ok(())
}

fn new_ids(tx: &Tx, order: &ConvertLead) -> NewIds {
    let wanted = order.opportunities.as_ref().map_or(1, Vec::len);
    NewIds { account: tx.new_id(), contact: tx.new_id(), opportunities: (0..wanted).map(|_| tx.new_id()).collect() }
}

/// Locks the linked records and adds violations for missing ones. An account that the actor may not edit is left out.
async fn linked(tx: &Tx, order: &ConvertLead, violations: &mut Violations) -> Result<Existing> {
    let Some(account_id) = order.account.id else {
        return Ok(Existing::default());
    };
    let may_edit = tx.actor.may(Permission::AccountsUpdate);
    let account = lock(tx, account_id).await?.filter(|account| may_edit && !account.is_archived());
    if account.is_some() {
        tx.require(Permission::AccountsUpdate)?;
    } else if !accounts::may_know(tx, account_id).await? || !stored_accounts::is_active_unscoped(tx, account_id).await? {
        violations.add("/account/id", "not_found");
    }
    let mut contact = None;
    if let Some(contact_id) = order.contact.as_ref().and_then(|target| target.id) {
        let found = lock(tx, contact_id).await?.filter(|contact| !contact.is_archived());
        require_account(found.as_ref().map(LockedContact::account_id), account_id, "/contact/id", violations);
        contact = found.map(|contact| contact.draft());
    }
    for (index, target) in order.opportunities.iter().flatten().enumerate() {
        let Some(opportunity_id) = target.id else {
            continue;
        };
        let found = lock(tx, opportunity_id).await?.filter(|opportunity| !opportunity.is_archived());
        let found_on = found.map(|opportunity| opportunity.account_id());
        require_account(found_on, account_id, &format!("/opportunities/{index}/id"), violations);
    }
    Ok(Existing { account: account.map(|account| account.draft()), contact })
}

/// Adds a violation if a record was not found or belongs to another account than the linked one.
fn require_account(found_on: Option<AccountId>, linked: AccountId, pointer: &str, violations: &mut Violations) {
    match found_on {
        None => violations.add(pointer, "not_found"),
        Some(account) if account != linked => violations.add(pointer, "belongs_to_another_account"),
        Some(_) => {}
    }
}

/// Validates the new account. Returns whether its owner may own it. Values that were retired since the lead got them are
/// accepted.
async fn check_account(tx: &Tx, order: &ConvertLead, plan: &ConversionPlan, violations: &mut Violations) -> Result<bool> {
    let AccountStep::Create(_, draft) = &plan.account else {
        return Ok(true);
    };
    if order.account.action != TargetAction::Create {
        return Ok(true);
    }
    let faults = accounts::check(tx, draft, None, violations.relative_to("/account/fields")).await?;
    let of_owner = |fault: &Violation| fault.pointer == "/owner_id" && fault.code != "immutable";
    let owner_fits = !faults.iter().any(of_owner);
    violations.extend(faults.without("retired_key").unless(of_owner).prefixed("/account/fields"));
    Ok(owner_fits)
}

/// Validates the contact and the opportunities. Data of the lead is accepted as it is; data of the order is validated, with
/// pointers into the order.
async fn check_others(tx: &Tx, order: &ConvertLead, plan: &ConversionPlan, violations: &mut Violations) -> Result<()> {
    if let Some(ContactStep::Create(_, draft)) = &plan.contact {
        let faults = checks::validate_part(tx, draft, violations.relative_to("/contact/fields"));
        violations.extend(faults.prefixed("/contact/fields"));
    }
    let only_one = [OpportunityTarget::default()];
    let targets = order.opportunities.as_deref().unwrap_or(&only_one);
    let ordered = targets.iter().enumerate().filter(|(_, target)| target.action == TargetAction::Create && target.id.is_none());
    for ((index, target), draft) in ordered.zip(plan.new_opportunities()) {
        let at = format!("/opportunities/{index}");
        let known = violations.relative_to(&format!("{at}/fields"));
        for fault in opportunities::check(tx, draft, &[], known).await?.into_vec() {
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

/// Requires that no other account has the identity number, and that the account may have opportunities if it gets any.
async fn require_room(tx: &Tx, plan: &ConversionPlan) -> Result<()> {
    let (id, account) = plan.account.after();
    let of = matches!(plan.account, AccountStep::Link(..)).then_some(id);
    accounts::require_free_identity(tx, account, of).await?;
    if plan.new_opportunities().next().is_none() {
        return Ok(());
    }
    if account.parent_id.is_some() {
        return Err(Code::ChildAccount.into());
    }
    if account.owner_id.is_none() {
        return Err(Code::OwnerRequired.into());
    }
    Ok(())
}

/// The possible duplicates that the order does not decide.
async fn undecided(tx: &Tx, id: LeadId, draft: &LeadDraft, order: &ConvertLead) -> Result<Vec<DuplicateCandidate>> {
    let mut matches = leads::find_matches(tx, &MatchKeys::of(draft), Some(id)).await?;
    matches.retain(|suspect| !order.decides(suspect.id));
    let cards = tx.playbook.policies.outsiders_see_account_cards;
    Ok(leads::duplicates(tx, &tx.actor, cards, &matches).await?)
}

/// Stores the created and linked records, and returns the event of the lead.
async fn write(
    tx: &Tx,
    lead: &LockedLead,
    conversion: ConversionId,
    plan: ConversionPlan,
    tagged: &[String],
    cancelled_activities: Vec<ActivityId>,
) -> Result<NewEvent> {
    let (account_id, contact_id) = (plan.account_id(), plan.contact_id());
    let tagged: Vec<_> = tagged.iter().map(String::as_str).collect();
    let (account_action, account_before) = write_account(tx, &plan.account).await?;
    let contact = write_contact(tx, plan.contact.as_ref()).await?;
    let account = lock_unscoped(tx, account_id).await?.ok_or(Code::NotFound)?;
    let mut opened = Vec::new();
    for step in &plan.opportunities {
        match step {
            OpportunityStep::Link(id) => opened.push((*id, TargetAction::Link)),
            OpportunityStep::Create(id, draft) => {
                opportunities::open_as(tx, *id, &account, draft, Some(lead.id())).await?;
                let event = || opportunities::opportunity_event(EventKind::OpportunityTagged, *id, account_id);
                tagging::add(tx, (TaggedKind::Opportunity, id.uuid()), &tagged, event).await?;
                opened.push((*id, TargetAction::Create));
            }
        }
    }
    let event = || accounts::account_event(EventKind::AccountTagged, account_id);
    let account_tags = tagging::add(tx, (TaggedKind::Account, account_id.uuid()), &tagged, event).await?;
    // New tags are a change of the account.
    let account_version = account.version() + i64::from(!account_tags.is_empty());
    let converted = NewEvent::new(EventKind::LeadConverted, lead.id()).account(account_id);
    let converted = converted.fact("conversion_id", conversion).fact("account_id", account_id).fact("contact_id", contact_id);
    let converted = converted.fact("opportunity_ids", opened.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    let new = NewConversion {
        id: conversion,
        lead: lead.id(),
        lead_before: lead.state(),
        cancelled_activities,
        account: (account_id, account_action, account_version, account_before),
        account_tags,
        contact,
        opportunities: opened,
        carried: plan.carried,
        not_carried: plan.not_carried,
    };
    leads::insert_conversion(tx, new).await?;
    Ok(converted)
}

async fn write_account(tx: &Tx, step: &AccountStep) -> Result<(TargetAction, Option<AccountDraft>)> {
    match step {
        AccountStep::Create(id, draft) => {
            accounts::create_as(tx, *id, draft).await?;
            Ok((TargetAction::Create, None))
        }
        AccountStep::Link(id, before, after) => {
            if before != after {
                let account = lock(tx, *id).await?.ok_or(Code::NotFound)?;
                stored_accounts::update(tx, &account, after).await?;
                append(tx, accounts::account_event(EventKind::AccountUpdated, *id).changes(changes(before, after))).await?;
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
            let contact = lock(tx, *id).await?.ok_or(Code::NotFound)?;
            let mut version = contact.version();
            if before != after {
                stored_accounts::update_contact(tx, &contact, after).await?;
                version += 1;
                let updated = accounts::contact_event(EventKind::ContactUpdated, *id, before.account_id);
                append(tx, updated.changes(changes(before, after))).await?;
            }
            Some((*id, TargetAction::Link, version, Some(before.clone())))
        }
    })
}
