//! Rows, stores, views and queries on SQLite and PostgreSQL, from one code.
//!
//! Rows are private. Stores write and want a [`Tx`]; queries read from the pool or inside a `Tx` and begin with what the actor
//! may see; views are the select list and the body of the answer in one.

mod column;
mod cursor_key;
mod db;
mod error;
mod locked;
mod multi_value;
mod page;
mod related;
mod scope;
mod search;
mod sort;
mod state;
mod text_gate;
mod tx;
mod unit_connection;

pub mod accounts;
pub mod activities;
pub mod attachments;
pub mod catalog;
pub mod crash_points;
pub mod deliveries;
pub mod events;
pub mod failing_calls;
pub mod idempotency;
pub mod identity;
pub mod leads;
pub mod notifications;
pub mod opportunities;
pub mod playbook;
pub mod sandbox;
pub mod secret_keys;
pub mod tags;
pub mod teamwork;
pub mod telephony;
pub mod timers;

pub use column::Col;
pub use db::{Connection, Db, Keys};
pub use error::StoreError;
pub use locked::{Archived, HasRow, Locked, Scoped, Versioned, archive, hold, lock, lock_all, lock_unscoped, restore};
pub use multi_value::{AnyOf, AnyUser};
pub use page::{Limit, Page, PageLinks};
pub use related::{RelatedRecords, on_conversion};
pub use secret_keys::SecretKeys;
pub use sort::{NameSort, RecordSort, TimeSort};
pub use state::{Stateful, update_state};
pub use tx::{Begin, ReadDb, Retryable, Tx};
