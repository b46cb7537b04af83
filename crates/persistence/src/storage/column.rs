use std::borrow::Cow;
use std::ops::Deref;

use chot_domain::shared::ColumnValue;
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64, TryGetError, TryGetable, Value};
use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A domain value in a column. It implements all traits of the database driver, for all such values.
///
/// Rows and views use an alias without parameters (`pub type LeadStatus = Col<domain::LeadStatus>`). The contract uses the name
/// of the alias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Col<T>(pub T);

impl<T> Deref for Col<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ColumnValue> From<Col<T>> for Value
where
    T::Raw: Into<Self>,
{
    fn from(column: Col<T>) -> Self {
        column.0.raw().into()
    }
}

impl<T: ColumnValue> TryGetable for Col<T>
where
    T::Raw: TryGetable,
{
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let raw = T::Raw::try_get_by(row, index)?;
        T::from_raw(raw)
            .map(Self)
            .ok_or_else(|| TryGetError::DbErr(DbErr::Type("a column holds a word that is not known".into())))
    }
}

impl<T: ColumnValue> ValueType for Col<T>
where
    T::Raw: ValueType,
{
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <T::Raw as ValueType>::try_from(value).and_then(|raw| T::from_raw(raw).map(Self).ok_or(ValueTypeErr))
    }

    fn type_name() -> String {
        T::Raw::type_name()
    }

    fn array_type() -> ArrayType {
        T::Raw::array_type()
    }

    fn column_type() -> ColumnType {
        T::Raw::column_type()
    }
}

impl<T: ColumnValue> Nullable for Col<T>
where
    T::Raw: Nullable,
{
    fn null() -> Value {
        T::Raw::null()
    }
}

impl<T: ColumnValue> IntoActiveValue<Self> for Col<T>
where
    T::Raw: Into<Value>,
{
    fn into_active_value(self) -> ActiveValue<Self> {
        ActiveValue::Set(self)
    }
}

impl<T> TryFromU64 for Col<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("identifiers are not counted up by the database"))
    }
}

impl<T: Serialize> Serialize for Col<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: PartialSchema> PartialSchema for Col<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

impl<T: ToSchema> ToSchema for Col<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
