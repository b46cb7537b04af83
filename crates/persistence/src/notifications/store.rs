use chot_domain::identity::{Actor, UserId};
use chot_domain::notifications::{NewNotification, NotificationId};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryTrait};
use serde_json::Value;

use super::row::notification::{self, Column};
use crate::storage::locked::Scoped;
use crate::storage::locked::{Locked, write};
use crate::{Col, StoreError, Tx};

/// A notification, locked until the end of the unit of work.
pub type LockedNotification = Locked<notification::Model>;

impl Locked<notification::Model> {
    /// Whether it was read.
    pub fn is_read(&self) -> bool {
        self.0.read_at.is_some()
    }
}

/// Inserts a notification.
pub async fn insert(tx: &Tx, id: NotificationId, notification: &NewNotification) -> Result<(), StoreError> {
    let row = notification::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        user_id: Set(notification.user.uuid()),
        kind: Set(Col(notification.kind)),
        subject_kind: Set(Col(notification.subject_kind)),
        subject_id: Set(notification.subject_id),
        account_id: Set(notification.account.map(|account| account.uuid())),
        params: Set(Value::Object(notification.params.clone())),
        actor_kind: Set(Col(tx.actor.kind())),
        actor_id: Set(tx.actor.id()),
        actor_user_id: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        read_at: Set(None),
    };
    tx.append(row).await
}

impl Scoped for notification::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        Ok(Condition::all().add(Column::UserId.eq(actor.user().map(UserId::uuid).unwrap_or_default())))
    }
}

/// Marks a notification as read.
pub async fn mark_read(tx: &Tx, locked: &LockedNotification) -> Result<(), StoreError> {
    write(tx, notification::ActiveModel { read_at: Set(Some(tx.now)), ..locked.changed(tx) }).await
}

/// Marks all notifications of a user created before an instant as read. Returns the number.
pub async fn mark_all_read(tx: &Tx, user: UserId, before: Option<DateTime<Utc>>) -> Result<u64, StoreError> {
    let unread = notification::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(tx.now))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::ReadAt.is_null())
        .apply_if(before, |update, before| update.filter(Column::CreatedAt.lt(before)));
    Ok(unread.exec(&tx.executor()).await?.rows_affected)
}
