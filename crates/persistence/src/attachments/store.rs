use chot_domain::accounts::AccountId;
use chot_domain::activities::ActivityId;
use chot_domain::attachments::{AttachmentDraft, AttachmentId, Parent};
use chot_domain::identity::UserId;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::Id;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::query::visible;
use super::{StoredFile, row};
use crate::locked::Locked;
use crate::{Col, StoreError, Tx};

/// What a file belongs to: the record that was named, and what that belongs to in turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Belonging {
    /// The activity.
    pub activity: Option<ActivityId>,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The account: named itself, or that of the opportunity or activity.
    pub account: Option<AccountId>,
    /// The opportunity.
    pub opportunity: Option<OpportunityId>,
}

impl Belonging {
    /// The record that was named.
    pub fn parent(&self) -> Option<Parent> {
        let of_record = self.lead.map(Parent::Lead).or(self.opportunity.map(Parent::Opportunity));
        self.activity.map(Parent::Activity).or(of_record).or(self.account.map(Parent::Account))
    }

    /// The lead or opportunity in whose history it stands as well.
    pub fn history(&self) -> Option<Uuid> {
        self.opportunity.map(Id::uuid).or(self.lead.map(Id::uuid))
    }
}

/// A file on a record as it is, locked by the unit of work until its end.
pub type LockedAttachment = Locked<row::Model>;

impl Locked<row::Model> {
    /// What it belongs to.
    pub fn belonging(&self) -> Belonging {
        Belonging {
            activity: self.0.activity_id.map(Id::new),
            lead: self.0.lead_id.map(Id::new),
            account: self.0.account_id.map(Id::new),
            opportunity: self.0.opportunity_id.map(Id::new),
        }
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
    belonging: &Belonging,
    file: &StoredFile,
) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        activity_id: Set(belonging.activity.map(Id::uuid)),
        lead_id: Set(belonging.lead.map(Id::uuid)),
        account_id: Set(belonging.account.map(Id::uuid)),
        opportunity_id: Set(belonging.opportunity.map(Id::uuid)),
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
    file.is_named_now();
    row::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// The files of a lead belong to the account that it became as well, until that is undone.
///
/// # Errors
/// When the database fails.
pub async fn follow_conversion(tx: &Tx, lead: LeadId, account: Option<AccountId>) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::AccountId, Expr::value(account.map(Id::uuid)))
        .col_expr(row::Column::Version, Expr::col(row::Column::Version).add(1))
        .col_expr(row::Column::UpdatedAt, Expr::value(tx.now))
        .filter(row::Column::LeadId.eq(lead.uuid()))
        .exec(&tx.conn)
        .await?;
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
