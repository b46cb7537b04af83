use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::{TimerId, TimerKind, TimerState, row};
use crate::locked::write;
use crate::{Col, StoreError, Tx};

/// A timer whose time has come, locked by the unit of work that claimed it.
#[derive(Clone, Debug)]
pub struct DueTimer {
    id: Uuid,
    /// What falls due.
    pub kind: TimerKind,
    /// The record it falls due for.
    pub subject_id: Uuid,
    /// When it fell due.
    pub due_at: DateTime<Utc>,
}

/// After so many failures a timer is given up and shown to the administrator.
const ATTEMPTS: i64 = 10;

/// Sets the timer of that kind for a record; one that is pending is taken back first.
///
/// # Errors
/// When the database fails.
pub async fn set(tx: &Tx, kind: TimerKind, subject_id: Uuid, due_at: DateTime<Utc>) -> Result<(), StoreError> {
    cancel(tx, kind, subject_id).await?;
    let row = row::ActiveModel {
        id: Set(tx.new_id::<DueTimer>().uuid()),
        kind: Set(Col(kind)),
        subject_id: Set(subject_id),
        due_at: Set(due_at),
        run_at: Set(due_at),
        state: Set(Col(TimerState::Pending)),
        attempts: Set(0),
        last_error: Set(None),
        created_at: Set(tx.now),
        finished_at: Set(None),
    };
    row::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Sets the timer of that kind for a record to when it falls due now, or takes it back if it does not any more.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &Tx, kind: TimerKind, subject_id: Uuid, due_at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    match due_at {
        Some(due_at) => set(tx, kind, subject_id, due_at).await,
        None => cancel(tx, kind, subject_id).await,
    }
}

/// Takes back the pending timer of that kind for a record, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn cancel(tx: &Tx, kind: TimerKind, subject_id: Uuid) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(Col(TimerState::Cancelled)))
        .col_expr(row::Column::FinishedAt, Expr::value(tx.now))
        .filter(row::Column::Kind.eq(Col(kind)))
        .filter(row::Column::SubjectId.eq(subject_id))
        .filter(row::Column::State.eq(Col(TimerState::Pending)))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// Claims the timer that has been due longest. Workers that come at the same time skip it.
///
/// # Errors
/// When the database fails.
pub async fn claim_due(tx: &Tx) -> Result<Option<DueTimer>, StoreError> {
    let due = row::Entity::find()
        .filter(row::Column::State.eq(Col(TimerState::Pending)))
        .filter(row::Column::RunAt.lte(tx.now))
        .order_by_asc(row::Column::RunAt)
        .order_by_asc(row::Column::Id)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&tx.conn)
        .await?;
    Ok(due.map(|row| DueTimer { id: row.id, kind: row.kind.0, subject_id: row.subject_id, due_at: row.due_at }))
}

/// Notes that the timer's verb has run, in the unit of work in which it ran.
///
/// # Errors
/// When the database fails.
pub async fn complete(tx: &Tx, timer: &DueTimer) -> Result<(), StoreError> {
    let done = row::ActiveModel {
        id: Set(timer.id),
        state: Set(Col(TimerState::Done)),
        finished_at: Set(Some(tx.now)),
        ..Default::default()
    };
    write(tx, done).await
}

/// Notes that the timer's verb failed; it is tried again later, and given up in the end.
///
/// # Errors
/// When the database fails.
pub async fn postpone(tx: &Tx, timer: &DueTimer, error: &str) -> Result<(), StoreError> {
    // Somebody may have completed it or taken it back meanwhile.
    let pending = row::Entity::find_by_id(timer.id).filter(row::Column::State.eq(Col(TimerState::Pending))).lock_exclusive();
    let Some(row) = pending.one(&tx.conn).await? else {
        return Ok(());
    };
    let attempts = row.attempts + 1;
    let state = if attempts >= ATTEMPTS { TimerState::Failed } else { TimerState::Pending };
    let later = tx.now + TimeDelta::seconds(1 << attempts.min(ATTEMPTS));
    let failed = row::ActiveModel {
        id: Set(timer.id),
        attempts: Set(attempts),
        run_at: Set(later),
        state: Set(Col(state)),
        last_error: Set(Some(error.chars().take(500).collect())),
        ..Default::default()
    };
    write(tx, failed).await
}

/// Gives a timer that was given up another go, at once. Says whether there is one.
///
/// # Errors
/// When the database fails, or the same falls due for the same record once more already.
pub async fn retry(tx: &Tx, id: TimerId) -> Result<bool, StoreError> {
    let again = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(Col(TimerState::Pending)))
        .col_expr(row::Column::RunAt, Expr::value(tx.now))
        .col_expr(row::Column::Attempts, Expr::value(0))
        .filter(row::Column::Id.eq(id.uuid()))
        .filter(row::Column::State.eq(Col(TimerState::Failed)));
    Ok(again.exec(&tx.conn).await?.rows_affected > 0)
}

/// Deletes timers that were finished before an instant, `most` of them at a time, and returns how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_finished_before(tx: &Tx, instant: DateTime<Utc>, most: u64) -> Result<u64, StoreError> {
    let finished = [TimerState::Done, TimerState::Cancelled].map(Col);
    let old = row::Entity::find()
        .filter(row::Column::State.is_in(finished))
        .filter(row::Column::FinishedAt.lt(instant))
        .limit(most)
        .select_only()
        .column(row::Column::Id);
    let these = row::Column::Id.in_subquery(old.into_query());
    Ok(row::Entity::delete_many().filter(these).exec(&tx.conn).await?.rows_affected)
}
