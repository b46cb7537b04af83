use chot_domain::attachments::{AttachmentDraft, AttachmentId};
use chot_domain::identity::UserId;
use chot_domain::shared::Id;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{StoredFile, row};
use crate::related::RelatedRecords;
use crate::storage::locked::Locked;
use crate::{Col, StoreError, Tx};

/// A file of a record, locked until the end of the unit of work.
pub type LockedAttachment = Locked<row::Model>;

impl Locked<row::Model> {
    /// The related records.
    pub fn related(&self) -> RelatedRecords {
        RelatedRecords {
            activity: self.0.activity_id.map(Id::new),
            lead: self.0.lead_id.map(Id::new),
            account: self.0.account_id.map(Id::new),
            opportunity: self.0.opportunity_id.map(Id::new),
            stage: None,
        }
    }
}

/// Inserts a file. From now on a row refers to its content.
pub async fn insert(
    tx: &Tx,
    id: AttachmentId,
    draft: &AttachmentDraft,
    related: &RelatedRecords,
    file: &StoredFile,
) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        activity_id: Set(related.activity.map(Id::uuid)),
        lead_id: Set(related.lead.map(Id::uuid)),
        account_id: Set(related.account.map(Id::uuid)),
        opportunity_id: Set(related.opportunity.map(Id::uuid)),
        file_name: Set((&draft.file).into()),
        content_type: Set(Col(file.content_type)),
        size: Set(i64::try_from(file.size).unwrap_or(i64::MAX)),
        sha256: Set(file.sha256.clone()),
        storage_key: Set(file.key.clone()),
        category: Set(draft.category.as_ref().map(Into::into)),
        description: Set(draft.description.as_ref().map(Into::into)),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
    };
    file.mark_referenced();
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}
