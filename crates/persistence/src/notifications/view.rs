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

/// Something that a user was told.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "notification::Entity")]
#[schema(as = NotificationFacts)]
pub struct NotificationView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// 1 while it is unread; counts up when it is read. The `ETag` says the same.
    pub version: i64,
    /// What it tells of. New words may appear; `title` and `text` are always there.
    pub kind: NotificationKind,
    /// What kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record that it is about; of several, the first.
    #[schema(format = Uuid)]
    pub subject_id: Uuid,
    /// The account to which the record belongs.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// What the words are made with, such as the name of the record as it was then.
    #[schema(value_type = Object)]
    pub params: Value,
    /// What kind of thing acted.
    pub actor_kind: ActorKind,
    /// Who acted; nobody, if it was the system.
    #[schema(format = Uuid)]
    pub actor_id: Option<Uuid>,
    /// The name of the user who acted, or for whom an API key acted.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub actor_name: Option<String>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it was read; `null` while it is unread.
    pub read_at: Option<DateTime<Utc>>,
}

/// Which notifications are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct NotificationFilter {
    /// Only what was read, or only what was not.
    pub is_read: Option<bool>,
    /// Only notifications of this kind.
    #[param(inline)]
    pub kind: Option<chot_domain::notifications::NotificationKind>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for NotificationFilter {}

/// What the actor was told. Nobody reads what another was told, whatever their role.
pub(super) fn own(actor: &Actor) -> Select<notification::Entity> {
    let user = actor.user().map(UserId::uuid).unwrap_or_default();
    notification::Entity::find().filter(Column::UserId.eq(user))
}

/// One page of what the actor was told.
///
/// # Errors
/// When the cursor is not of this list.
pub async fn list(
    db: &impl ReadDb,
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

/// One thing that the actor was told.
pub async fn find(db: &impl ReadDb, actor: &Actor, id: NotificationId) -> Result<Option<NotificationView>, StoreError> {
    actor.require(Permission::NotificationsRead)?;
    let select = own(actor).left_join(user::Entity).filter(Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(db.executor()).await?)
}

/// How much of what the actor was told is unread, counted as far as lists are counted.
pub async fn unread(db: &impl ReadDb, actor: &Actor) -> Result<u64, StoreError> {
    actor.require(Permission::NotificationsRead)?;
    counted(db, own(actor).filter(Column::ReadAt.is_null()), Column::Id).await
}
