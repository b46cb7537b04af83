use chot_domain::opportunities::evidence::{CheckVerdict, Ledger};
use chot_domain::opportunities::{EvidenceStatus, OpportunityId, losing_releases_account};
use chot_domain::shared::Code;
use chot_persistence::opportunities::evidence;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Ctx, Result};

/// What the check at 23:59 would decide about an opportunity if it ran now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceCheckPreview {
    /// The current evidence status.
    pub evidence_status: EvidenceStatus,
    /// The decision and its reason: with `missing` and `warned` the opportunity is lost; with every other value it stays open.
    pub verdict: CheckVerdict,
    /// Whether the opportunity would be lost.
    pub would_be_lost: bool,
    /// Whether its account would also return to the pool.
    // R-ICHK-79.
    pub would_release_account: bool,
    /// The cut-off of the next check; `null` while no opportunity requires evidence.
    pub next_check_at: Option<DateTime<Utc>>,
}

/// Returns what the check would decide now, and why. Nothing is locked or stored.
///
/// # Errors
/// `not_found` if not visible; `forbidden`.
pub async fn check_preview(ctx: &Ctx, id: OpportunityId) -> Result<EvidenceCheckPreview> {
    let context = evidence::check_context(&ctx.engine.db, &ctx.actor, id).await?.ok_or(Code::NotFound)?;
    let (policies, state) = (&ctx.playbook.policies, &context.state);
    let is_checked = policies.primary_opportunities_need_evidence && !context.is_archived;
    let ledger = Ledger { is_required: context.ledger.is_required && is_checked, ..context.ledger };
    // Evidence entries have increasing times, which may be slightly ahead of the clock.
    let verdict = CheckVerdict::at(ctx.engine.clock.now().max(state.evidence_changed_at), state.status, &ledger);
    let others = context.primary_open_or_won.saturating_sub(1);
    Ok(EvidenceCheckPreview {
        evidence_status: state.evidence_status,
        verdict,
        would_be_lost: verdict.loses(),
        would_release_account: verdict.loses()
            && context.has_account_owner
            && losing_releases_account(policies, context.classification, others),
        next_check_at: context.next_check_at,
    })
}
