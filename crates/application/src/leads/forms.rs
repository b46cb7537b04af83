use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{LeadFormDraft, LeadFormId, LeadFormPatch, LeadId, Submission};
use chot_domain::shared::{Code, Id, Violations};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::leads::{self, FormByKey, MatchKeys};
use chot_persistence::{Tx, lock_unscoped};
use chrono::TimeDelta;

use super::{edit, transitions};
use crate::{Result, checks, secrets};

/// Creates a web form with its own public key.
///
/// # Errors
/// `forbidden`; violations of the draft.
pub async fn create_form(tx: &Tx, draft: &LeadFormDraft) -> Result<LeadFormId> {
    tx.require(Permission::LeadFormsWrite)?;
    check(tx, draft).await?.into_result(())?;
    let id = tx.new_id();
    leads::insert_form(tx, id, &format!("form_{}", secrets::random_name(16)?), draft).await?;
    append(tx, NewEvent::new(EventKind::LeadFormCreated, id)).await?;
    Ok(id)
}

/// Updates a web form.
///
/// # Errors
/// `forbidden`; `not_found`; violations of the result; `version_mismatch`.
pub async fn update_form(tx: &Tx, id: LeadFormId, patch: &LeadFormPatch, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::LeadFormsWrite)?;
    let form = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    let patched = checks::patched(tx, patch, &form.draft(), async |after| check(tx, after).await).await?;
    form.expect_version(seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    leads::update_form(tx, &form, &after).await?;
    let updated = NewEvent::new(EventKind::LeadFormUpdated, id);
    Ok(append(tx, updated.changes(changed)).await?)
}

async fn check(tx: &Tx, draft: &LeadFormDraft) -> Result<Violations> {
    let mut violations = checks::validate(tx, draft);
    if let Some(product) = draft.product_id {
        checks::require_product(tx, product, "/product_id", &mut violations).await?;
    }
    Ok(violations)
}

/// Adds all submitted fields, including those that fill no field of the lead.
fn sent(event: NewEvent, submission: &Submission) -> NewEvent {
    submission.iter().fold(event, |event, (field, value)| event.text(field, Some(value)))
}

/// The result of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// A new lead.
    Created(LeadId),
    /// The person or company is already a lead, which the caller may or may not see.
    Duplicate {
        /// The existing lead.
        lead: LeadId,
        /// Whether the caller may see that lead.
        is_visible: bool,
    },
    /// A robot sent it; it was discarded.
    Trapped,
}

/// Stores a submission of a web form. If a lead has the same telephone number or e-mail address, no second lead is created; the
/// submission is stored in any case.
///
/// # Errors
/// Violations, in terms of the form's own fields; `form_quota_exceeded`.
pub async fn submit(tx: &Tx, form: &FormByKey, submission: &Submission) -> Result<Received> {
    tx.require(Permission::LeadsCreate)?;
    if form.draft.is_trapped(submission) {
        return Ok(Received::Trapped);
    }
    // One submission per form at a time. Otherwise concurrent submissions could exceed the quota or create the same lead twice.
    let rules = lock_unscoped(tx, form.id).await?.map(|form| form.draft());
    let rules = rules.filter(|rules| rules.is_active).ok_or(Code::NotFound)?;
    let draft = rules.lead(submission, &tx.playbook, tx.now)?;
    let taken = leads::submissions_since(tx, form.id, tx.now - TimeDelta::hours(1)).await?;
    if taken >= u64::try_from(rules.quota_per_hour).unwrap_or_default() {
        return Err(Code::FormQuotaExceeded.into());
    }
    let matches = leads::suspected_leads(tx, &MatchKeys::contact_keys(&draft)).await?;
    let known = matches.first().map(|suspect| Id::new(suspect.id));
    let received = match known {
        Some(lead) => {
            append(tx, sent(NewEvent::new(EventKind::LeadSubmittedAgain, lead), submission).fact("form_id", form.id)).await?;
            transitions::take_up_junk(tx, lead).await?;
            let is_visible = tx.actor.may(Permission::LeadsRead) && leads::is_visible(tx, &tx.actor, lead).await?;
            Received::Duplicate { lead, is_visible }
        }
        None => {
            let lead = edit::insert(tx, &draft, Some(form.id)).await?;
            append(tx, sent(NewEvent::new(EventKind::LeadSubmitted, lead), submission).fact("form_id", form.id)).await?;
            Received::Created(lead)
        }
    };
    if let Received::Created(lead) | Received::Duplicate { lead, .. } = received {
        leads::keep_submission(tx, form.id, lead, known.is_some(), submission).await?;
    }
    Ok(received)
}
