use chot_domain::identity::Permission;
use chot_domain::opportunities::evidence::{CheckVerdict, Ledger};
use chot_domain::opportunities::{EvidenceStatus, OpportunityId, losing_releases_account};
use chot_domain::shared::Code;
use chot_persistence::opportunities::evidence;
use chot_persistence::{Tx, lock, lock_unscoped, opportunities};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Result;

/// What the check at 23:59 would decide about an opportunity if it came now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceCheckPreview {
    /// The evidence status now.
    pub evidence_status: EvidenceStatus,
    /// What the check would decide, and why: `missing` and `warned` lose the opportunity, everything else leaves it alone.
    pub verdict: CheckVerdict,
    /// Whether the opportunity would be lost.
    pub would_be_lost: bool,
    /// Whether its account would go back into the pool with it.
    // R-ICHK-79.
    pub would_release_account: bool,
    /// The instant as of which the next check judges; none, while no opportunity wants evidence.
    pub next_check_at: Option<DateTime<Utc>>,
}

/// What the check would decide now and why. Nothing is written.
///
/// # Errors
/// `not_found` out of sight; `forbidden`.
pub async fn forecast(tx: &Tx, id: OpportunityId) -> Result<EvidenceCheckPreview> {
    tx.require(Permission::OpportunitiesRead)?;
    let opportunity = lock(tx, id).await?.ok_or(Code::NotFound)?;
    let policies = &tx.playbook.policies;
    let (state, ledger) = (opportunity.state(), evidence::ledger(tx, &opportunity).await?);
    let is_judged = policies.primary_opportunities_need_evidence && !opportunity.is_archived();
    let ledger = Ledger { is_required: ledger.is_required && is_judged, ..ledger };
    // Entries follow one another, if need be a little after the present moment.
    let verdict = CheckVerdict::at(tx.now.max(state.evidence_changed_at), state.status, &ledger);
    let others = opportunities::primary_open_or_won(tx, opportunity.account_id()).await?.saturating_sub(1);
    let is_owned = lock_unscoped(tx, opportunity.account_id()).await?.is_some_and(|account| account.owner_id().is_some());
    Ok(EvidenceCheckPreview {
        evidence_status: state.evidence_status,
        verdict,
        would_be_lost: verdict.loses(),
        would_release_account: verdict.loses()
            && is_owned
            && losing_releases_account(policies, opportunity.classification(), others),
        next_check_at: evidence::next_cut_off(tx).await?,
    })
}
