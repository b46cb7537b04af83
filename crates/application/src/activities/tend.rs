use chot_domain::accounts::AssignOwner;
use chot_domain::activities::{ActivityDraft, ActivityId, ActivityPatch, ActivityStanding, ActivityStatus, RemoteAccess};
use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Code, Violations};
use chot_persistence::activities::{self, About, NewActivity, Origin};
use chot_persistence::events::record;
use chot_persistence::{Tx, accounts, identity};
use uuid::Uuid;

use super::cadence::{Became, demand_half_day, follow};
use super::relation::{Named, related};
use super::{happening, reached, time_password};
use crate::{Result, checks};

/// Plans an activity, or writes down one that is done already (R-SUNO-30, R-ICHK-56, R-ICHK-57). It belongs to the caller, if nobody
/// else is named.
///
/// # Errors
/// `forbidden`; every violation of the draft; a record out of sight; `archived`, `lead_already_converted` or `owner_required` where
/// nothing can be planned.
pub async fn create(tx: &Tx, draft: &ActivityDraft) -> Result<ActivityId> {
    tx.require(Permission::ActivitiesWrite)?;
    let mut violations = check(tx, draft).await?;
    let named = Named { lead: draft.lead_id, account: draft.account_id, opportunity: draft.opportunity_id };
    let relation = related(tx, &named, &mut violations).await?;
    if !draft.is_done() {
        demand_half_day(tx, draft.category.as_ref(), relation.about.lead, draft.starts_at, &mut violations).await?;
    }
    let owner = match draft.owner_id {
        Some(owner) => owner,
        None => checks::acting_user(tx)?,
    };
    if tx.actor.user() != Some(owner) {
        checks::demand_owner(tx, owner, Permission::ActivitiesWrite, &mut violations).await?;
    }
    violations.unless_any(())?;
    relation.may_be_worked?;
    let id = tx.new_id();
    plan_as(tx, id, draft, &relation.about, owner).await?;
    Ok(id)
}

/// Plans or writes down an activity that was found to be right, whoever acts: for verbs of the system as well.
///
/// # Errors
/// When the database fails.
pub async fn plan_as(tx: &Tx, id: ActivityId, draft: &ActivityDraft, about: &About, owner: UserId) -> Result<()> {
    let standing = write_new(tx, id, draft, about, owner, Origin::default()).await?;
    let (category, room) = (draft.category.as_ref(), draft.meeting_link.as_ref());
    follow(tx, &Became { id, category, room, about, owner, standing: &standing }).await
}

/// Writes an activity and that it was planned or logged; nothing follows from it yet.
pub(super) async fn write_new(
    tx: &Tx,
    id: ActivityId,
    draft: &ActivityDraft,
    about: &About,
    owner: UserId,
    origin: Origin,
) -> Result<ActivityStanding> {
    let stage = about.stage.as_ref().and_then(|key| tx.playbook.stage(key.as_str())).map(|at| at.stage);
    let draft = draft.clone().with_check_list_of(stage);
    let standing = ActivityStanding::at_birth(&draft, tx.now, &tx.playbook.policies);
    activities::insert(tx, &NewActivity { id, draft: &draft, standing: &standing, about, owner, origin }).await?;
    if draft.has_password() {
        time_password(tx, id, true, &standing).await?;
    }
    let is_planned = standing.status == ActivityStatus::Planned;
    let born = happening(if is_planned { EventKind::ActivityPlanned } else { EventKind::ActivityLogged }, id, about);
    let born = born.with("kind", draft.kind).with("category", &draft.category).with("status", standing.status);
    let born = born.with("starts_at", standing.starts_at).with("ends_at", standing.ends_at).with("done_at", standing.done_at);
    record(tx, born.with("outcome", standing.outcome).with("owner_id", owner).with("rule", origin.rule)).await?;
    Ok(standing)
}

/// The rules of an activity that want the playbook, and to know who there is.
async fn check(tx: &Tx, draft: &ActivityDraft) -> Result<Violations> {
    let mut violations = checks::judge(tx, draft);
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

/// Changes what is said about an activity. What is over takes no password to a customer's computer (R-EDU-50), and no password stands
/// in the history.
///
/// # Errors
/// `not_found` out of sight; every violation of the result; `version_mismatch`.
pub async fn update(tx: &Tx, id: ActivityId, patch: &ActivityPatch, seen: Option<i64>) -> Result<()> {
    let activity = reached(tx, id).await?;
    let (before, standing) = (activity.draft(), activity.standing());
    let right = async |after: &ActivityDraft| {
        let mut violations = check(tx, after).await?;
        if after.has_password() && standing.status != ActivityStatus::Planned {
            violations.add("/remote_access/password", "only_while_planned");
        }
        Ok(violations)
    };
    let patched = checks::patched(tx, patch, &before, right).await?;
    checks::ready(&activity, seen)?;
    let Some((after, mut changed)) = patched else {
        return Ok(());
    };
    activities::update(tx, &activity, &after).await?;
    if before.has_password() || after.has_password() {
        time_password(tx, id, after.has_password(), &standing).await?;
    }
    if let Some(change) = changed.get_mut("remote_access") {
        RemoteAccess::hide_password_in(change);
    }
    Ok(record(tx, happening(EventKind::ActivityUpdated, id, &activity.about()).changing(changed)).await?)
}

/// Gives a planned activity to somebody else.
///
/// # Errors
/// `not_found` out of sight; `forbidden`; somebody who does not work here or does no activities; `wrong_status` of what is not planned.
pub async fn assign(tx: &Tx, id: ActivityId, order: &AssignOwner) -> Result<()> {
    let activity = reached(tx, id).await?;
    let mut violations = checks::judge(tx, order);
    checks::demand_owner(tx, order.owner_id, Permission::ActivitiesWrite, &mut violations).await?;
    violations.unless_any(())?;
    checks::ready(&activity, None)?;
    activity.standing().status.demand_planned()?;
    let before = activity.owner_id();
    if before == order.owner_id {
        return Ok(());
    }
    activities::assign(tx, &activity, order.owner_id).await?;
    let assigned = happening(EventKind::ActivityAssigned, id, &activity.about()).with("owner_id_before", before);
    Ok(record(tx, assigned.with("owner_id", order.owner_id).saying("reason", order.reason.as_ref())).await?)
}

/// Puts an activity into the archive.
///
/// # Errors
/// `not_found` out of sight; `forbidden`; `version_mismatch`.
pub async fn archive(tx: &Tx, id: ActivityId, seen: Option<i64>) -> Result<()> {
    let activity = reached(tx, id).await?;
    checks::ready(&activity, seen).map_err(checks::gone_if_archived)?;
    activities::archive(tx, &activity).await?;
    Ok(record(tx, happening(EventKind::ActivityArchived, id, &activity.about())).await?)
}

/// Brings an activity back from the archive.
///
/// # Errors
/// `not_found` out of sight; `forbidden`; `wrong_status` if it is not archived; `archived` while its account is.
pub async fn restore(tx: &Tx, id: ActivityId) -> Result<()> {
    let activity = checks::demand_archived(tx, activities::lock(tx, id).await?, Permission::ActivitiesWrite)?;
    let about = activity.about();
    if let Some(account) = about.account
        && !accounts::exists(tx, account).await?
    {
        return Err(Code::Archived.into());
    }
    activities::restore(tx, &activity).await?;
    Ok(record(tx, happening(EventKind::ActivityRestored, id, &about)).await?)
}
