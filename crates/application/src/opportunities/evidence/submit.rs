use chot_domain::attachments::AttachmentId;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{EvidenceDraft, EvidenceId, EvidenceKind};
use chot_persistence::events::append;
use chot_persistence::opportunities::LockedOpportunity;
use chot_persistence::opportunities::evidence::{self, NewEvidence};
use chot_persistence::{RelatedRecords, Tx, lock_unscoped};

use super::super::load_for;
use crate::{Result, checks, transition};

/// Submits evidence of work on an opportunity (R-ICHK-83). A file or a successful call changes the evidence status at once
/// (R-ICHK-85). Other evidence is only stored (R-ICHK-76).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations of the evidence; `archived`; `wrong_status` if the opportunity is closed.
pub async fn submit(tx: &Tx, id: OpportunityId, draft: &EvidenceDraft) -> Result<EvidenceId> {
    let opportunity = load_for(tx, id, Permission::EvidenceWrite).await?;
    let context = evidence::load_context(tx, &opportunity, draft).await?;
    let mut violations = checks::validate(tx, draft);
    draft.check(&context, &mut violations);
    violations.into_result(())?;
    checks::check_editable(&opportunity, None)?;
    opportunity.state().status.may_take_evidence()?;
    append_entry(tx, &opportunity, draft, draft.proves(&context)).await
}

/// Submits evidence that counts automatically: a call reported by the telephone system, or a file on a note (R-ICHK-85, A-22,
/// Does nothing if it does not count, counts already, or the opportunity is closed.
pub(crate) async fn submit_automatically(tx: &Tx, id: OpportunityId, draft: &EvidenceDraft) -> Result<()> {
    let open = lock_unscoped(tx, id).await?.filter(|found| !found.is_archived());
    let Some(opportunity) = open.filter(|found| found.state().status.may_take_evidence().is_ok()) else {
        return Ok(());
    };
    let context = evidence::load_context(tx, &opportunity, draft).await?;
    if draft.is_automatic_proof(&context) {
        append_entry(tx, &opportunity, draft, true).await?;
    }
    Ok(())
}

async fn append_entry(tx: &Tx, opportunity: &LockedOpportunity, draft: &EvidenceDraft, proves: bool) -> Result<EvidenceId> {
    let (id, before) = (tx.new_id(), opportunity.state());
    let mut new = NewEvidence { id, draft, proves, given_at: tx.now };
    let mut next = before.clone();
    if proves {
        next = before.proved(id, &evidence::ledger(tx, opportunity).await?, tx.now)?;
        new.given_at = next.evidence_changed_at;
    }
    evidence::insert_evidence(tx, opportunity, &new).await?;
    let given = opportunity.event(EventKind::EvidenceGiven).fact("evidence_id", id).fact("evidence_kind", draft.kind);
    let given = given.fact("proves", proves).fact("evidence_status_before", before.evidence_status);
    let given = given.fact("evidence_status", next.evidence_status);
    if proves {
        transition::apply(tx, opportunity, &next, given).await?;
    } else {
        append(tx, given).await?;
    }
    Ok(id)
}

/// Submits a file on a note or another activity of an opportunity as evidence, if the actor may submit evidence (R-ICHK-84,
///
pub(crate) async fn on_file(tx: &Tx, file: AttachmentId, related: &RelatedRecords) -> Result<()> {
    let (Some(_), Some(opportunity)) = (related.activity, related.opportunity) else {
        return Ok(());
    };
    if !tx.actor.may(Permission::EvidenceWrite) {
        return Ok(());
    }
    let draft = EvidenceDraft { attachment_id: Some(file), ..EvidenceDraft::of(EvidenceKind::File) };
    submit_automatically(tx, opportunity, &draft).await
}
