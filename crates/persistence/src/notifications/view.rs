use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::notifications::NotificationId;
use chot_domain::shared::Draft;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::NotificationKind;
use super::row::notification::{self, Column};
use crate::events::{ActorKind, SubjectKind};
use crate::identity::user;
use crate::storage::page::{PageRequest, Paging, counted, page};
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError};

/// A notification of a user.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "notification::Entity")]
#[schema(as = NotificationFacts)]
pub struct NotificationView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number: 1 while unread, higher after reading. The `ETag` contains it.
    pub version: i64,
    /// Type of the notification. New values may be added; `title` and `text` are always present.
    pub kind: NotificationKind,
    /// The kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record it is about; the first one if there are several.
    #[schema(format = Uuid)]
    pub subject_id: Uuid,
    /// The account of that record.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// Values used in the text, such as the name of the record at that time.
    #[schema(value_type = Object)]
    pub params: Value,
    /// The kind of actor.
    pub actor_kind: ActorKind,
    /// The actor; `null` for the system.
    #[schema(format = Uuid)]
    pub actor_id: Option<Uuid>,
    /// Name of the user who acted, or for whom an API key acted.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub actor_name: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was read; `null` while unread.
    pub read_at: Option<DateTime<Utc>>,
}

/// Filter for notifications.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct NotificationFilter {
    /// Only read or only unread notifications.
    pub is_read: Option<bool>,
    /// Only notifications of this type.
    #[param(inline)]
    pub kind: Option<chot_domain::notifications::NotificationKind>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for NotificationFilter {}

/// The actor's own notifications. Nobody can read those of another user, in any role.
pub(super) fn own(actor: &Actor) -> Select<notification::Entity> {
    let user = actor.user().map(UserId::uuid).unwrap_or_default();
    notification::Entity::find().filter(Column::UserId.eq(user))
}

/// One page of the actor's notifications.
///
/// # Errors
/// `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &NotificationFilter,
    paging: &Paging,
) -> Result<Page<NotificationView>, StoreError> {
    actor.require(Permission::NotificationsRead)?;
    let select = own(actor)
        .left_join(user::Entity)
        .apply_if(filter.is_read, |select, is_read| {
            select.filter(if is_read { Column::ReadAt.is_not_null() } else { Column::ReadAt.is_null() })
        })
        .apply_if(filter.kind, |select, kind| select.filter(Column::Kind.eq(Col(kind))));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One of the actor's notifications.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: NotificationId) -> Result<Option<NotificationView>, StoreError> {
    actor.require(Permission::NotificationsRead)?;
    let select = own(actor).left_join(user::Entity).filter(Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// The number of the actor's unread notifications, up to the limit for counting lists.
pub async fn unread(db: &dyn ReadDb, actor: &Actor) -> Result<u64, StoreError> {
    actor.require(Permission::NotificationsRead)?;
    counted(db, own(actor).filter(Column::ReadAt.is_null()), Column::Id).await
}
