use chot_domain::activities::ActivityStatus;
use chot_domain::identity::{Actor, Permission};
use chot_domain::shared::ColumnValue;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, Order};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ActivityKind;
use super::row::{self, Column};
use crate::storage::part::{Part, json_array, json_id};
use crate::{Col, ReadDb};

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

/// The next planned activity of a record, as a part of its view. Nothing for actors without permission to read activities.
/// `of` is the column of activities that names the record, `record` its identifier.
pub(crate) fn next_activity<V: 'static>(
    db: &dyn ReadDb,
    actor: &Actor,
    of: Column,
    record: impl ColumnTrait,
    set: fn(&mut V, NextActivity),
) -> Option<Part<V>> {
    if !actor.may(Permission::ActivitiesRead) {
        return None;
    }
    let backend = db.executor().get_database_backend();
    let column = |column: Column| column.into_expr();
    let id = json_id(backend, column(Column::Id));
    let members = [id, column(Column::Kind), column(Column::Subject), column(Column::StartsAt)];
    let first = Query::select()
        .expr(json_array(backend, members))
        .from(row::Entity)
        .and_where(Expr::col(of.as_column_ref()).eq(Expr::col(record.as_column_ref())))
        .and_where(column(Column::Status).eq(Col(ActivityStatus::Planned)))
        .and_where(column(Column::ArchivedAt).is_null())
        .order_by_columns([(Column::StartsAt.as_column_ref(), Order::Asc), (Column::Id.as_column_ref(), Order::Asc)])
        .limit(1)
        .to_owned();
    Some(Part::new("next_activity", first, move |view, (id, kind, subject, starts_at): (Uuid, String, String, DateTime<Utc>)| {
        let kind = chot_domain::activities::ActivityKind::from_raw(kind).map(Col);
        if let Some(kind) = kind {
            set(view, NextActivity { id, kind, subject, starts_at });
        }
    }))
}
