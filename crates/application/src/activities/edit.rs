use chot_domain::accounts::AssignOwner;
use chot_domain::activities::{
    ActivityDraft, ActivityId, ActivityPatch, ActivityRule, ActivityState, ActivityStatus, RemoteAccess,
};
use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::Violations;
use chot_domain::timers::State;
use chot_persistence::activities::{self, LockedActivity, NewActivity};
use chot_persistence::events::append;
use chot_persistence::{RelatedRecords, Tx, accounts, identity, lock, timers};
use uuid::Uuid;

use super::cadence::{ActivityChange, on_change, require_half_day, sync_reminder};
use super::{check_editable, load, require_open_parents};
use crate::{Result, checks, related, transition};

/// Plans an activity, or stores one that is already done (R-SUNO-30, R-ICHK-56, R-ICHK-57). The actor is the owner, unless the
/// draft names another.
///
/// # Errors
/// `forbidden`; violations of the draft, such as a record that is not visible; `archived`, `lead_already_converted` or
/// `owner_required` if nothing can be planned for the record.
pub async fn create(tx: &Tx, draft: &ActivityDraft) -> Result<ActivityId> {
    tx.require(Permission::ActivitiesWrite)?;
    let mut violations = check(tx, draft).await?;
    let found = related::named(tx, draft.records().next(), &mut violations).await?;
    let (records, may_be_worked) =
        found.map_or_else(|| (RelatedRecords::default(), Ok(())), |one| (one.related, one.may_be_worked));
    if !draft.is_done() {
        require_half_day(tx, draft.category.as_ref(), records.lead, draft.starts_at, &mut violations).await?;
    }
    let owner = match draft.owner_id {
        Some(owner) => owner,
        None => checks::acting_user(tx)?,
    };
    require_owner(tx, owner, &mut violations).await?;
    violations.into_result(())?;
    may_be_worked?;
    let id = tx.new_id();
    create_unchecked(tx, id, draft, &records, owner).await?;
    Ok(id)
}

/// Another owner must be active, have the permission for activities, and be in the actor's scope, unless the actor may assign
/// records.
async fn require_owner(tx: &Tx, owner: UserId, violations: &mut Violations) -> Result<()> {
    if tx.actor.user() == Some(owner) {
        return Ok(());
    }
    checks::require_owner(tx, owner, Permission::ActivitiesWrite, violations).await?;
    let distributes = tx.actor.may(Permission::LeadsAssign) || tx.actor.may(Permission::AccountsAssign);
    if violations.can_check("/owner_id") && !distributes && !identity::is_in_scope(tx, &tx.actor, owner).await? {
        violations.add("/owner_id", "out_of_reach");
    }
    Ok(())
}

/// Stores a validated activity, planned or done, whoever acts: also for actions of the system.
pub async fn create_unchecked(
    tx: &Tx,
    id: ActivityId,
    draft: &ActivityDraft,
    related: &RelatedRecords,
    owner: UserId,
) -> Result<()> {
    let plan = NewPlan { draft, related, owner: Some(owner), rule: None, reminder_of: None };
    let state = insert_activity(tx, id, &plan).await?;
    let (category, room) = (draft.category.as_ref(), draft.meeting_link.as_ref());
    Box::pin(on_change(tx, &ActivityChange { id, category, room, related, state: &state })).await
}

/// An activity to be stored.
pub(super) struct NewPlan<'a> {
    pub draft: &'a ActivityDraft,
    pub related: &'a RelatedRecords,
    pub owner: Option<UserId>,
    pub rule: Option<ActivityRule>,
    pub reminder_of: Option<ActivityId>,
}

/// Stores an activity with its event and its timers. The rules of the playbook are not applied yet.
pub(super) async fn insert_activity(tx: &Tx, id: ActivityId, plan: &NewPlan<'_>) -> Result<ActivityState> {
    let NewPlan { draft, related, owner, rule, reminder_of } = *plan;
    let stage = related.stage.as_ref().and_then(|key| tx.playbook.stage(key.as_str())).map(|at| at.stage);
    let draft = draft.clone().with_check_list_of(stage);
    let state = ActivityState::new(&draft, owner, rule, tx.now, &tx.playbook.policies);
    activities::insert(tx, &NewActivity { id, draft: &draft, state: &state, related, reminder_of }).await?;
    timers::replace(tx, id.uuid(), &[], &state.timers()).await?;
    let is_planned = state.status == ActivityStatus::Planned;
    let event = related.event(if is_planned { EventKind::ActivityPlanned } else { EventKind::ActivityLogged }, id);
    let event = event.fact("kind", draft.kind).fact("category", &draft.category).fact("status", state.status);
    let event = event.fact("starts_at", state.starts_at).fact("ends_at", state.ends_at).fact("done_at", state.done_at);
    append(tx, event.fact("outcome", state.outcome).fact("owner_id", owner).fact("rule", rule)).await?;
    Ok(state)
}

/// Validates the draft against the playbook, the contacts and the users.
async fn check(tx: &Tx, draft: &ActivityDraft) -> Result<Violations> {
    let mut violations = checks::validate(tx, draft);
    let contacts: Vec<_> = draft.attendees.iter().map(|one| one.contact_id.map(|id| id.uuid())).collect();
    let users: Vec<_> = draft.attendees.iter().map(|one| one.user_id.map(UserId::uuid)).collect();
    let known_contacts = match named(&contacts) {
        none if none.is_empty() || !tx.actor.may(Permission::AccountsRead) => Vec::new(),
        some => accounts::contacts_among(tx, &tx.actor, some).await?,
    };
    let known_users = match named(&users) {
        none if none.is_empty() => Vec::new(),
        some => identity::users_among(tx, some).await?,
    };
    for (member, ids, known) in [("contact_id", contacts, known_contacts), ("user_id", users, known_users)] {
        for (index, _) in ids.iter().enumerate().filter(|(_, id)| id.is_some_and(|id| !known.contains(&id))) {
            violations.add(&format!("/attendees/{index}/{member}"), "not_found");
        }
    }
    Ok(violations)
}

fn named(ids: &[Option<Uuid>]) -> Vec<Uuid> {
    ids.iter().copied().flatten().collect()
}

/// Updates an activity. A password to a customer's computer is accepted only while the activity is planned (R-EDU-50), and is
/// never stored in events.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations of the result; `archived`; `version_mismatch`.
pub async fn update(tx: &Tx, id: ActivityId, patch: &ActivityPatch, seen: Option<i64>) -> Result<()> {
    let activity = load(tx, id).await?;
    let (before, state) = (activity.draft(), activity.state());
    let right = async |after: &ActivityDraft| {
        let mut violations = check(tx, after).await?;
        if after.has_password() && state.status != ActivityStatus::Planned {
            violations.add("/remote_access/password", "only_while_planned");
        }
        Ok(violations)
    };
    let patched = checks::patched(tx, patch, &before, right).await?;
    check_editable(tx, &activity, seen).await?;
    let Some((after, mut changed)) = patched else {
        return Ok(());
    };
    activities::update(tx, &activity, &after).await?;
    let next = ActivityState { has_password: after.has_password(), ..state.clone() };
    timers::replace(tx, id.uuid(), &state.timers(), &next.timers()).await?;
    if let Some(change) = changed.get_mut("remote_access") {
        RemoteAccess::hide_password_in(change);
    }
    append(tx, activity.event(EventKind::ActivityUpdated).changes(changed)).await?;
    on_draft_changed(tx, &activity, &after, false).await
}

/// Updates the reminder of a demo after a change of the demo.
async fn on_draft_changed(tx: &Tx, activity: &LockedActivity, draft: &ActivityDraft, is_archived: bool) -> Result<()> {
    let (related, state) = (activity.related(), activity.state());
    let (category, room) = (draft.category.as_ref(), draft.meeting_link.as_ref());
    let change = ActivityChange { id: activity.id(), category, room, related: &related, state: &state };
    sync_reminder(tx, &change, is_archived).await
}

/// Assigns a planned activity to another user.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations, such as an owner who is inactive, has no permission for activities or is
/// not in scope; `archived`; `wrong_status` if it is not planned.
pub async fn assign(tx: &Tx, id: ActivityId, order: &AssignOwner) -> Result<()> {
    let activity = load(tx, id).await?;
    let mut violations = checks::validate(tx, order);
    require_owner(tx, order.owner_id, &mut violations).await?;
    violations.into_result(())?;
    check_editable(tx, &activity, None).await?;
    let before = activity.state();
    before.status.require_planned()?;
    if before.owner_id == Some(order.owner_id) {
        return Ok(());
    }
    let next = before.assigned_to(Some(order.owner_id));
    let assigned = activity.event(EventKind::ActivityAssigned).text("reason", order.reason.as_ref());
    transition::apply(tx, &activity, &next, assigned).await?;
    let (related, draft) = (activity.related(), activity.draft());
    let (category, room) = (draft.category.as_ref(), draft.meeting_link.as_ref());
    sync_reminder(tx, &ActivityChange { id, category, room, related: &related, state: &next }, false).await
}

/// Archives an activity.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `version_mismatch`.
pub async fn archive(tx: &Tx, id: ActivityId, seen: Option<i64>) -> Result<()> {
    let activity = load(tx, id).await?;
    check_editable(tx, &activity, seen).await.map_err(checks::gone_if_archived)?;
    transition::archive(tx, &activity, EventKind::ActivityArchived).await?;
    on_draft_changed(tx, &activity, &activity.draft(), true).await
}

/// Restores an archived activity.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not archived; `archived` if a related record is archived.
pub async fn restore(tx: &Tx, id: ActivityId) -> Result<()> {
    let activity = checks::require_archived(tx, lock(tx, id).await?, Permission::ActivitiesWrite)?;
    require_open_parents(tx, &activity).await?;
    transition::restore(tx, &activity, EventKind::ActivityRestored).await?;
    on_draft_changed(tx, &activity, &activity.draft(), false).await
}
