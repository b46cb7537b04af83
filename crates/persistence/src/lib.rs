//! Rows, stores, views and queries, with the same code for SQLite and PostgreSQL.
//!
//! Rows are private. Stores write and need a [`Tx`]. Queries read from the pool or inside a `Tx`, and start with what is
//! visible to the actor. A view is both the select list and the response body.

mod related;
mod storage;

pub mod accounts;
pub mod activities;
pub mod attachments;
pub mod catalog;
pub mod deliveries;
pub mod events;
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

pub use related::{RelatedRecords, on_conversion};
pub use secret_keys::SecretKeys;
pub use storage::column::Col;
pub use storage::db::{Connection, Db, Keys};
pub use storage::error::StoreError;
pub use storage::executor::{Executor, ReadDb, StatementObserver};
pub use storage::locked::{Archived, HasRow, Locked, Scoped, Versioned, archive, hold, lock, lock_all, lock_unscoped, restore};
pub use storage::multi_value::{AnyOf, AnyUser};
pub use storage::page::{Limit, Page, PageLinks, Paging};
pub use storage::sort::{NameSort, RecordSort, TimeSort};
pub use storage::state::{Stateful, update_state};
pub use storage::tx::{Begin, Retryable, Tx};
pub use storage::{crash_points, failing_calls, idempotency};
