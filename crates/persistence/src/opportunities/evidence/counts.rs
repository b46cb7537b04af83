use chot_domain::playbook::LOST_BY_RULE;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, UnionType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::checks::wanting;
use crate::opportunities::row;
use crate::{StoreError, Tx};

/// The number of opportunities that were open and required evidence at the cut-off: those still open, and those that users
/// closed since. One statement counts both, so that one closed meanwhile is counted once.
pub async fn wanted_at(tx: &Tx, cut_off: DateTime<Utc>) -> Result<u64, StoreError> {
    let open = row::Entity::find().filter(wanting()).filter(row::Column::OpenSince.lte(cut_off));
    let mut wanted = open.select_only().column(row::Column::Id);
    let closed = closed(cut_off).select_only().column(row::Column::Id).into_query();
    QuerySelect::query(&mut wanted).union(UnionType::All, closed);
    Ok(wanted.count(&tx.executor()).await?)
}

/// The number of opportunities that required evidence at the cut-off and that users closed since.
pub async fn closed_since(tx: &Tx, cut_off: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(closed(cut_off).count(&tx.executor()).await?)
}

fn closed(cut_off: DateTime<Utc>) -> Select<row::Entity> {
    let by_people = Condition::any().add(row::Column::LostReason.is_null()).add(row::Column::LostReason.ne(LOST_BY_RULE));
    row::Entity::find()
        .filter(Expr::cust("opportunities.closed_at IS NOT NULL AND opportunities.evidence_status IN ('missing', 'warned')"))
        .filter(row::Column::ClosedAt.gt(cut_off))
        .filter(row::Column::OpenSince.lte(cut_off))
        .filter(row::Column::ArchivedAt.is_null())
        .filter(by_people)
}
