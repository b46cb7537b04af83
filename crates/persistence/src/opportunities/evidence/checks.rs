use chot_domain::accounts::AccountId;
use chot_domain::identity::{Actor, Permission};
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{self as domain, EvidenceCheckId};
use chot_domain::shared::{Draft, Id, Json};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DerivePartialModel, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::check;
use super::{CheckFailures, CheckState};
use crate::opportunities::row;
use crate::storage::locked::{LockRow, write};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::SortKey;
use crate::{Col, Page, ReadDb, StoreError, Tx};

/// The evidence check of one business date, and its results.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "check::Entity")]
#[schema(as = EvidenceCheck)]
pub struct EvidenceCheckView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// The date that is checked at its end.
    pub business_date: NaiveDate,
    /// The cut-off: 23:59:00 of that date in the organisation's time zone. Only evidence before it counts.
    pub cut_off_at: DateTime<Utc>,
    /// Waiting, running or done.
    pub state: CheckState,
    /// Number of open opportunities that required evidence at the cut-off.
    pub checked: i64,
    /// Number of these that were closed as lost, because they had no evidence.
    pub lost: i64,
    /// Number of accounts that were returned to the pool as a result.
    pub released: i64,
    /// Number of opportunities without valid evidence that users closed between the cut-off and the check.
    pub already_closed: i64,
    /// The opportunities that could not be checked, because their data is faulty. They stay unchanged.
    #[schema(value_type = Vec<domain::CheckFailure>, max_items = 10_000)]
    pub failures: CheckFailures,
    /// When it started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Filter for checks.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CheckFilter {
    /// Only checks with this state; `waiting` is the next one.
    #[param(inline)]
    pub state: Option<domain::CheckState>,
    /// Sort order. Default: latest date first.
    #[param(inline)]
    pub sort: CheckSort,
}

impl Draft for CheckFilter {}

/// Sort orders of checks.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum CheckSort {
    /// Latest date first.
    #[default]
    #[serde(rename = "-business_date")]
    LatestFirst,
    /// Earliest date first.
    #[serde(rename = "business_date")]
    EarliestFirst,
}

impl SortKey<check::Entity> for CheckSort {
    fn column(self) -> (check::Column, Order) {
        match self {
            Self::LatestFirst => (check::Column::BusinessDate, Order::Desc),
            Self::EarliestFirst => (check::Column::BusinessDate, Order::Asc),
        }
    }
}

/// One page of the checks, for actors who review evidence or manage timers.
///
/// # Errors
/// `forbidden` without permission to review evidence or to manage timers; `invalid_cursor`.
pub async fn list_checks(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &CheckFilter,
    paging: &Paging,
) -> Result<Page<EvidenceCheckView>, StoreError> {
    if !actor.may(Permission::TimersManage) {
        actor.require(Permission::EvidenceReview)?;
    }
    let select = check::Entity::find().apply_if(filter.state, |select, value| select.filter(check::Column::State.eq(Col(value))));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// The results of a check so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckCounts {
    /// Number of open opportunities that required evidence at the cut-off.
    pub checked: i64,
    /// Number of opportunities closed as lost.
    pub lost: i64,
    /// Number of accounts returned to the pool.
    pub released: i64,
    /// Number of opportunities that were already closed since the cut-off.
    pub already_closed: i64,
}

/// A check that is not done, locked until the end of the unit of work.
pub struct LockedCheck(check::Model);

impl LockedCheck {
    /// Its identifier.
    pub fn id(&self) -> EvidenceCheckId {
        Id::new(self.0.id)
    }

    /// The date that is checked at its end.
    pub fn business_date(&self) -> NaiveDate {
        self.0.business_date
    }

    /// The cut-off.
    pub fn cut_off_at(&self) -> DateTime<Utc> {
        self.0.cut_off_at
    }

    /// Whether it has not started yet.
    pub fn is_waiting(&self) -> bool {
        self.0.state.0 == domain::CheckState::Waiting
    }

    /// The results so far.
    pub fn counts(&self) -> CheckCounts {
        let row = &self.0;
        CheckCounts { checked: row.checked, lost: row.lost, released: row.released, already_closed: row.already_closed }
    }
}

/// Whether a check is waiting or running.
pub async fn is_check_planned(db: &dyn ReadDb) -> Result<bool, StoreError> {
    Ok(next_cut_off(db).await?.is_some())
}

/// The cut-off of the waiting or running check.
pub async fn next_cut_off(db: &dyn ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    let unfinished = check::Entity::find().filter(Expr::cust("evidence_checks.state <> 'done'"));
    Ok(unfinished.select_only().column(check::Column::CutOffAt).into_tuple().one(&db.executor()).await?)
}

/// The newest check: its date and state.
pub async fn newest_check(db: &dyn ReadDb) -> Result<Option<(NaiveDate, domain::CheckState)>, StoreError> {
    let newest = check::Entity::find().order_by_desc(check::Column::BusinessDate).select_only();
    let newest = newest.columns([check::Column::BusinessDate, check::Column::State]);
    let found: Option<(NaiveDate, CheckState)> = newest.into_tuple().one(&db.executor()).await?;
    Ok(found.map(|(date, state)| (date, state.0)))
}

/// Plans the check of a date.
///
/// # Errors
/// When the date is already planned.
pub async fn plan_check(tx: &Tx, business_date: NaiveDate, cut_off_at: DateTime<Utc>) -> Result<EvidenceCheckId, StoreError> {
    let id: EvidenceCheckId = tx.new_id();
    let row = check::ActiveModel {
        id: Set(id.uuid()),
        business_date: Set(business_date),
        cut_off_at: Set(cut_off_at),
        state: Set(Col(domain::CheckState::Waiting)),
        checked_up_to: Set(None),
        checked: Set(0),
        lost: Set(0),
        released: Set(0),
        already_closed: Set(0),
        failures: Set(Col(Json(Vec::new()))),
        started_at: Set(None),
        finished_at: Set(None),
        created_at: Set(tx.now),
    };
    check::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(id)
}

/// Locks a check; `None` if it is done.
pub async fn lock_check(tx: &Tx, id: EvidenceCheckId) -> Result<Option<LockedCheck>, StoreError> {
    let row = check::Entity::find_by_id(id.uuid()).lock_row().one(&tx.executor()).await?;
    Ok(row.filter(|row| row.state.0 != domain::CheckState::Done).map(LockedCheck))
}

/// Stores the progress of a check: everything up to this opportunity is processed and will not be processed again for that
/// date.
pub async fn advance_check(tx: &Tx, check: &LockedCheck, up_to: OpportunityId, counts: &CheckCounts) -> Result<(), StoreError> {
    let row = check::ActiveModel {
        state: Set(Col(domain::CheckState::Running)),
        checked_up_to: Set(Some(up_to.uuid())),
        ..progressed(tx, check, counts)
    };
    write(tx, row).await
}

/// Records an opportunity that the check could not process.
pub async fn note_failure(tx: &Tx, check: &LockedCheck, failure: domain::CheckFailure) -> Result<(), StoreError> {
    let mut failures = check.0.failures.0.0.clone();
    failures.push(failure);
    let row = check::ActiveModel { id: Set(check.0.id), failures: Set(Col(Json(failures))), ..Default::default() };
    write(tx, row).await
}

/// Marks a check as done.
pub async fn finish_check(tx: &Tx, check: &LockedCheck, counts: &CheckCounts) -> Result<(), StoreError> {
    let row = check::ActiveModel {
        state: Set(Col(domain::CheckState::Done)),
        finished_at: Set(Some(tx.now)),
        ..progressed(tx, check, counts)
    };
    write(tx, row).await
}

fn progressed(tx: &Tx, check: &LockedCheck, counts: &CheckCounts) -> check::ActiveModel {
    check::ActiveModel {
        id: Set(check.0.id),
        checked: Set(counts.checked),
        lost: Set(counts.lost),
        released: Set(counts.released),
        already_closed: Set(counts.already_closed),
        started_at: Set(check.0.started_at.or(Some(tx.now))),
        ..Default::default()
    }
}

/// Open opportunities that require evidence. The condition is worded like that of the index.
pub(super) fn wanting() -> SimpleExpr {
    Expr::cust(
        "opportunities.status = 'open' AND opportunities.evidence_status <> 'not_required' AND opportunities.archived_at IS NULL",
    )
}

/// When the opportunity was opened that has required evidence for the longest time.
pub async fn earliest_wanting(db: &dyn ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    let earliest = row::Entity::find().filter(wanting()).order_by_asc(row::Column::OpenSince);
    let column = earliest.select_only().column(row::Column::OpenSince).limit(1);
    Ok(column.into_tuple().one(&db.executor()).await?)
}

/// The next opportunities to check, ordered by identifier: those without evidence now, and those whose evidence changed after
/// the cut-off. Found by one index scan.
pub async fn candidates(tx: &Tx, check: &LockedCheck, most: u64) -> Result<Vec<(OpportunityId, AccountId)>, StoreError> {
    let doubtful = Condition::any()
        .add(Expr::cust("opportunities.evidence_status <> 'provided'"))
        .add(row::Column::EvidenceChangedAt.gt(check.0.cut_off_at));
    let select = row::Entity::find()
        .filter(wanting())
        .filter(doubtful)
        .filter(row::Column::OpenSince.lte(check.0.cut_off_at))
        .apply_if(check.0.checked_up_to, |select, last| select.filter(row::Column::Id.gt(last)))
        .order_by_asc(row::Column::Id)
        .limit(most)
        .select_only()
        .columns([row::Column::Id, row::Column::AccountId]);
    let found: Vec<(Uuid, Uuid)> = select.into_tuple().all(&tx.executor()).await?;
    Ok(found.into_iter().map(|(id, account)| (Id::new(id), Id::new(account))).collect())
}
