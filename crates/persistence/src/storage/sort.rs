use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, Order};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The value of a sorted column in place of a missing date: the last instant that both databases can store.
pub(crate) const FAR_FUTURE: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last_second_of_9999) => last_second_of_9999,
    None => DateTime::<Utc>::MAX_UTC,
};

/// A sort order of a list. Every sort column is without nulls; the identifier breaks ties.
pub(crate) trait SortKey<E: EntityTrait>: Copy {
    /// The column and the direction.
    fn column(self) -> (E::Column, Order);
}

/// Rows with a creation time.
pub(crate) trait HasCreatedAt: EntityTrait {
    /// The column.
    const CREATED_AT: Self::Column;
}

/// Rows with a name for sorting.
pub(crate) trait HasName: HasCreatedAt {
    /// The column of the folded name.
    const NAME_KEY: Self::Column;
}

/// Rows with a time of the last change.
pub(crate) trait HasUpdatedAt: HasCreatedAt {
    /// The column.
    const UPDATED_AT: Self::Column;
}

/// Sort orders of the list.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum RecordSort {
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// Oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// Last changed first.
    #[serde(rename = "-updated_at")]
    ChangedLastFirst,
    /// Last changed at the end. Use it with `updated_at_gte` to poll for changes.
    #[serde(rename = "updated_at")]
    ChangedLastAtEnd,
    /// By name, ignoring diacritics.
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

/// Sort orders of the list, by time.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TimeSort {
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// Oldest first.
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

/// Sort orders of the list, by name or time.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum NameSort {
    /// By name, ignoring diacritics.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// Newest first.
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
