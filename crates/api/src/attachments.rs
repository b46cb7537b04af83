use actix_web::{HttpRequest, HttpResponse, delete, get, post, web::Path};
use chot_application::attachments as actions;
use chot_domain::attachments::{AttachmentDraft, AttachmentId};
use chot_domain::identity::Actor;
use chot_domain::shared::{Code, Nothing};
use chot_persistence::attachments::{self, AttachmentFilter, AttachmentView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::download::{self, FileContent};
use crate::web::extract::{Caller, FileForm, IfMatch, List, OptionalBody};
use crate::web::problem::ApiError;
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("attachments", "Files on leads, accounts, opportunities and activities.")];

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(upload).service(get_one).service(content).service(archive).service(restore);
}

impl Record for AttachmentView {
    type Id = AttachmentId;
    const PATH: &'static str = "/api/v1/attachments";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: AttachmentId) -> Result<Option<Self>, StoreError> {
        attachments::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: AttachmentId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List attachments.
///
/// Returns the files of the records that you may see. With `lead_id`, `account_id`, `opportunity_id` or `activity_id`, returns
/// those of one record.
#[utoipa::path(tag = "attachments", operation_id = "listAttachments", security(("bearer" = ["attachments:read"])),
    params(AttachmentFilter), responses((status = 200, body = Page<AttachmentView>)))]
#[get("/attachments")]
async fn list(caller: Caller, query: List<AttachmentFilter>) -> HandlerResult {
    caller.list(query, attachments::list).await
}

/// Upload a file.
///
/// Adds a file to a lead, an account, an opportunity or an activity. Send a form with the part `file` and exactly one of the four
/// identifiers. Accepted are pictures, PDF, Office documents, plain text and CSV in UTF-8, audio, video and ZIP, up to 25 MiB. The
/// content decides the type: a file is refused if its name or its declared media type does not match its content.
#[utoipa::path(tag = "attachments", operation_id = "uploadAttachment", security(("bearer" = ["attachments:write"])),
    request_body(content = AttachmentDraft, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView)))]
#[post("/attachments")]
async fn upload(caller: Caller, form: FileForm) -> HandlerResult {
    let body = form.receive(&caller.ctx).await?;
    caller.create::<AttachmentView, _>(&body, actions::upload).await
}

/// Get an attachment.
///
/// Returns name, type, size and record of the file. Its content is at `/content` below.
#[utoipa::path(tag = "attachments", operation_id = "getAttachment", security(("bearer" = ["attachments:read"])),
    responses((status = 200, body = AttachmentView)))]
#[get("/attachments/{attachment_id}")]
async fn get_one(caller: Caller, id: Path<AttachmentId>) -> HandlerResult {
    caller.read::<AttachmentView>(*id).await
}

/// Download the content of an attachment.
///
/// Returns the content with the media type of the file, if you may see its record. With `Range: bytes=FIRST-LAST`, returns one
/// part with 206, or 416 if the range is beyond the end. The `ETag` is the SHA-256 of the content. The content of a file never
/// changes.
#[utoipa::path(tag = "attachments", operation_id = "downloadAttachment", security(("bearer" = ["attachments:read"])),
    params( ("Range" = Option<String>, Header, description = "The part that is wanted, such as `bytes=0-1023`; several parts are answered with the whole."), ("If-Range" = Option<String>, Header, description = "The `ETag` of the file of which you have parts: if it is another file by now, the whole is answered."), ),
    responses( (status = 200, description = "The whole file.", content_type = "application/octet-stream", body = FileContent), (status = 206, description = "The part that was asked for; `Content-Range` says which.", content_type = "application/octet-stream", body = FileContent), ))]
#[get("/attachments/{attachment_id}/content")]
async fn content(request: HttpRequest, caller: Caller, id: Path<AttachmentId>) -> Result<HttpResponse, ApiError> {
    let kept = attachments::content(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    download::answer(&request, &caller.ctx.engine.files, &kept).await
}

/// Archive an attachment.
///
/// Removes the attachment from lists. It can be restored.
#[utoipa::path(tag = "attachments", operation_id = "archiveAttachment", security(("bearer" = ["attachments:write"])),
    responses((status = 204)))]
#[delete("/attachments/{attachment_id}")]
async fn archive(caller: Caller, id: Path<AttachmentId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<AttachmentView>(*id, &seen, actions::archive).await
}

/// Restore an attachment.
///
/// Restores an archived attachment.
#[utoipa::path(tag = "attachments", operation_id = "restoreAttachment", security(("bearer" = ["attachments:write"])),
    responses((status = 200, body = AttachmentView)))]
#[post("/attachments/{attachment_id}/restore")]
async fn restore(caller: Caller, id: Path<AttachmentId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<AttachmentView, _>(*id, &body, async |tx, id, _| actions::restore(tx, id).await).await
}
