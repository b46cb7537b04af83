//! Support between colleagues: a salesperson asks managers about suspect data.

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

/// Creates a support request to the managers of the team or to one named user (R-EDU-14). If the playbook has a tag for suspect
/// leads, the lead gets it meanwhile. Deadlines do not change.
///
/// # Errors
/// `forbidden`; violations of the draft, such as a record that is not visible; `archived`, `lead_already_converted` or
/// `owner_required` if nobody works on the record.
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

/// A named addressee must have the permission to answer and must not be the actor.
async fn require_addressee(tx: &Tx, addressee: Option<UserId>, violations: &mut Violations) -> Result<()> {
    let Some(addressee) = addressee else {
        return Ok(());
    };
    if tx.actor.user() == Some(addressee) {
        violations.add("/addressee_id", "is_oneself");
    }
    checks::require_owner_at(tx, addressee, Permission::SupportAnswer, "/addressee_id", violations).await
}

/// Answers a support request (R-EDU-15). The addressee and the managers of the requester may answer, but nobody answers their own
/// request. The verdict `real` removes the suspect tag from the lead.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not open.
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

/// Withdraws a support request.
///
/// # Errors
/// `not_found` if not visible; `forbidden` if it is not the actor's own; `wrong_status` if it is not open.
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
