use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{ConversionId, TargetAction};
use chot_domain::shared::{Code, DomainError, changes};
use chot_persistence::events::{self, EventView, Subjects, append};
use chot_persistence::leads::{self, LockedConversion};
use chot_persistence::tags::{self, TaggedKind};
use chot_persistence::{Tx, accounts as stored_accounts, lock, lock_unscoped, on_conversion};

use crate::{Result, accounts, opportunities, transition};

/// Reverts a conversion, as long as its results have not changed: created records are archived, filled fields of linked records
/// are cleared, and the lead gets its former state.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `conversion_reverted`; `conversion_blocked` with the later events.
pub async fn revert(tx: &Tx, id: ConversionId) -> Result<()> {
    let conversion = lock(tx, id).await?.ok_or(Code::NotFound)?;
    tx.require(Permission::LeadsConvert)?;
    if !conversion.is_active() {
        return Err(Code::ConversionReverted.into());
    }
    let is_changed = lock_results(tx, &conversion).await?;
    let blocked_by = blocking(tx, &conversion).await?;
    if is_changed || !blocked_by.is_empty() {
        return Err(DomainError::from(Code::ConversionBlocked).fact("blocked_by", blocked_by).into());
    }
    tx.set_cause(Some(id.uuid()));
    for opportunity in conversion.created_opportunities() {
        let locked = lock_unscoped(tx, opportunity).await?.ok_or(Code::NotFound)?;
        opportunities::end(tx, &locked).await?;
        transition::archive(tx, &locked, EventKind::OpportunityArchived).await?;
    }
    undo_contact(tx, &conversion).await?;
    undo_account(tx, &conversion).await?;
    leads::mark_reverted(tx, &conversion).await?;
    restore_lead(tx, &conversion).await
}

/// Locks the created and linked records, the account first, until the end of the unit, so that nobody changes them meanwhile.
/// Returns whether a linked record has changed since the conversion.
async fn lock_results(tx: &Tx, conversion: &LockedConversion) -> Result<bool> {
    let (account_id, action, version, _) = conversion.account();
    let account = lock_unscoped(tx, account_id).await?.ok_or(Code::NotFound)?;
    let mut is_changed = action == TargetAction::Link && account.version() != version;
    if let Some((contact_id, action, version, _)) = conversion.contact() {
        let contact = lock_unscoped(tx, contact_id).await?.ok_or(Code::NotFound)?;
        is_changed |= action == TargetAction::Link && contact.version() != version;
    }
    for opportunity in conversion.created_opportunities() {
        lock_unscoped(tx, opportunity).await?;
    }
    Ok(is_changed)
}

/// Later events of the results, and of the children of a created account, except those of the conversion itself.
async fn blocking(tx: &Tx, conversion: &LockedConversion) -> Result<Vec<EventView>> {
    let (account_id, account_action, ..) = conversion.account();
    let mut created: Vec<_> = conversion.created_opportunities().into_iter().map(|opportunity| opportunity.uuid()).collect();
    let mut linked = Vec::new();
    if let Some((contact, action, ..)) = conversion.contact() {
        if action == TargetAction::Link { linked.push(contact.uuid()) } else { created.push(contact.uuid()) }
    }
    let whole = (account_action == TargetAction::Create).then(|| account_id.uuid());
    if whole.is_some() {
        created.extend(stored_accounts::children(tx, account_id).await?.into_iter().map(AccountId::uuid));
    } else {
        linked.push(account_id.uuid());
    }
    let mut found = events::blocking(tx, conversion.id().uuid(), &Subjects { records: created, account: whole }, None).await?;
    let touched = Subjects { records: linked, account: None };
    found.extend(events::blocking(tx, conversion.id().uuid(), &touched, Some(conversion.created_at())).await?);
    Ok(found)
}

async fn undo_contact(tx: &Tx, conversion: &LockedConversion) -> Result<()> {
    let Some((id, action, _, before)) = conversion.contact() else {
        return Ok(());
    };
    let contact = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    let event = |kind| accounts::contact_event(kind, id, contact.account_id());
    if action == TargetAction::Create {
        chot_persistence::archive(tx, &contact).await?;
        return Ok(append(tx, event(EventKind::ContactArchived)).await?);
    }
    let after = contact.draft();
    let Some(before) = before.filter(|before| *before != after) else {
        return Ok(());
    };
    stored_accounts::update_contact(tx, &contact, &before).await?;
    Ok(append(tx, event(EventKind::ContactUpdated).changes(changes(&after, &before))).await?)
}

async fn undo_account(tx: &Tx, conversion: &LockedConversion) -> Result<()> {
    let (id, action, _, before) = conversion.account();
    let account = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    if action == TargetAction::Create {
        return transition::archive(tx, &account, EventKind::AccountArchived).await;
    }
    let after = account.draft();
    if let Some(before) = before.filter(|before| *before != after) {
        stored_accounts::update(tx, &account, &before).await?;
        append(tx, accounts::account_event(EventKind::AccountUpdated, id).changes(changes(&after, &before))).await?;
    }
    for tag in conversion.account_tags() {
        if tags::remove(tx, TaggedKind::Account, id.uuid(), &tag).await? {
            append(tx, accounts::account_event(EventKind::AccountUntagged, id).fact("tag", tag)).await?;
        }
    }
    Ok(())
}

/// Restores the state and the timers of the lead, and the calls that the conversion cancelled.
async fn restore_lead(tx: &Tx, conversion: &LockedConversion) -> Result<()> {
    let id = conversion.lead_id();
    let lead = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    let state = conversion.lead_before(&lead.state());
    let reverted = lead.event(EventKind::LeadConversionReverted).account(conversion.account().0);
    let lead = lead.with_conversion(None);
    transition::apply(tx, &lead, &state, reverted.fact("conversion_id", conversion.id())).await?;
    on_conversion(tx, id, None).await?;
    for activity in conversion.cancelled_activities() {
        let Some(activity) = lock_unscoped(tx, activity).await?.filter(|activity| !activity.is_archived()) else {
            continue;
        };
        if let Some(next) = activity.state().planned_again() {
            transition::apply(tx, &activity, &next, activity.event(EventKind::ActivityPlanned)).await?;
        }
    }
    Ok(())
}
