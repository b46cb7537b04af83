//! Files on records: received, archived, and deleted when no record refers to them.

use chot_domain::attachments::{AttachmentDraft, AttachmentId};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::attachments::{self, IncomingFile, LockedAttachment, StoredFile};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{RelatedRecords, Tx, lock};
use chrono::TimeDelta;
use futures_util::StreamExt;

use crate::reactions::{self, Fact};
use crate::related::{self, Access};
use crate::{Ctx, Engine, Result, checks};

/// A received file with its draft.
pub struct Upload {
    /// The draft.
    pub draft: AttachmentDraft,
    /// The file; `None` if the request has errors.
    pub file: Option<StoredFile>,
}

/// Starts to receive a file from an actor who may upload files. The record of the file is checked later, when the file is
/// complete.
///
/// # Errors
/// `forbidden`; the file storage fails.
pub async fn receive(ctx: &Ctx) -> Result<IncomingFile> {
    ctx.actor.require(Permission::AttachmentsWrite)?;
    Ok(ctx.engine.files.begin(ctx.engine.ids.uuid()).await?)
}

/// Adds a received file to a visible record (R-EDU-73, R-ICHK-83, R-ICHK-84).
///
/// # Errors
/// `forbidden`; violations of the draft, such as a record that is not visible; `archived`.
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
    reactions::run(tx, Fact::FileUploaded { file: id, related: &records }).await?;
    Ok(id)
}

fn attachment_event(kind: EventKind, id: AttachmentId, records: &RelatedRecords) -> NewEvent {
    let event = NewEvent::new(kind, id).parent(records.parent());
    match records.account {
        // Events of a lead appear in the timeline of its account through the lead.
        Some(account) if records.lead.is_none() => event.account(account),
        _ => event,
    }
}

async fn append_event(tx: &Tx, kind: EventKind, attachment: &LockedAttachment) -> Result<()> {
    Ok(append(tx, attachment_event(kind, attachment.id(), &attachment.related())).await?)
}

/// Archives a file. Its content stays stored.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `version_mismatch`.
pub async fn archive(tx: &Tx, id: AttachmentId, seen: Option<i64>) -> Result<()> {
    let attachment = checks::authorize(tx, lock(tx, id).await?, Permission::AttachmentsWrite)?;
    checks::check_editable(&attachment, seen).map_err(checks::gone_if_archived)?;
    chot_persistence::archive(tx, &attachment).await?;
    append_event(tx, EventKind::AttachmentArchived, &attachment).await
}

/// Restores an archived file.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not archived; `archived` if its record is archived.
pub async fn restore(tx: &Tx, id: AttachmentId) -> Result<()> {
    let attachment = checks::require_archived(tx, lock(tx, id).await?, Permission::AttachmentsWrite)?;
    if let Some(record) = attachment.related().named() {
        let found = related::resolve(tx, record, Access::Unscoped).await?;
        checks::not_archived(found.is_some_and(|found| found.is_archived))?;
    }
    chot_persistence::restore(tx, &attachment).await?;
    append_event(tx, EventKind::AttachmentRestored, &attachment).await
}

/// A file without a record is kept this long, because its record may be about to be stored.
pub const PATIENCE: TimeDelta = TimeDelta::days(1);

/// Deletes what dead processes have left: files without a record and unfinished files. Returns the number of files without a
/// record.
///
/// # Errors
/// The file storage fails.
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
