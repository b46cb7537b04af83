use std::collections::HashMap;

use chot_domain::activities::ActivityStatus;
use chot_domain::identity::{Actor, Permission};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ActivityKind;
use super::row::{self, Column};
use crate::{Col, ReadDb, StoreError};

/// The next planned activity with a customer.
// R-ICHK-57.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NextActivity {
    /// The activity.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Type of the activity.
    pub kind: ActivityKind,
    /// Subject.
    #[schema(max_length = 200, example = "Gọi lại chốt hợp đồng")]
    pub subject: String,
    /// Start. If it is in the past, the activity is overdue.
    pub starts_at: DateTime<Utc>,
}

/// The next planned activity of each record, with one query for all. Empty for actors without permission to read activities.
/// `of` is the column of the record kind.
pub(crate) async fn next_of(
    db: &dyn ReadDb,
    actor: &Actor,
    of: Column,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, NextActivity>, StoreError> {
    if ids.is_empty() || !actor.may(Permission::ActivitiesRead) {
        return Ok(HashMap::new());
    }
    let earlier = Alias::new("earlier");
    let theirs = |column: Column| Expr::col((earlier.clone(), column));
    let mine = |column: Column| Expr::col((row::Entity, column));
    let comes_earlier = Query::select()
        .expr(Expr::val(1))
        .from_as(row::Entity, earlier.clone())
        .and_where(theirs(of).eq(mine(of)))
        .and_where(theirs(Column::Status).eq(Col(ActivityStatus::Planned)))
        .and_where(theirs(Column::ArchivedAt).is_null())
        .and_where(
            Expr::tuple([theirs(Column::StartsAt), theirs(Column::Id)])
                .lt(Expr::tuple([mine(Column::StartsAt), mine(Column::Id)])),
        )
        .to_owned();
    let first = row::Entity::find()
        .filter(of.is_in(ids))
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::ArchivedAt.is_null())
        .filter(Expr::exists(comes_earlier).not())
        .select_only()
        .columns([of, Column::Id, Column::Kind, Column::Subject, Column::StartsAt]);
    let rows: Vec<(Uuid, Uuid, ActivityKind, String, DateTime<Utc>)> = first.into_tuple().all(&db.executor()).await?;
    let next = |(record, id, kind, subject, starts_at)| (record, NextActivity { id, kind, subject, starts_at });
    Ok(rows.into_iter().map(next).collect())
}
