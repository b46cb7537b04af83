//! Files on records: taken in, put away, and swept up when no record names them.

use chot_domain::attachments::{AttachmentDraft, AttachmentId};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{EvidenceDraft, EvidenceKind};
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::attachments::{self, IncomingFile, LockedAttachment, StoredFile};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{RelatedRecords, Tx, lock};
use chrono::TimeDelta;
use futures_util::StreamExt;

use crate::opportunities::evidence::submit_automatically;
use crate::related::{self, Access};
use crate::{Ctx, Engine, Result, checks};

/// A file that has been taken in, with what was said about it.
pub struct Upload {
    /// What was said.
    pub draft: AttachmentDraft,
    /// The file; none is kept of a request with faults.
    pub file: Option<StoredFile>,
}

/// Begins to take in a file, from whoever may upload files at all. What the file belongs to is asked when it is there.
///
/// # Errors
/// `forbidden`; when the place for files cannot be used.
pub async fn receive(ctx: &Ctx) -> Result<IncomingFile> {
    ctx.actor.require(Permission::AttachmentsWrite)?;
    Ok(ctx.engine.files.begin(ctx.engine.ids.uuid()).await?)
}

/// Hangs a file that was taken in on a record in sight (R-EDU-73, R-ICHK-83, R-ICHK-84).
///
/// # Errors
/// `forbidden`; every violation of the draft; a record out of sight; `archived`.
pub async fn upload(tx: &Tx, upload: &Upload) -> Result<AttachmentId> {
    tx.require(Permission::AttachmentsWrite)?;
    let Upload { draft, file } = upload;
    let mut violations = checks::validate(tx, draft);
    let mut found = None;
    for record in draft.records() {
        found = related::named(tx, Some(record), &mut violations).await?;
    }
    violations.into_result(())?;
    let (found, file) = found.zip(file.as_ref()).ok_or(Code::NotFound)?;
    checks::not_archived(found.is_archived)?;
    let records = found.related;
    let id = tx.new_id();
    attachments::insert(tx, id, draft, &records, file).await?;
    let event = attachment_event(EventKind::AttachmentUploaded, id, &records).text("file_name", Some(&draft.file));
    let event = event.fact("content_type", file.content_type).fact("size", file.size).fact("category", &draft.category);
    append(tx, event).await?;
    if let (Some(_), Some(opportunity)) = (records.activity, records.opportunity) {
        prove(tx, opportunity, id).await?;
    }
    Ok(id)
}

/// A file on a note or another activity of an opportunity is evidence at once, from whoever may give evidence (R-ICHK-84, A-25).
async fn prove(tx: &Tx, opportunity: OpportunityId, file: AttachmentId) -> Result<()> {
    if !tx.actor.may(Permission::EvidenceWrite) {
        return Ok(());
    }
    let draft = EvidenceDraft { attachment_id: Some(file), ..EvidenceDraft::of(EvidenceKind::File) };
    submit_automatically(tx, opportunity, &draft).await
}

fn attachment_event(kind: EventKind, id: AttachmentId, records: &RelatedRecords) -> NewEvent {
    let event = NewEvent::new(kind, id).parent(records.parent());
    match records.account {
        // What happens on a lead stands in the history of the account that it became because of the lead.
        Some(account) if records.lead.is_none() => event.account(account),
        _ => event,
    }
}

async fn append_event(tx: &Tx, kind: EventKind, attachment: &LockedAttachment) -> Result<()> {
    Ok(append(tx, attachment_event(kind, attachment.id(), &attachment.related())).await?)
}

/// Puts a file into the archive. Its content stays where it is.
///
/// # Errors
/// `not_found` out of sight; `forbidden`; `version_mismatch`.
pub async fn archive(tx: &Tx, id: AttachmentId, seen: Option<i64>) -> Result<()> {
    let attachment = checks::authorize(tx, lock(tx, id).await?, Permission::AttachmentsWrite)?;
    checks::check_editable(&attachment, seen).map_err(checks::gone_if_archived)?;
    chot_persistence::archive(tx, &attachment).await?;
    append_event(tx, EventKind::AttachmentArchived, &attachment).await
}

/// Brings a file back from the archive.
///
/// # Errors
/// `not_found` out of sight; `forbidden`; `wrong_status` if it is not archived; `archived` if its record is.
pub async fn restore(tx: &Tx, id: AttachmentId) -> Result<()> {
    let attachment = checks::require_archived(tx, lock(tx, id).await?, Permission::AttachmentsWrite)?;
    if let Some(record) = attachment.related().named() {
        let found = related::resolve(tx, record, Access::Unscoped).await?;
        checks::not_archived(found.is_some_and(|found| found.is_archived))?;
    }
    chot_persistence::restore(tx, &attachment).await?;
    append_event(tx, EventKind::AttachmentRestored, &attachment).await
}

/// A file that no record names is given so long: its record may be about to be written.
pub const PATIENCE: TimeDelta = TimeDelta::days(1);

/// Takes away what processes that died have left: files that no record names, and those that were never finished. Says how many of the
/// former there were.
///
/// # Errors
/// When the place for files cannot be used.
pub async fn delete_orphans(engine: &Engine, patience: TimeDelta) -> Result<u64> {
    let before = SystemClock.now() - patience;
    let (mut swept, mut kept) = (0, engine.files.kept_before(before)?);
    while let Some(keys) = kept.next().await {
        for key in attachments::orphans(&engine.db, &keys).await? {
            engine.files.remove(&key).await?;
            swept += 1;
        }
    }
    engine.files.remove_unfinished(before).await?;
    Ok(swept)
}
