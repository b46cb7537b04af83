use chot_domain::accounts::AccountId;
use chot_domain::attachments::{AttachmentDraft, AttachmentId, Parent};
use chot_domain::identity::UserId;
use chot_domain::shared::Id;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::query::visible;
use super::{StoredFile, row};
use crate::locked::Locked;
use crate::{Col, StoreError, Tx};

/// A file on a record as it is, locked by the unit of work until its end.
pub type LockedAttachment = Locked<row::Model>;

impl Locked<row::Model> {
    /// The record that it belongs to.
    pub fn parent(&self) -> Option<Parent> {
        let row = &self.0;
        let of_account = row.account_id.map(|id| Parent::Account(Id::new(id)));
        let of_opportunity = row.opportunity_id.map(|id| Parent::Opportunity(Id::new(id)));
        row.lead_id.map(|id| Parent::Lead(Id::new(id))).or(of_opportunity).or(of_account)
    }

    /// The customer to whose history it belongs.
    pub fn account_id(&self) -> Option<AccountId> {
        self.0.account_id.map(Id::new)
    }
}

/// Writes down a new file. From now on its content is named.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &Tx,
    id: AttachmentId,
    draft: &AttachmentDraft,
    account_id: Option<AccountId>,
    file: &StoredFile,
) -> Result<(), StoreError> {
    let AttachmentDraft { file: file_name, lead_id, account_id: _, opportunity_id, category, description } = draft;
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        lead_id: Set(lead_id.map(Id::uuid)),
        account_id: Set(account_id.map(Id::uuid)),
        opportunity_id: Set(opportunity_id.map(Id::uuid)),
        file_name: Set(file_name.into()),
        content_type: Set(Col(file.content_type)),
        size: Set(i64::try_from(file.size).unwrap_or(i64::MAX)),
        sha256: Set(file.sha256.clone()),
        storage_key: Set(file.key.clone()),
        category: Set(category.as_ref().map(Into::into)),
        description: Set(description.as_ref().map(Into::into)),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
    };
    file.is_named_now();
    row::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Locks a file on a record that the actor may see.
///
/// # Errors
/// `forbidden` without the right to read files; when the database fails.
pub async fn lock(tx: &Tx, id: AttachmentId) -> Result<Option<LockedAttachment>, StoreError> {
    let seen = visible(&tx.actor)?.filter(row::Column::Id.eq(id.uuid())).lock_exclusive();
    Ok(seen.one(&tx.conn).await?.map(Locked))
}
