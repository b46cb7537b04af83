use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement, SimpleExpr};
use sea_orm::{DbBackend, DbErr, EntityTrait, PartialModelTrait, QueryResult, QuerySelect, Select};
use serde::de::DeserializeOwned;

use crate::StoreError;

/// A member of a view that a subquery of the same statement computes as a JSON array, such as the next activity of a lead.
pub(crate) struct Part<V> {
    name: &'static str,
    subquery: SelectStatement,
    set: Setter<V>,
}

/// Reads a value from JSON and stores it in a view.
type Setter<V> = Box<dyn Fn(&mut V, &str) -> serde_json::Result<()> + Send + Sync>;

impl<V> Part<V> {
    /// A member of a view. The subquery returns one value made by [`json_array`] or [`json_list`], or none; `set` receives it.
    pub fn new<T: DeserializeOwned>(
        name: &'static str,
        subquery: SelectStatement,
        set: impl Fn(&mut V, T) + Send + Sync + 'static,
    ) -> Self {
        let set = move |view: &mut V, json: &str| serde_json::from_str(json).map(|value| set(view, value));
        Self { name, subquery, set: Box::new(set) }
    }

    fn read(&self, view: &mut V, row: &QueryResult) -> Result<(), StoreError> {
        let Some(json) = row.try_get::<Option<String>>("", self.name)? else {
            return Ok(());
        };
        let unreadable = |error: serde_json::Error| DbErr::Type(format!("{}: {error}", self.name));
        Ok((self.set)(view, &json).map_err(unreadable)?)
    }
}

/// Selects the columns of a view and its parts.
pub(crate) fn select_view<E: EntityTrait, V: PartialModelTrait>(select: Select<E>, parts: &[Part<V>]) -> Select<E> {
    let mut select = V::select_cols(select.select_only());
    for part in parts {
        QuerySelect::query(&mut select).expr_as(SimpleExpr::from(part.subquery.clone()), part.name);
    }
    select
}

/// Reads a view and its parts from a row.
pub(crate) fn read_view<V: PartialModelTrait>(row: &QueryResult, parts: &[Part<V>]) -> Result<V, StoreError> {
    let mut view = V::from_query_result(row, "")?;
    for part in parts {
        part.read(&mut view, row)?;
    }
    Ok(view)
}

/// A JSON array of values, as text.
pub(crate) fn json_array(backend: DbBackend, values: impl IntoIterator<Item = SimpleExpr>) -> SimpleExpr {
    text(backend, "json_build_array", "json_array", values)
}

/// A JSON array with the values of all rows, as text.
pub(crate) fn json_list(backend: DbBackend, value: SimpleExpr) -> SimpleExpr {
    text(backend, "json_agg", "json_group_array", [value])
}

/// An identifier as a value in JSON.
pub(crate) fn json_id(backend: DbBackend, id: SimpleExpr) -> SimpleExpr {
    match backend {
        DbBackend::Sqlite => Func::cust("hex").arg(id).into(),
        _ => id,
    }
}

fn text(
    backend: DbBackend,
    postgres: &'static str,
    sqlite: &'static str,
    values: impl IntoIterator<Item = SimpleExpr>,
) -> SimpleExpr {
    match backend {
        DbBackend::Sqlite => Func::cust(sqlite).args(values).into(),
        _ => Expr::expr(Func::cust(postgres).args(values)).cast_as("text"),
    }
}
