//! Files on leads, accounts and opportunities.

use chot_domain::attachments::{AttachmentDraft, AttachmentId, FileType};
use chot_domain::identity::Actor;
use chot_domain::shared::{Violations, read};
use serde_json::{Value, json};

use super::Story;
use super::calendar::Hour;
use super::content::{FileContent, FileOwner};
use super::leads::OpenLead;
use super::opportunities::Sale;
use crate::attachments::{self, Upload};
use crate::{Ctx, Result};

const PDF: &[u8] = include_bytes!("files/document.pdf");
const PICTURE: &[u8] = include_bytes!("files/picture.png");
const TEXT: &[u8] = include_bytes!("files/notes.txt");

impl Story<'_> {
    /// Every salesperson uploads files to a lead, an account and an opportunity.
    pub(super) async fn attach_files(&self, sales: &[Sale], leads: &[OpenLead]) -> Result<()> {
        for seller in self.staff.all_sellers() {
            let sale = sales.iter().find(|sale| sale.is_worked_by(seller));
            let lead = leads.iter().find(|lead| lead.seller == seller.id);
            let files = self.content.files.iter().filter_map(|file| {
                let owner = match file.on {
                    FileOwner::Lead => ("lead_id", json!(lead?.lead)),
                    FileOwner::Account => ("account_id", json!(sale?.account)),
                    FileOwner::Opportunity => ("opportunity_id", json!(sale?.main)),
                };
                Some((file, owner))
            });
            self.upload((-1, 3), &seller.actor, &files.collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    /// Uploads files, each to the record in the given field.
    pub(super) async fn upload(
        &self,
        hour: Hour,
        actor: &Actor,
        files: &[(&FileContent, (&str, Value))],
    ) -> Result<Vec<AttachmentId>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let ctx = self.calendar.on(hour, actor).await?;
        let mut uploads = Vec::new();
        for (file, (member, id)) in files {
            let mut draft = json!({ "file": file.name, "category": file.category, "description": file.description });
            draft[*member] = id.clone();
            uploads.push(store(&ctx, read(draft)?).await?);
        }
        ctx.write(async |tx| {
            let mut uploaded = Vec::new();
            for upload in &uploads {
                uploaded.push(attachments::upload(tx, upload).await?);
            }
            Ok(uploaded)
        })
        .await
    }
}

/// Stores the content that matches the extension of the file name.
async fn store(ctx: &Ctx, draft: AttachmentDraft) -> Result<Upload> {
    let content = match draft.file.as_str().rsplit('.').next() {
        Some("pdf") => PDF,
        Some("png") => PICTURE,
        _ => TEXT,
    };
    let mut incoming = attachments::receive(ctx).await?;
    incoming.write(content).await?;
    let file_type = FileType::check(incoming.content(), &draft.file, None).map_err(|code| Violations::one("/file", code))?;
    let file = incoming.finish(file_type).await?;
    Ok(Upload { draft, file: Some(file) })
}
