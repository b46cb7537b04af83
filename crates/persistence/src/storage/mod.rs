//! The kernel: connections, units of work, rows and their locks, pages and cursors, search. It is independent of all contexts.

pub(crate) mod appends;
pub(crate) mod column;
pub mod crash_points;
pub(crate) mod cursor;
pub(crate) mod cursor_key;
pub(crate) mod db;
pub(crate) mod error;
pub(crate) mod executor;
pub mod failing_calls;
pub mod idempotency;
pub(crate) mod locked;
pub(crate) mod multi_value;
pub(crate) mod page;
pub(crate) mod part;
pub(crate) mod scope;
pub(crate) mod search;
pub(crate) mod sort;
pub(crate) mod state;
pub(crate) mod text_gate;
pub(crate) mod tx;
pub(crate) mod unit_connection;
