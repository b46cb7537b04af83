use std::borrow::Cow;

use chot_domain::identity::UserId;
use serde::de::{DeserializeOwned, Error, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::{ArrayBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Several values of a filter, separated by commas. A record matches if it has one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnyOf<T>(Vec<T>);

/// One of several users.
pub type AnyUser = AnyOf<UserId>;

const MOST: usize = 20;

impl<T> AnyOf<T> {
    /// The values.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for AnyOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let values: Vec<T> =
            text.split(',').map(|value| T::deserialize(value.into_deserializer())).collect::<Result<_, D::Error>>()?;
        if values.len() > MOST { Err(D::Error::custom("too_many")) } else { Ok(Self(values)) }
    }
}

impl<T: PartialSchema> PartialSchema for AnyOf<T> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(T::schema()).min_items(Some(1)).max_items(Some(MOST)).build().into()
    }
}

impl<T: PartialSchema> ToSchema for AnyOf<T> {
    fn name() -> Cow<'static, str> {
        "AnyOf".into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_between_commas_and_all_of_them_must_be_right() {
        let read = |value| serde_json::from_value::<AnyOf<u8>>(value).map_err(|fault| fault.to_string());
        assert!(read(json!("")).is_err());
        assert!(serde_json::from_value::<AnyOf<bool>>(json!("true,")).is_err());
        let words = |text: &str| serde_json::from_value::<AnyOf<String>>(json!(text)).map(|any| any.0);
        assert_eq!(words("new,assigned").unwrap(), ["new", "assigned"]);
        assert_eq!(words(&["a"; 21].join(",")).unwrap_err().to_string(), "too_many");
    }
}
