//! What colleagues ask each other: a salesperson asks those who lead about suspect data.

use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::leads::LeadId;
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::shared::{Code, Nothing, Violations};
use chot_domain::teamwork::{AnswerSupport, SupportRequestDraft, SupportRequestId, SupportVerdict};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::tags::TaggedKind;
use chot_persistence::teamwork::{self, LockedSupportRequest, NewSupportRequest};
use chot_persistence::{RelatedRecords, Tx, identity, lock};

use crate::leads::add_tag;
use crate::notifications::notify;
use crate::related::{self, Access};
use crate::{Result, checks, tagging, transition};

/// Asks whoever leads the team, or somebody by name, for support (R-EDU-14). A lead is marked as suspect meanwhile, where the playbook has
/// a tag for it. No clock stops for it.
///
/// # Errors
/// `forbidden`; every violation of the draft; a record out of sight; `archived`, `lead_already_converted` or `owner_required` of a record
/// that is not worked.
pub async fn ask(tx: &Tx, draft: &SupportRequestDraft) -> Result<SupportRequestId> {
    tx.require(Permission::SupportRequest)?;
    let requester = checks::acting_user(tx)?;
    let mut violations = checks::validate(tx, draft);
    let found = related::named(tx, draft.records().next(), &mut violations).await?;
    require_addressee(tx, draft.addressee_id, &mut violations).await?;
    violations.into_result(())?;
    let found = found.ok_or(Code::NotFound)?;
    found.may_be_worked?;
    let answering = match draft.addressee_id {
        Some(addressee) => vec![addressee],
        None => identity::answering(tx, &tx.playbook, requester).await?,
    };
    let addressee = <[UserId; 1]>::try_from(answering.as_slice()).ok().map(|[only]| only);
    let (id, about) = (tx.new_id(), &found.related);
    teamwork::insert(tx, &NewSupportRequest { id, draft, about, requester, addressee }).await?;
    let asked = about.event(EventKind::SupportRequested, id).fact("addressee_id", addressee);
    append(tx, asked.text("reason", Some(&draft.reason))).await?;
    mark_as_suspect(tx, about.lead).await?;
    for user in answering {
        let notification = NewNotification::new(NotificationKind::SupportRequested, user, id).account_if_any(about.account);
        notify(tx, &notification.param("name", &found.name).param("reason", &draft.reason)).await?;
    }
    Ok(id)
}

/// Who is asked by name answers such requests, and is somebody else.
async fn require_addressee(tx: &Tx, addressee: Option<UserId>, violations: &mut Violations) -> Result<()> {
    let Some(addressee) = addressee else {
        return Ok(());
    };
    if tx.actor.user() == Some(addressee) {
        violations.add("/addressee_id", "is_oneself");
    }
    checks::require_owner_at(tx, addressee, Permission::SupportAnswer, "/addressee_id", violations).await
}

/// Answers a request for support (R-EDU-15): whoever was asked, or leads the asker; nobody answers themselves. A lead whose data is real is
/// suspect no more.
///
/// # Errors
/// `not_found` out of sight; `forbidden`; `wrong_status` of what is not open.
pub async fn answer(tx: &Tx, id: SupportRequestId, order: &AnswerSupport) -> Result<()> {
    let request = lock(tx, id).await?.ok_or(Code::NotFound)?;
    tx.require(Permission::SupportAnswer)?;
    let user = checks::acting_user(tx)?;
    if !may_answer(tx, &request, user).await? {
        return Err(Code::Forbidden.into());
    }
    checks::validate(tx, order).into_result(())?;
    let next = request.state().answered(order, user, tx.now)?;
    let about = request.related();
    let answered = request.event(EventKind::SupportAnswered).fact("verdict", order.verdict);
    transition::apply(tx, &request, &next, answered.text("answer", Some(&order.answer))).await?;
    if order.verdict == Some(SupportVerdict::Real) {
        no_longer_suspect(tx, about.lead).await?;
    }
    let notification =
        NewNotification::new(NotificationKind::SupportAnswered, request.requester(), id).account_if_any(about.account);
    notify(tx, &notification.param("name", name_of(tx, &about).await?)).await
}

async fn may_answer(tx: &Tx, request: &LockedSupportRequest, user: UserId) -> Result<bool> {
    if request.requester() == user {
        return Ok(false);
    }
    Ok(request.addressee() == Some(user) || identity::is_in_scope(tx, &tx.actor, request.requester()).await?)
}

/// Who asked no longer wants an answer.
///
/// # Errors
/// `not_found` out of sight; `forbidden` to all others; `wrong_status` of what is not open.
pub async fn withdraw(tx: &Tx, id: SupportRequestId, order: &Nothing) -> Result<()> {
    let request = lock(tx, id).await?.ok_or(Code::NotFound)?;
    tx.require(Permission::SupportRequest)?;
    if tx.actor.user() != Some(request.requester()) {
        return Err(Code::Forbidden.into());
    }
    checks::validate(tx, order).into_result(())?;
    transition::apply(tx, &request, &request.state().withdrawn()?, request.event(EventKind::SupportWithdrawn)).await
}

/// The name of the record that a request is about.
async fn name_of(tx: &Tx, about: &RelatedRecords) -> Result<String> {
    let Some(record) = about.named() else {
        return Ok(String::new());
    };
    Ok(related::resolve(tx, record, Access::Unscoped).await?.map(|found| found.name).unwrap_or_default())
}

async fn mark_as_suspect(tx: &Tx, lead: Option<LeadId>) -> Result<()> {
    match (lead, &tx.playbook.policies.suspect_lead_tag) {
        (Some(lead), Some(tag)) => add_tag(tx, lead, tag).await,
        _ => Ok(()),
    }
}

async fn no_longer_suspect(tx: &Tx, lead: Option<LeadId>) -> Result<()> {
    match (lead, &tx.playbook.policies.suspect_lead_tag) {
        (Some(lead), Some(tag)) => {
            tagging::remove_if_present(tx, (TaggedKind::Lead, lead.uuid()), tag, NewEvent::new(EventKind::LeadUntagged, lead))
                .await
        }
        _ => Ok(()),
    }
}
