use std::borrow::Cow;

use chot_domain::identity::Actor;
use chot_domain::shared::Draft;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{ColumnType, Expr, ExprTrait, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityName, EntityTrait, Iterable, Order, PartialModelTrait, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, Select, Value,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::storage::cursor::CursorBinding;
use crate::storage::part::{Part, read_view, select_view};
use crate::storage::sort::SortKey;
use crate::{ReadDb, StoreError};

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<V> {
    /// The records of this page.
    #[schema(max_items = 200)]
    pub data: Vec<V>,
    /// How to get the next page.
    pub page: PageLinks,
}

impl<V> Page<V> {
    /// The page with each record converted.
    pub(crate) fn map<U>(self, of: impl FnMut(V) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(of).collect(), page: self.page }
    }
}

/// How to get the next page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageLinks {
    /// Send this as `cursor`, with the same filters and sort order, to get the next page. `null` on the last page.
    #[schema(max_length = 2000)]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// Number of all records, if the request contains `include_total=true`. The value 10000 means 10000 or more.
    #[schema(minimum = 0, maximum = 10000)]
    pub total: Option<u64>,
}

/// Maximum number of records per page: 1 to 200. Default: 50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limit(u64);

impl Limit {
    /// The number.
    pub const fn count(self) -> u64 {
        self.0
    }
}

const LARGEST: u64 = 200;

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            limit @ 1..=LARGEST => Ok(Self(limit)),
            _ => Err(serde::de::Error::custom("out_of_range")),
        }
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(200))
            .default(Some(serde_json::json!(50)))
            .build()
            .into()
    }
}

impl ToSchema for Limit {
    fn name() -> Cow<'static, str> {
        "Limit".into()
    }
}

/// The requested page of a list. Every list takes it in addition to its filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Paging {
    /// Maximum number of records per page.
    pub limit: Limit,
    /// `page.next_cursor` of the previous page. Use the same filter and sort order.
    #[schema(max_length = 2000)]
    pub cursor: Option<String>,
    /// If `true`, the response contains the number of all records in `page.total`, up to 10,000.
    pub include_total: Option<bool>,
}

impl Draft for Paging {}

/// The requested page and the actor.
pub(crate) struct PageRequest<'a> {
    pub(super) actor: &'a Actor,
    paging: &'a Paging,
    pub(super) bound_to: &'a [Uuid],
}

impl<'a> PageRequest<'a> {
    /// The page requested by the caller of a list.
    pub const fn new(actor: &'a Actor, paging: &'a Paging) -> Self {
        Self { actor, paging, bound_to: &[] }
    }

    /// Also binds the cursor to these records, which the filter does not contain.
    pub const fn bound_to(self, records: &'a [Uuid]) -> Self {
        Self { bound_to: records, ..self }
    }
}

/// Records that are not archived, or only archived ones.
pub(crate) fn in_archive(archived_at: impl ColumnTrait, asked: Option<bool>) -> SimpleExpr {
    if asked == Some(true) { archived_at.is_not_null() } else { archived_at.is_null() }
}

/// Maximum count of a list.
const COUNTED: u64 = 10_000;

/// Reads one page by keyset: the cost of a page does not depend on its position.
///
/// A cursor is valid only for the filter and sort order it was created with.
pub(crate) async fn page<E, V, S>(
    db: &dyn ReadDb,
    select: Select<E>,
    sort: S,
    filter: &impl Serialize,
    request: PageRequest<'_>,
) -> Result<Page<V>, StoreError>
where
    E: EntityTrait + EntityName + Default,
    V: PartialModelTrait,
    S: SortKey<E>,
{
    page_with_parts(db, select, &[], sort, filter, request).await
}

/// The same for a view with computed parts.
pub(crate) async fn page_with_parts<E, V, S>(
    db: &dyn ReadDb,
    select: Select<E>,
    parts: &[Part<V>],
    sort: S,
    filter: &impl Serialize,
    request: PageRequest<'_>,
) -> Result<Page<V>, StoreError>
where
    E: EntityTrait + EntityName + Default,
    V: PartialModelTrait,
    S: SortKey<E>,
{
    let (column, order) = sort.column();
    let id = identifier::<E>();
    let key = db.keys().cursor.read(db.executor()).await?;
    let binding = CursorBinding::new(key, &E::default(), filter, &request);
    let total = match request.paging.include_total {
        Some(true) => Some(counted(db, select.clone(), id).await?),
        _ => None,
    };
    let mut select = select;
    if let Some(cursor) = &request.paging.cursor {
        let (key, last_id) = binding.decode(cursor)?;
        let key = typed(&key, column.def().get_column_type())?;
        let here = Expr::tuple([column.into_expr(), id.into_expr()]);
        let there = Expr::tuple([SimpleExpr::Value(key), SimpleExpr::Value(last_id.into())]);
        select = select.filter(if order == Order::Desc { here.lt(there) } else { here.gt(there) });
    }
    let select = select_view(select, parts)
        .column_as(column, "key_of_sort")
        .column_as(id, "key_of_record")
        .order_by(column, order.clone())
        .order_by(id, order)
        .limit(request.paging.limit.0 + 1);
    let mut rows = db.executor().query_all(&select.into_query()).await?;
    let has_more = rows.len() as u64 > request.paging.limit.0;
    rows.truncate(usize::try_from(request.paging.limit.0).unwrap_or(usize::MAX));
    let next_cursor = match rows.last() {
        Some(last) if has_more => {
            Some(binding.encode(&key_text(last, column.def().get_column_type())?, last.try_get("", "key_of_record")?))
        }
        _ => None,
    };
    let data = rows.iter().map(|row| read_view(row, parts)).collect::<Result<_, _>>()?;
    Ok(Page { data, page: PageLinks { next_cursor, has_more, total } })
}

/// Reads the one record that a query selects, as a view with computed parts.
pub(crate) async fn one_with_parts<E: EntityTrait, V: PartialModelTrait>(
    db: &dyn ReadDb,
    select: Select<E>,
    parts: &[Part<V>],
) -> Result<Option<V>, StoreError> {
    let row = db.executor().query_one(&select_view(select, parts).into_query()).await?;
    row.map(|row| read_view(&row, parts)).transpose()
}

/// The number of records in a list, up to the limit for counting.
pub(crate) async fn counted<E: EntityTrait>(db: &dyn ReadDb, select: Select<E>, id: E::Column) -> Result<u64, StoreError> {
    let records = select.select_only().column(id).limit(COUNTED).into_query();
    let count = SelectStatement::new().expr_as(Expr::cust("COUNT(*)"), "counted").from_subquery(records, "records").to_owned();
    let row = db.executor().query_one(&count).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get("", "counted"))?;
    Ok(counted.unsigned_abs())
}

fn identifier<E: EntityTrait>() -> E::Column {
    #[expect(clippy::expect_used, reason = "every entity has a primary key, or its derive does not compile")]
    E::PrimaryKey::iter().next().expect("a primary key").into_column()
}

/// The sort key of a row as text, for the cursor.
fn key_text(row: &QueryResult, kind: &ColumnType) -> Result<String, StoreError> {
    Ok(match kind {
        ColumnType::TimestampWithTimeZone => row.try_get::<DateTime<Utc>>("", "key_of_sort")?.to_rfc3339(),
        ColumnType::Date => row.try_get::<NaiveDate>("", "key_of_sort")?.to_string(),
        ColumnType::BigInteger => row.try_get::<i64>("", "key_of_sort")?.to_string(),
        _ => row.try_get::<String>("", "key_of_sort")?,
    })
}

fn typed(key: &str, kind: &ColumnType) -> Result<Value, StoreError> {
    if key.contains('\0') {
        return Err(StoreError::InvalidCursor);
    }
    let value: Option<Value> = match kind {
        ColumnType::TimestampWithTimeZone => key.parse::<DateTime<Utc>>().ok().map(Value::from),
        ColumnType::Date => key.parse::<NaiveDate>().ok().map(Value::from),
        ColumnType::BigInteger => key.parse::<i64>().ok().map(Value::from),
        _ => Some(key.into()),
    };
    value.ok_or(StoreError::InvalidCursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_sort_holds_no_nul() {
        assert!(matches!(typed("a\0b", &ColumnType::Text), Err(StoreError::InvalidCursor)));
        assert!(typed("ab", &ColumnType::Text).is_ok());
    }
}
