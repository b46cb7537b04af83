use chot_domain::records::RecordRef;
use chot_domain::timers::Due;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::{TimerId, TimerKind, TimerState, row};
use crate::activities::planned_ids;
use crate::storage::locked::{LockRow, write};
use crate::{Col, StoreError, Tx};

/// A timer that is due.
#[derive(Clone, Debug)]
pub struct DueTimer {
    id: Uuid,
    /// The type.
    pub kind: TimerKind,
    /// The record of the timer.
    pub subject_id: Uuid,
    /// Its due time.
    pub due_at: DateTime<Utc>,
}

/// After this number of failures a timer is given up and shown to the administrator.
const ATTEMPTS: i64 = 10;

/// Sets the timers of a record for its new state. Timers of both states stay unchanged.
pub async fn replace(tx: &Tx, subject: Uuid, before: &[Due], after: &[Due]) -> Result<(), StoreError> {
    let new: Vec<Due> = after.iter().copied().filter(|due| !before.contains(due)).collect();
    let gone = before.iter().filter(|due| !after.contains(due));
    let kinds: Vec<TimerKind> = gone.chain(&new).map(|(kind, _)| *kind).collect();
    cancel_all(tx, subject, &kinds).await?;
    insert(tx, &new.iter().map(|(kind, at)| (subject, *kind, *at)).collect::<Vec<_>>()).await
}

/// Sets a timer of a record. A pending one of this type is cancelled first.
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
    row::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Cancels the pending timer of this type of a record, if any.
pub async fn cancel(tx: &Tx, kind: TimerKind, subject: Uuid) -> Result<(), StoreError> {
    cancel_all(tx, subject, &[kind]).await
}

async fn cancel_all(tx: &Tx, subject: Uuid, kinds: &[TimerKind]) -> Result<(), StoreError> {
    // The timer that runs in this unit is completed, not cancelled by its own effects.
    if tx.running_timer().is_some_and(|timer| timer.subject_id == subject && kinds.contains(&timer.kind)) {
        complete(tx).await?;
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let theirs = Condition::all().add(row::Column::SubjectId.eq(subject));
    cancel_where(tx, theirs.add(row::Column::Kind.is_in(kinds.iter().copied().map(Col)))).await
}

/// Cancels the timers of the planned activities related to a record.
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
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// The pending timers that this version of the program can run.
pub(super) fn runnable() -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::State.eq(Col(TimerState::Pending)))
        .filter(row::Column::Kind.is_in(chot_domain::timers::TimerKind::KNOWN.map(Col)))
}

/// The timer with the earliest due time. It is not locked: it comes last in the lock order, after its record. Until then
/// another unit may complete or cancel it; see [`is_pending`] and [`complete`].
pub async fn due(tx: &Tx) -> Result<Option<DueTimer>, StoreError> {
    let due = runnable()
        .filter(row::Column::RunAt.lte(tx.now))
        .order_by_asc(row::Column::RunAt)
        .order_by_asc(row::Column::Id)
        .limit(1)
        .one(&tx.executor())
        .await?;
    let due = due.map(|row| DueTimer { id: row.id, kind: row.kind.0, subject_id: row.subject_id, due_at: row.due_at });
    tx.run_timer(due.clone());
    Ok(due)
}

/// Whether a timer is still pending, once its record is locked.
pub async fn is_pending(tx: &Tx, timer: &DueTimer) -> Result<bool, StoreError> {
    let pending = row::Entity::find_by_id(timer.id).filter(row::Column::State.eq(Col(TimerState::Pending)));
    Ok(pending.select_only().column(row::Column::Id).into_tuple::<Uuid>().one(&tx.executor()).await?.is_some())
}

/// Marks the timer that runs in this unit as done, in the same unit as its action.
///
/// # Errors
/// [`StoreError::TimerGone`] if another unit completed or cancelled it: then nothing of this unit may be stored.
pub async fn complete(tx: &Tx) -> Result<(), StoreError> {
    let Some(timer) = tx.run_timer(None) else {
        return Ok(());
    };
    let done = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(Col(TimerState::Done)))
        .col_expr(row::Column::FinishedAt, Expr::value(tx.now))
        .filter(row::Column::Id.eq(timer.id))
        .filter(row::Column::State.eq(Col(TimerState::Pending)));
    match done.exec(&tx.executor()).await?.rows_affected {
        0 => Err(StoreError::TimerGone),
        _ => Ok(()),
    }
}

/// Records a failure of the timer's action. It is retried later, and finally given up.
pub async fn postpone(tx: &Tx, timer: &DueTimer, error: &str) -> Result<(), StoreError> {
    // Another unit may have completed or cancelled it meanwhile.
    let pending = row::Entity::find_by_id(timer.id).filter(row::Column::State.eq(Col(TimerState::Pending))).lock_row();
    let Some(row) = pending.one(&tx.executor()).await? else {
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

/// Retries a failed timer immediately. Returns whether it exists.
///
/// # Errors
/// When the record already has another pending timer of this type.
pub async fn retry(tx: &Tx, id: TimerId) -> Result<bool, StoreError> {
    let again = row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(Col(TimerState::Pending)))
        .col_expr(row::Column::RunAt, Expr::value(tx.now))
        .col_expr(row::Column::Attempts, Expr::value(0))
        .filter(row::Column::Id.eq(id.uuid()))
        .filter(row::Column::State.eq(Col(TimerState::Failed)));
    Ok(again.exec(&tx.executor()).await?.rows_affected > 0)
}

/// Deletes at most `most` timers that were finished before an instant. Returns the number.
pub async fn delete_finished_before(tx: &Tx, instant: DateTime<Utc>, most: u64) -> Result<u64, StoreError> {
    let finished = [TimerState::Done, TimerState::Cancelled].map(Col);
    let old = row::Entity::find()
        .filter(row::Column::State.is_in(finished))
        .filter(row::Column::FinishedAt.lt(instant))
        .limit(most)
        .select_only()
        .column(row::Column::Id);
    let these = row::Column::Id.in_subquery(old.into_query());
    Ok(row::Entity::delete_many().filter(these).exec(&tx.executor()).await?.rows_affected)
}
