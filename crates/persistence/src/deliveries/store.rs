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

/// Something that has to leave the house.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// By which way.
    pub kind: DeliveryKind,
    /// To whom: an address of that way.
    pub to: String,
    /// What is sent; it is understood by who sends it.
    pub payload: Value,
    /// What is said by this name is sent once, however often it is asked for.
    pub dedupe_key: String,
    /// The notification that it carries.
    pub notification: Option<NotificationId>,
}

/// Writes what has to leave the house, unless it was written before. It leaves once the unit of work is committed.
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
    let once = OnConflict::column(Column::DedupeKey).do_nothing().to_owned();
    row::Entity::insert(row).on_conflict(once).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// A delivery in the hands of one worker, until its lease ends.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// By which way it leaves.
    pub kind: DeliveryKind,
    /// To whom.
    pub to: String,
    /// What is sent.
    pub payload: Value,
    /// Which attempt this is.
    pub attempt: i64,
    claim: Uuid,
}

/// For how long a worker has what it claims, by the machine's clock: business time may be moved.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Now.
    pub from: DateTime<Utc>,
    /// When others may take it over.
    pub until: DateTime<Utc>,
}

/// Whether no worker has it at an instant, by the machine's clock.
pub(super) fn is_free(at: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::LockedUntil.is_null()).add(Column::LockedUntil.lte(at))
}

/// Gives up what has been claimed as often as it may be tried and has no result of its last attempt: each time its worker died. One
/// such message must not kill workers for ever.
pub async fn give_up_abandoned(tx: &Tx, most_attempts: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    released(changing(tx))
        .col_expr(Column::State, Expr::value(Col(DeliveryState::Failed)))
        .col_expr(Column::FinishedAt, Expr::value(tx.now))
        .col_expr(Column::LastError, Expr::value("the worker stopped during each attempt"))
        .filter(Column::State.eq(Col(DeliveryState::Pending)))
        .filter(Column::Attempts.gte(most_attempts))
        .filter(Column::LockedUntil.lte(now))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// Claims what is due, the longest due first. Workers that come at the same time skip it; when the lease ends without a result, because
/// the worker died, it is claimed anew.
pub async fn claim_due(tx: &Tx, most: u64, lease: Lease) -> Result<Vec<ClaimedDelivery>, StoreError> {
    let due = row::Entity::find()
        .filter(Column::State.eq(Col(DeliveryState::Pending)))
        .filter(Column::RunAt.lte(tx.now))
        .filter(is_free(lease.from))
        .order_by_asc(Column::RunAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let due = due.all(&tx.conn).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let claim = tx.new_id::<ClaimedDelivery>().uuid();
    changing(tx)
        .col_expr(Column::Claim, Expr::value(claim))
        .col_expr(Column::LockedUntil, Expr::value(lease.until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.is_in(due.iter().map(|row| row.id)))
        .exec(&tx.conn)
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

/// The beginning of a change of several deliveries: the version counted up, the time.
fn changing(tx: &Tx) -> UpdateMany<row::Entity> {
    row::Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(tx.now))
}

/// The beginning of what is written about an attempt. Who has lost the claim meanwhile writes nothing.
fn attempt_update(tx: &Tx, delivery: &ClaimedDelivery) -> UpdateMany<row::Entity> {
    let mine = Condition::all().add(Column::Id.eq(delivery.id.uuid())).add(Column::Claim.eq(delivery.claim));
    released(changing(tx)).filter(mine)
}

fn released(update: UpdateMany<row::Entity>) -> UpdateMany<row::Entity> {
    update
        .col_expr(Column::Claim, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LockedUntil, Expr::value(Option::<DateTime<Utc>>::None))
}

/// Notes that a delivery has left the house.
pub async fn mark_sent(tx: &Tx, delivery: &ClaimedDelivery) -> Result<(), StoreError> {
    attempt_update(tx, delivery)
        .col_expr(Column::State, Expr::value(Col(DeliveryState::Sent)))
        .col_expr(Column::FinishedAt, Expr::value(tx.now))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// What is kept of an error.
const ERROR_LENGTH: usize = 500;

/// Notes that an attempt failed, and when the next one is; without a next one the delivery is given up.
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
    failed.exec(&tx.conn).await?;
    Ok(())
}

/// Takes back what has not left yet of what a user is told: who no longer works here is not written to.
pub async fn cancel_of(tx: &Tx, user: UserId) -> Result<(), StoreError> {
    let told = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::UserId.eq(user.uuid()));
    released(changing(tx))
        .col_expr(Column::State, Expr::value(Col(DeliveryState::Cancelled)))
        .col_expr(Column::FinishedAt, Expr::value(tx.now))
        .filter(Column::State.eq(Col(DeliveryState::Pending)))
        .filter(Column::NotificationId.in_subquery(told.into_query()))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// A delivery, locked until the end of the unit of work.
pub type LockedDelivery = Locked<row::Model>;

impl Locked<row::Model> {
    /// Where it stands.
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

/// Writes that a delivery is due now, with all its attempts before it. A worker that has it at present keeps it.
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
