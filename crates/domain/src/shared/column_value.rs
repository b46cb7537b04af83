use std::borrow::Cow;
use std::fmt;

use serde::de::IntoDeserializer;
use serde::de::value::{Error, StringDeserializer};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::Id;

/// A domain value that is stored in one column. Persistence has one wrapper for all of them.
pub trait ColumnValue: Sized {
    /// The type of the column: text, a whole number, a UUID or a JSON document.
    type Raw;

    /// The value to store.
    fn raw(&self) -> Self::Raw;

    /// The domain value; `None` if no version of this program can have written the column.
    fn from_raw(raw: Self::Raw) -> Option<Self>;
}

/// An enumeration that is stored by its JSON name.
pub trait StringEnum: Serialize + DeserializeOwned {
    /// The value that a stored text of a newer version of the program is read as, for enumerations that grow. During an upgrade old
    /// and new processes share a database.
    const OTHER: Option<Self> = None;
}

struct Spelled<'a, T>(&'a T);

impl<T: Serialize> fmt::Display for Spelled<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

impl<T: StringEnum> ColumnValue for T {
    type Raw = String;

    fn raw(&self) -> String {
        Spelled(self).to_string()
    }

    fn from_raw(raw: String) -> Option<Self> {
        let text: StringDeserializer<Error> = raw.into_deserializer();
        T::deserialize(text).ok().or(T::OTHER)
    }
}

impl<K> ColumnValue for Id<K> {
    type Raw = Uuid;

    fn raw(&self) -> Uuid {
        self.uuid()
    }

    fn from_raw(raw: Uuid) -> Option<Self> {
        Some(Self::new(raw))
    }
}

/// A value stored as one JSON document: read and written as a whole, never searched inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: PartialSchema> PartialSchema for Json<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

impl<T: ToSchema> ToSchema for Json<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

impl<T: Serialize + DeserializeOwned> ColumnValue for Json<T> {
    type Raw = Value;

    fn raw(&self) -> Value {
        serde_json::to_value(&self.0).unwrap_or(Value::Null)
    }

    fn from_raw(raw: Value) -> Option<Self> {
        serde_json::from_value(raw).ok().map(Self)
    }
}
