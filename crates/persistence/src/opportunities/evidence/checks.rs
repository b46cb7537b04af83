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

/// The check of one business date, and what it did.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "check::Entity")]
#[schema(as = EvidenceCheck)]
pub struct EvidenceCheckView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// The date whose end it judges.
    pub business_date: NaiveDate,
    /// The instant as of which it judges: 23:59:00 of that date in the organisation's time zone.
    pub cut_off_at: DateTime<Utc>,
    /// How far it has come.
    pub state: CheckState,
    /// How many open opportunities wanted evidence at the cut-off.
    pub checked: i64,
    /// How many of them were lost for want of evidence.
    pub lost: i64,
    /// How many accounts went back into the pool with them.
    pub released: i64,
    /// How many would have been lost, but somebody closed them between the cut-off and the check.
    pub already_closed: i64,
    /// The opportunities that it could not judge, because their records are broken. They are left as they are.
    #[schema(value_type = Vec<domain::CheckFailure>, max_items = 10_000)]
    pub failures: CheckFailures,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which checks are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CheckFilter {
    /// Only checks in this state; `waiting` is the next one.
    #[param(inline)]
    pub state: Option<domain::CheckState>,
    /// The order; the latest date first, if not said.
    #[param(inline)]
    pub sort: CheckSort,
}

impl Draft for CheckFilter {}

/// What checks can be sorted by.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum CheckSort {
    /// The latest date first.
    #[default]
    #[serde(rename = "-business_date")]
    LatestFirst,
    /// The earliest date first.
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

/// One page of the checks: for those who review evidence, and for those who look after what falls due.
///
/// # Errors
/// `forbidden` without either right; when the cursor is not of this list.
pub async fn list_checks(
    db: &impl ReadDb,
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

/// What a check has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckCounts {
    /// How many open opportunities wanted evidence at the cut-off.
    pub checked: i64,
    /// How many were lost.
    pub lost: i64,
    /// How many accounts went back into the pool.
    pub released: i64,
    /// How many somebody had closed since the cut-off.
    pub already_closed: i64,
}

/// A check that is not over, locked by the unit of work until its end.
pub struct LockedCheck(check::Model);

impl LockedCheck {
    /// Its identifier.
    pub fn id(&self) -> EvidenceCheckId {
        Id::new(self.0.id)
    }

    /// The date whose end it judges.
    pub fn business_date(&self) -> NaiveDate {
        self.0.business_date
    }

    /// The instant as of which it judges.
    pub fn cut_off_at(&self) -> DateTime<Utc> {
        self.0.cut_off_at
    }

    /// Whether it has judged nothing yet.
    pub fn is_waiting(&self) -> bool {
        self.0.state.0 == domain::CheckState::Waiting
    }

    /// What it has done so far.
    pub fn counts(&self) -> CheckCounts {
        let row = &self.0;
        CheckCounts { checked: row.checked, lost: row.lost, released: row.released, already_closed: row.already_closed }
    }
}

/// Whether a check is to come or under way.
pub async fn is_check_planned(db: &impl ReadDb) -> Result<bool, StoreError> {
    Ok(next_cut_off(db).await?.is_some())
}

/// The instant as of which the next check judges, or the one under way.
pub async fn next_cut_off(db: &impl ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    let unfinished = check::Entity::find().filter(Expr::cust("evidence_checks.state <> 'done'"));
    Ok(unfinished.select_only().column(check::Column::CutOffAt).into_tuple().one(db.executor()).await?)
}

/// The newest check: its date, and where it stands.
pub async fn newest_check(db: &impl ReadDb) -> Result<Option<(NaiveDate, domain::CheckState)>, StoreError> {
    let newest = check::Entity::find().order_by_desc(check::Column::BusinessDate).select_only();
    let newest = newest.columns([check::Column::BusinessDate, check::Column::State]);
    let found: Option<(NaiveDate, CheckState)> = newest.into_tuple().one(db.executor()).await?;
    Ok(found.map(|(date, state)| (date, state.0)))
}

/// Plans the check of a date.
///
/// # Errors
/// When the date was planned before.
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
    check::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(id)
}

/// Locks a check; nothing, if it is over.
pub async fn lock_check(tx: &Tx, id: EvidenceCheckId) -> Result<Option<LockedCheck>, StoreError> {
    let row = check::Entity::find_by_id(id.uuid()).lock_row().one(&tx.conn).await?;
    Ok(row.filter(|row| row.state.0 != domain::CheckState::Done).map(LockedCheck))
}

/// Writes how far a check has come: everything up to this opportunity is judged, and will not be judged again for that date.
pub async fn advance_check(tx: &Tx, check: &LockedCheck, up_to: OpportunityId, counts: &CheckCounts) -> Result<(), StoreError> {
    let row = check::ActiveModel {
        state: Set(Col(domain::CheckState::Running)),
        checked_up_to: Set(Some(up_to.uuid())),
        ..progressed(tx, check, counts)
    };
    write(tx, row).await
}

/// Notes an opportunity that a check could not judge.
pub async fn note_failure(tx: &Tx, check: &LockedCheck, failure: domain::CheckFailure) -> Result<(), StoreError> {
    let mut failures = check.0.failures.0.0.clone();
    failures.push(failure);
    let row = check::ActiveModel { id: Set(check.0.id), failures: Set(Col(Json(failures))), ..Default::default() };
    write(tx, row).await
}

/// Writes that a check is over.
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

/// Open opportunities of which evidence is wanted, in the words of the index that holds them.
pub(super) fn wanting() -> SimpleExpr {
    Expr::cust(
        "opportunities.status = 'open' AND opportunities.evidence_status <> 'not_required' AND opportunities.archived_at IS NULL",
    )
}

/// When the opportunity was opened that has wanted evidence for the longest time.
pub async fn earliest_wanting(db: &impl ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    let earliest = row::Entity::find().filter(wanting()).order_by_asc(row::Column::OpenSince);
    let column = earliest.select_only().column(row::Column::OpenSince).limit(1);
    Ok(column.into_tuple().one(db.executor()).await?)
}

/// The next opportunities that a check has to look at, in the order of their identifiers: those without evidence now, and those whose
/// evidence changed after the cut-off. Found by one walk along an index.
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
    let found: Vec<(Uuid, Uuid)> = select.into_tuple().all(&tx.conn).await?;
    Ok(found.into_iter().map(|(id, account)| (Id::new(id), Id::new(account))).collect())
}
