use chot_domain::records::RecordRef;
use chot_domain::timers::Due;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::{TimerId, TimerKind, TimerState, row};
use crate::activities::planned_ids;
use crate::storage::locked::{LockRow, write};
use crate::{Col, StoreError, Tx};

/// A timer whose time has come.
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

/// Sets what falls due for a record as its new state has it. A timer that both states have is left alone.
pub async fn replace(tx: &Tx, subject: Uuid, before: &[Due], after: &[Due]) -> Result<(), StoreError> {
    let new: Vec<Due> = after.iter().copied().filter(|due| !before.contains(due)).collect();
    let gone = before.iter().filter(|due| !after.contains(due));
    let kinds: Vec<TimerKind> = gone.chain(&new).map(|(kind, _)| *kind).collect();
    cancel_all(tx, subject, &kinds).await?;
    insert(tx, &new.iter().map(|(kind, at)| (subject, *kind, *at)).collect::<Vec<_>>()).await
}

/// Sets the timer of that kind for a record; one that is pending is cancelled first.
pub async fn set(tx: &Tx, kind: TimerKind, subject: Uuid, due_at: DateTime<Utc>) -> Result<(), StoreError> {
    replace(tx, subject, &[], &[(kind, due_at)]).await
}

async fn insert(tx: &Tx, timers: &[(Uuid, TimerKind, DateTime<Utc>)]) -> Result<(), StoreError> {
    if timers.is_empty() {
        return Ok(());
    }
    let rows = timers.iter().map(|(subject, kind, due_at)| row::ActiveModel {
        id: Set(tx.new_id::<DueTimer>().uuid()),
        kind: Set(Col(*kind)),
        subject_id: Set(*subject),
        due_at: Set(*due_at),
        run_at: Set(*due_at),
        state: Set(Col(TimerState::Pending)),
        attempts: Set(0),
        last_error: Set(None),
        created_at: Set(tx.now),
        finished_at: Set(None),
    });
    row::Entity::insert_many(rows).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Cancels the pending timer of that kind for a record, if there is one.
pub async fn cancel(tx: &Tx, kind: TimerKind, subject: Uuid) -> Result<(), StoreError> {
    cancel_all(tx, subject, &[kind]).await
}

async fn cancel_all(tx: &Tx, subject: Uuid, kinds: &[TimerKind]) -> Result<(), StoreError> {
    // The timer that runs in this unit has done its work: it is not cancelled by what it did.
    if tx.running_timer().is_some_and(|timer| timer.subject_id == subject && kinds.contains(&timer.kind)) {
        complete(tx).await?;
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let theirs = Condition::all().add(row::Column::SubjectId.eq(subject));
    cancel_where(tx, theirs.add(row::Column::Kind.is_in(kinds.iter().copied().map(Col)))).await
}

/// Cancels what falls due for the planned activities that are related to a record.
pub async fn cancel_below(tx: &Tx, record: RecordRef) -> Result<(), StoreError> {
    let theirs = Condition::all().add(row::Column::SubjectId.in_subquery(planned_ids(record)));
    cancel_where(tx, theirs.add(row::Column::Kind.eq(Col(TimerKind::ActivityDue)))).await
}

async fn cancel_where(tx: &Tx, which: Condition) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(Col(TimerState::Cancelled)))
        .col_expr(row::Column::FinishedAt, Expr::value(tx.now))
        .filter(which)
        .filter(row::Column::State.eq(Col(TimerState::Pending)))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// The timer that has been due longest. It is not locked: it comes last in the lock order, and its record is locked first. Until then
/// another unit may complete or cancel it; see [`is_pending`] and [`complete`].
pub async fn due(tx: &Tx) -> Result<Option<DueTimer>, StoreError> {
    let due = row::Entity::find()
        .filter(row::Column::State.eq(Col(TimerState::Pending)))
        .filter(row::Column::RunAt.lte(tx.now))
        .order_by_asc(row::Column::RunAt)
        .order_by_asc(row::Column::Id)
        .limit(1)
        .one(&tx.conn)
        .await?;
    let due = due.map(|row| DueTimer { id: row.id, kind: row.kind.0, subject_id: row.subject_id, due_at: row.due_at });
    tx.run_timer(due.clone());
    Ok(due)
}

/// Whether a timer still waits, once its record is locked.
pub async fn is_pending(tx: &Tx, timer: &DueTimer) -> Result<bool, StoreError> {
    let pending = row::Entity::find_by_id(timer.id).filter(row::Column::State.eq(Col(TimerState::Pending)));
    Ok(pending.select_only().column(row::Column::Id).into_tuple::<Uuid>().one(&tx.conn).await?.is_some())
}

/// Notes that the action of the timer that runs in this unit was done, in the unit in which it was done.
///
/// # Errors
/// [`StoreError::TimerGone`] if another unit has completed or cancelled it: then nothing of this unit may be stored.
pub async fn complete(tx: &Tx) -> Result<(), StoreError> {
    let Some(timer) = tx.run_timer(None) else {
        return Ok(());
    };
    let done = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(Col(TimerState::Done)))
        .col_expr(row::Column::FinishedAt, Expr::value(tx.now))
        .filter(row::Column::Id.eq(timer.id))
        .filter(row::Column::State.eq(Col(TimerState::Pending)));
    match done.exec(&tx.conn).await?.rows_affected {
        0 => Err(StoreError::TimerGone),
        _ => Ok(()),
    }
}

/// Notes that the timer's verb failed; it is tried again later, and given up in the end.
pub async fn postpone(tx: &Tx, timer: &DueTimer, error: &str) -> Result<(), StoreError> {
    // Somebody may have completed it or taken it back meanwhile.
    let pending = row::Entity::find_by_id(timer.id).filter(row::Column::State.eq(Col(TimerState::Pending))).lock_row();
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
/// When the same falls due for the same record once more already.
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
