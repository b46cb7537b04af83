use chot_domain::deliveries::{DeliveryId, DeliveryKind, DeliveryState};
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::notifications::NotificationId;
use chot_domain::shared::Id;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, UpdateMany,
};
use serde_json::Value;
use uuid::Uuid;

use super::row::{self, Column};
use crate::notifications::notification;
use crate::storage::locked::Scoped;
use crate::storage::locked::{Locked, write};
use crate::{Col, StoreError, Tx};

/// A delivery to store.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The channel.
    pub kind: DeliveryKind,
    /// The recipient: an address for this channel.
    pub to: String,
    /// The content. The code that sends it defines the format.
    pub payload: Value,
    /// Deliveries with the same key are sent only once.
    pub dedupe_key: String,
    /// The notification in this delivery.
    pub notification: Option<NotificationId>,
}

/// Stores a delivery, unless it was stored before. It is sent after the unit of work is committed.
pub async fn enqueue(tx: &Tx, new: &NewDelivery) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(tx.new_id::<NewDelivery>().uuid()),
        version: Set(1),
        kind: Set(Col(new.kind)),
        recipient: Set(new.to.clone()),
        payload: Set(new.payload.clone()),
        state: Set(Col(DeliveryState::Pending)),
        attempts: Set(0),
        run_at: Set(tx.now),
        claim: Set(None),
        locked_until: Set(None),
        last_error: Set(None),
        dedupe_key: Set(new.dedupe_key.clone()),
        notification_id: Set(new.notification.map(NotificationId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        finished_at: Set(None),
    };
    if new.notification.is_some() {
        tx.write_appends().await?;
    }
    let once = OnConflict::column(Column::DedupeKey).do_nothing().to_owned();
    row::Entity::insert(row).on_conflict(once).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// A delivery that one worker holds until its lease ends.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// The channel.
    pub kind: DeliveryKind,
    /// The recipient.
    pub to: String,
    /// The content.
    pub payload: Value,
    /// The number of this attempt.
    pub attempt: i64,
    claim: Uuid,
}

/// How long a worker holds what it claims. Uses the system clock, because business time can be moved.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The current time.
    pub from: DateTime<Utc>,
    /// When other workers may claim it.
    pub until: DateTime<Utc>,
}

/// Whether no worker holds it at an instant of the system clock.
pub(super) fn is_free(at: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::LockedUntil.is_null()).add(Column::LockedUntil.lte(at))
}

/// Gives up deliveries that were claimed the maximum number of times and whose last attempt has no result: their worker stopped
/// each time. Such a message must not stop workers forever.
pub async fn give_up_abandoned(tx: &Tx, most_attempts: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    released(changing(tx))
        .col_expr(Column::State, Expr::value(Col(DeliveryState::Failed)))
        .col_expr(Column::FinishedAt, Expr::value(tx.now))
        .col_expr(Column::LastError, Expr::value("the worker stopped during each attempt"))
        .filter(Column::State.eq(Col(DeliveryState::Pending)))
        .filter(Column::Attempts.gte(most_attempts))
        .filter(Column::LockedUntil.lte(now))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// Claims due deliveries, earliest first. Concurrent workers skip them. If a lease ends without result, because the worker
/// stopped, the delivery can be claimed again.
pub async fn claim_due(tx: &Tx, most: u64, lease: Lease) -> Result<Vec<ClaimedDelivery>, StoreError> {
    let due = row::Entity::find()
        .filter(Column::State.eq(Col(DeliveryState::Pending)))
        .filter(Column::RunAt.lte(tx.now))
        .filter(Column::Kind.is_in(DeliveryKind::KNOWN.map(Col)))
        .filter(is_free(lease.from))
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let due = due.all(&tx.executor()).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let claim = tx.new_id::<ClaimedDelivery>().uuid();
    changing(tx)
        .col_expr(Column::Claim, Expr::value(claim))
        .col_expr(Column::LockedUntil, Expr::value(lease.until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.is_in(due.iter().map(|row| row.id)))
        .exec(&tx.executor())
        .await?;
    let claimed = due.into_iter().map(|row| ClaimedDelivery {
        id: Id::new(row.id),
        kind: row.kind.0,
        to: row.recipient,
        payload: row.payload,
        attempt: row.attempts + 1,
        claim,
    });
    Ok(claimed.collect())
}

/// Starts an update of several deliveries, with a new version and time.
fn changing(tx: &Tx) -> UpdateMany<row::Entity> {
    row::Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(tx.now))
}

/// Starts an update with the result of an attempt. A worker that has lost its claim changes nothing.
fn attempt_update(tx: &Tx, delivery: &ClaimedDelivery) -> UpdateMany<row::Entity> {
    let mine = Condition::all().add(Column::Id.eq(delivery.id.uuid())).add(Column::Claim.eq(delivery.claim));
    released(changing(tx)).filter(mine)
}

fn released(update: UpdateMany<row::Entity>) -> UpdateMany<row::Entity> {
    update
        .col_expr(Column::Claim, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LockedUntil, Expr::value(Option::<DateTime<Utc>>::None))
}

/// Marks a delivery as sent.
pub async fn mark_sent(tx: &Tx, delivery: &ClaimedDelivery) -> Result<(), StoreError> {
    attempt_update(tx, delivery)
        .col_expr(Column::State, Expr::value(Col(DeliveryState::Sent)))
        .col_expr(Column::FinishedAt, Expr::value(tx.now))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// Maximum length of a stored error.
const ERROR_LENGTH: usize = 500;

/// Records a failed attempt and the time of the next one. Without a next one the delivery is given up.
pub async fn mark_failed(
    tx: &Tx,
    delivery: &ClaimedDelivery,
    error: &str,
    next: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let error: String = error.chars().filter(|c| *c != '\0').take(ERROR_LENGTH).collect();
    let failed = attempt_update(tx, delivery).col_expr(Column::LastError, Expr::value(error));
    let failed = match next {
        Some(next) => failed.col_expr(Column::RunAt, Expr::value(next)),
        None => failed
            .col_expr(Column::State, Expr::value(Col(DeliveryState::Failed)))
            .col_expr(Column::FinishedAt, Expr::value(tx.now)),
    };
    failed.exec(&tx.executor()).await?;
    Ok(())
}

/// Cancels the pending deliveries of a user's notifications, because inactive users get no messages.
pub async fn cancel_of(tx: &Tx, user: UserId) -> Result<(), StoreError> {
    let notified = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::UserId.eq(user.uuid()));
    released(changing(tx))
        .col_expr(Column::State, Expr::value(Col(DeliveryState::Cancelled)))
        .col_expr(Column::FinishedAt, Expr::value(tx.now))
        .filter(Column::State.eq(Col(DeliveryState::Pending)))
        .filter(Column::NotificationId.in_subquery(notified.into_query()))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// A delivery, locked until the end of the unit of work.
pub type LockedDelivery = Locked<row::Model>;

impl Locked<row::Model> {
    /// The state.
    pub fn state(&self) -> DeliveryState {
        self.0.state.0
    }
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::TimersManage)?;
        Ok(Condition::all())
    }
}

/// Makes a delivery due now, with a new series of attempts. A worker that holds it keeps it.
pub async fn retry(tx: &Tx, delivery: &LockedDelivery, state: DeliveryState) -> Result<(), StoreError> {
    let due = row::ActiveModel {
        state: Set(Col(state)),
        attempts: Set(0),
        run_at: Set(tx.now),
        finished_at: Set(None),
        ..delivery.changed(tx)
    };
    write(tx, due).await
}
