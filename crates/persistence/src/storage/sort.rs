use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, Order};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What stands in a column that is sorted by when there is no day: the last moment that both databases know to keep.
pub(crate) const FAR_FUTURE: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last_second_of_9999) => last_second_of_9999,
    None => DateTime::<Utc>::MAX_UTC,
};

/// What a list can be sorted by. Every key is a column without nulls; the identifier breaks ties.
pub(crate) trait SortKey<E: EntityTrait>: Copy {
    /// The column and the direction.
    fn column(self) -> (E::Column, Order);
}

/// Rows that know when they were made.
pub(crate) trait HasCreatedAt: EntityTrait {
    /// Where that stands.
    const CREATED_AT: Self::Column;
}

/// Rows with a name to be sorted by.
pub(crate) trait HasName: HasCreatedAt {
    /// Where the name stands, folded.
    const NAME_KEY: Self::Column;
}

/// Rows that know when they were last changed.
pub(crate) trait HasUpdatedAt: HasCreatedAt {
    /// Where that stands.
    const UPDATED_AT: Self::Column;
}

/// What the list can be sorted by.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum RecordSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// The oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// What changed last first.
    #[serde(rename = "-updated_at")]
    ChangedLastFirst,
    /// What changed last at the end: for those who follow the changes, together with `updated_at_gte`.
    #[serde(rename = "updated_at")]
    ChangedLastAtEnd,
    /// By name, diacritics aside.
    #[serde(rename = "name")]
    Name,
}

impl<E: HasName + HasUpdatedAt> SortKey<E> for RecordSort {
    fn column(self) -> (E::Column, Order) {
        match self {
            Self::NewestFirst => (E::CREATED_AT, Order::Desc),
            Self::OldestFirst => (E::CREATED_AT, Order::Asc),
            Self::ChangedLastFirst => (E::UPDATED_AT, Order::Desc),
            Self::ChangedLastAtEnd => (E::UPDATED_AT, Order::Asc),
            Self::Name => (E::NAME_KEY, Order::Asc),
        }
    }
}

/// What the list can be sorted by: time.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TimeSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// The oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
}

impl<E: HasCreatedAt> SortKey<E> for TimeSort {
    fn column(self) -> (E::Column, Order) {
        match self {
            Self::NewestFirst => (E::CREATED_AT, Order::Desc),
            Self::OldestFirst => (E::CREATED_AT, Order::Asc),
        }
    }
}

/// What the list can be sorted by: name or time.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum NameSort {
    /// By name, diacritics aside.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// The newest first.
    #[serde(rename = "-created_at")]
    NewestFirst,
}

impl<E: HasName> SortKey<E> for NameSort {
    fn column(self) -> (E::Column, Order) {
        match self {
            Self::Name => (E::NAME_KEY, Order::Asc),
            Self::NewestFirst => (E::CREATED_AT, Order::Desc),
        }
    }
}
