use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::opportunities::evidence::{
    DrawEvidence, EvidenceDrawId, EvidenceReviewId, Ledger, ReviewOutcome, WarnEvidence, sample,
};
use chot_domain::opportunities::{OpportunityId, OpportunityState};
use chot_domain::shared::{Code, Draft, Nothing, Text, Violations};
use chot_persistence::events::append;
use chot_persistence::opportunities::LockedOpportunity;
use chot_persistence::opportunities::evidence::{self, LockedReview, SampledOpportunity};
use chot_persistence::{Tx, identity, lock};

use super::super::{load_editable, opportunity_event};
use crate::notifications::notify;
use crate::{Result, checks, transition};

/// Draws opportunities with evidence at random and stores the draw: the same evidence is not drawn twice (R-ICHK-86, R-ICHK-91).
///
/// # Errors
/// `forbidden`; violations, such as an unknown stage, salesperson or team.
pub async fn sample_evidence(tx: &Tx, order: &DrawEvidence) -> Result<EvidenceDrawId> {
    tx.require(Permission::EvidenceReview)?;
    check_draw(tx, order).await?.into_result(())?;
    let candidates = evidence::eligible(tx, order).await?;
    let sampled = sample(candidates, order.most(), |below| rand::random_range(0..below));
    let draw = tx.new_id();
    evidence::insert_sample(tx, draw, &sampled).await?;
    for SampledOpportunity { opportunity, account, evidence } in sampled {
        let event = opportunity_event(EventKind::EvidenceSampled, opportunity, account).fact("draw_id", draw);
        append(tx, event.fact("evidence_id", evidence)).await?;
    }
    Ok(draw)
}

/// An unknown owner would match nothing without an error. Inactive users are accepted, because they may still own opportunities.
async fn check_draw(tx: &Tx, order: &DrawEvidence) -> Result<Violations> {
    let mut violations = checks::validate(tx, order);
    if let Some(owner) = order.owner_id
        && violations.can_check("/owner_id")
        && identity::users_among(tx, vec![owner.uuid()]).await?.is_empty()
    {
        violations.add("/owner_id", "not_found");
    }
    if let Some(team) = order.team_id
        && violations.can_check("/team_id")
        && identity::lock_team(tx, team).await?.is_none()
    {
        violations.add("/team_id", "not_found");
    }
    Ok(violations)
}

/// Warns that the evidence of an opportunity is not valid: new evidence is required (R-ICHK-87, R-ICHK-88). The salesperson is
/// notified at once (R-ICHK-90). A pending review is completed too.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `archived`; `wrong_status` if it is closed or there is no evidence.
pub async fn warn(tx: &Tx, id: OpportunityId, order: &WarnEvidence) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::EvidenceReview, order).await?;
    let review = evidence::pending_review(tx, &opportunity).await?;
    warn_as(tx, &opportunity, review.as_ref(), order).await
}

/// Accepts the evidence of an opportunity, or withdraws a warning. A pending review is completed too.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `archived`; `wrong_status` if it is closed or there is no evidence.
pub async fn accept(tx: &Tx, id: OpportunityId, order: &Nothing) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::EvidenceReview, order).await?;
    let review = evidence::pending_review(tx, &opportunity).await?;
    let next = opportunity.state().accepted(&evidence::ledger(tx, &opportunity).await?, tx.now)?;
    complete_review(tx, &opportunity, review.as_ref(), Finding { outcome: ReviewOutcome::Accepted, reason: None, next }).await
}

/// Completes a review: the evidence is not valid.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if the review is completed, or the opportunity is closed or has no
/// evidence.
pub async fn warn_review(tx: &Tx, id: EvidenceReviewId, order: &WarnEvidence) -> Result<()> {
    let (review, opportunity) = reviewing(tx, id, order).await?;
    warn_as(tx, &opportunity, Some(&review), order).await
}

/// Completes a review: the evidence is valid. If the opportunity was closed or reopened since, only the review changes.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if the review is completed.
pub async fn accept_review(tx: &Tx, id: EvidenceReviewId, order: &Nothing) -> Result<()> {
    let (review, opportunity) = reviewing(tx, id, order).await?;
    let state = opportunity.state();
    let ledger = evidence::ledger(tx, &opportunity).await?;
    let next = state.accepted(&ledger, tx.now).unwrap_or(state);
    complete_review(tx, &opportunity, Some(&review), Finding { outcome: ReviewOutcome::Accepted, reason: None, next }).await
}

async fn reviewing(tx: &Tx, id: EvidenceReviewId, order: &impl Draft) -> Result<(LockedReview, LockedOpportunity)> {
    let review = lock(tx, id).await?.ok_or(Code::NotFound)?;
    tx.require(Permission::EvidenceReview)?;
    checks::validate(tx, order).into_result(())?;
    review.outcome().may_settle()?;
    let opportunity = lock(tx, review.opportunity_id()).await?.ok_or(Code::NotFound)?;
    Ok((review, opportunity))
}

async fn warn_as(tx: &Tx, opportunity: &LockedOpportunity, review: Option<&LockedReview>, order: &WarnEvidence) -> Result<()> {
    let ledger: Ledger = evidence::ledger(tx, opportunity).await?;
    let next = opportunity.state().warned(&ledger, tx.now)?;
    complete_review(tx, opportunity, review, Finding { outcome: ReviewOutcome::Warned, reason: Some(&order.reason), next })
        .await?;
    let Some(owner) = opportunity.owner_id() else {
        return Ok(());
    };
    let notification =
        NewNotification::new(NotificationKind::EvidenceWarned, owner, opportunity.id()).account(opportunity.account_id());
    notify(tx, &notification.param("name", opportunity.name()).param("reason", &order.reason)).await
}

/// The result of judging the evidence of an opportunity.
struct Finding<'a> {
    outcome: ReviewOutcome,
    reason: Option<&'a Text<500>>,
    next: OpportunityState,
}

async fn complete_review(
    tx: &Tx,
    opportunity: &LockedOpportunity,
    review: Option<&LockedReview>,
    finding: Finding<'_>,
) -> Result<()> {
    let Finding { outcome, reason, next } = finding;
    let before = opportunity.state();
    let at = if next == before { tx.now } else { next.evidence_changed_at };
    let id = match review {
        Some(review) => {
            evidence::complete_review(tx, review, opportunity, outcome, reason, at).await?;
            review.id()
        }
        None => evidence::insert_settled(tx, opportunity, outcome, reason, at).await?,
    };
    let kind = if outcome == ReviewOutcome::Warned { EventKind::EvidenceWarned } else { EventKind::EvidenceAccepted };
    let found = opportunity.event(kind).fact("review_id", id).text("reason", reason);
    let found = found.fact("evidence_status_before", before.evidence_status).fact("evidence_status", next.evidence_status);
    if next == before {
        return Ok(append(tx, found).await?);
    }
    transition::apply(tx, opportunity, &next, found).await
}
