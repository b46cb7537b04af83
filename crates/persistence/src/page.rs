use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chot_domain::identity::Actor;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::sea_query::{ColumnType, Expr, ExprTrait, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, EntityName, EntityTrait, Iterable, Order, PartialModelTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Select, Value,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::{Reads, StoreError};

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<V> {
    /// The records of this page.
    #[schema(max_items = 200)]
    pub data: Vec<V>,
    /// How to go on.
    pub page: PageLinks,
}

/// How to go on from a page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageLinks {
    /// Give this as `cursor`, with the same filters and sort, to get the next page. `null` on the last page.
    #[schema(max_length = 2000)]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// How many records the whole list has, if `include_total` asked for it; 10000 means that many or more.
    #[schema(minimum = 0, maximum = 10000)]
    pub total: Option<u64>,
}

/// How many records a page holds: 1 to 200, 50 if not said.
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

/// What a list can be sorted by. Every key is a column without nulls; the identifier breaks ties.
pub trait SortKey<E: EntityTrait>: Serialize + Copy {
    /// The column and the direction.
    fn column(self) -> (E::Column, Order);
}

/// Which page is asked for.
pub struct Ask<'a> {
    /// Who asks; a cursor is good only for its caller.
    pub actor: &'a Actor,
    /// The cursor of the page before.
    pub cursor: Option<&'a str>,
    /// How many records.
    pub limit: Limit,
    /// Whether the whole list is to be counted.
    pub include_total: Option<bool>,
}

/// Lists are counted no further than this.
const COUNTED: u64 = 10_000;

/// Reads one page by keyset: the cost of a page does not grow with its number.
///
/// `bound_to` is the filter, without cursor and limit; a cursor is good only for the filter and the sort that it was made with.
pub(crate) async fn page<E, V, S>(
    reads: &impl Reads,
    select: Select<E>,
    sort: S,
    bound_to: &impl Serialize,
    ask: Ask<'_>,
) -> Result<Page<V>, StoreError>
where
    E: EntityTrait + EntityName + Default,
    V: PartialModelTrait,
    S: SortKey<E>,
{
    let (column, order) = sort.column();
    let id = identifier::<E>();
    let binding = Binding::new(&E::default(), &sort, bound_to, ask.actor);
    let total = match ask.include_total {
        Some(true) => Some(counted(reads, select.clone().select_only().column(id).limit(COUNTED)).await?),
        _ => None,
    };
    let mut select = select;
    if let Some(cursor) = ask.cursor {
        let (key, last_id) = binding.open(cursor)?;
        let key = typed(&key, column.def().get_column_type())?;
        let here = Expr::tuple([column.into_expr(), id.into_expr()]);
        let there = Expr::tuple([SimpleExpr::Value(key), SimpleExpr::Value(last_id.into())]);
        select = select.filter(if order == Order::Desc { here.lt(there) } else { here.gt(there) });
    }
    let select = V::select_cols(select.select_only())
        .column_as(column, "key_of_sort")
        .column_as(id, "key_of_record")
        .order_by(column, order.clone())
        .order_by(id, order)
        .limit(ask.limit.0 + 1);
    let mut rows = select.into_raw(reads).await?;
    let has_more = rows.len() as u64 > ask.limit.0;
    rows.truncate(usize::try_from(ask.limit.0).unwrap_or(usize::MAX));
    let next_cursor = match rows.last() {
        Some(last) if has_more => {
            Some(binding.seal(&key_text(last, column.def().get_column_type())?, last.try_get("", "key_of_record")?))
        }
        _ => None,
    };
    let data = rows.iter().map(|row| V::from_query_result(row, "")).collect::<Result<_, _>>()?;
    Ok(Page { data, page: PageLinks { next_cursor, has_more, total } })
}

async fn counted<E: EntityTrait>(reads: &impl Reads, select: Select<E>) -> Result<u64, StoreError> {
    use sea_orm::{ConnectionTrait, QueryTrait};
    let records = select.into_query();
    let count = SelectStatement::new().expr_as(Expr::cust("COUNT(*)"), "counted").from_subquery(records, "records").to_owned();
    let row = reads.connection().query_one(&count).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get("", "counted"))?;
    Ok(counted.unsigned_abs())
}

/// Reads the rows of a select as they come.
trait IntoRaw {
    async fn into_raw(self, reads: &impl Reads) -> Result<Vec<QueryResult>, StoreError>;
}

impl<E: EntityTrait> IntoRaw for Select<E> {
    async fn into_raw(self, reads: &impl Reads) -> Result<Vec<QueryResult>, StoreError> {
        use sea_orm::{ConnectionTrait, QueryTrait};
        Ok(reads.connection().query_all(&self.into_query()).await?)
    }
}

fn identifier<E: EntityTrait>() -> E::Column {
    #[expect(clippy::expect_used, reason = "every entity has a primary key, or its derive does not compile")]
    E::PrimaryKey::iter().next().expect("a primary key").into_column()
}

/// The sort key of a row as text, for the cursor.
fn key_text(row: &QueryResult, kind: &ColumnType) -> Result<String, StoreError> {
    Ok(match kind {
        ColumnType::TimestampWithTimeZone => row.try_get::<DateTime<Utc>>("", "key_of_sort")?.to_rfc3339(),
        ColumnType::BigInteger => row.try_get::<i64>("", "key_of_sort")?.to_string(),
        _ => row.try_get::<String>("", "key_of_sort")?,
    })
}

fn typed(key: &str, kind: &ColumnType) -> Result<Value, StoreError> {
    let invalid = |_| StoreError::InvalidCursor;
    Ok(match kind {
        ColumnType::TimestampWithTimeZone => key.parse::<DateTime<Utc>>().map_err(|_| StoreError::InvalidCursor)?.into(),
        ColumnType::BigInteger => key.parse::<i64>().map_err(invalid)?.into(),
        _ => key.into(),
    })
}

/// What a cursor is bound to: the list, the sort, the filter and the caller.
struct Binding(Vec<u8>);

const MAC_LENGTH: usize = 16;

impl Binding {
    fn new(table: &impl EntityName, sort: &impl Serialize, filter: &impl Serialize, actor: &Actor) -> Self {
        let bound = (table.table_name(), sort, filter, actor.id(), actor.scope);
        Self(serde_json::to_vec(&bound).unwrap_or_default())
    }

    fn seal(&self, key: &str, id: Uuid) -> String {
        let mut cursor = serde_json::to_vec(&(key, id)).unwrap_or_default();
        let mac = self.mac(&cursor).finalize().into_bytes();
        cursor.extend_from_slice(&mac[..MAC_LENGTH]);
        URL_SAFE_NO_PAD.encode(cursor)
    }

    fn open(&self, cursor: &str) -> Result<(String, Uuid), StoreError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::InvalidCursor)?;
        let split = bytes.len().checked_sub(MAC_LENGTH).ok_or(StoreError::InvalidCursor)?;
        let (keys, mac) = bytes.split_at(split);
        self.mac(keys).verify_truncated_left(mac).map_err(|_| StoreError::InvalidCursor)?;
        serde_json::from_slice(keys).map_err(|_| StoreError::InvalidCursor)
    }

    /// The cursor holds nothing that its caller may not see, so the code only has to catch mistakes and changed filters: its key
    /// need not be secret.
    fn mac(&self, keys: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(b"chot list cursor").expect("a key of any length");
        mac.update(keys);
        mac.update(&self.0);
        mac
    }
}
