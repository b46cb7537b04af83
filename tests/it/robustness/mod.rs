//! Behaviour under concurrency, disconnects, failing workers and large tables.

mod as_delivered;
pub mod at_once;
mod budgets;
mod changes;
mod claims;
mod closing;
mod conversions;
mod deadlocks;
mod disconnects;
mod edits;
mod failing_calls;
mod floods;
mod forms;
mod kills;
mod migrations;
mod newer_words;
mod nights;
mod outages;
mod overlaps;
mod plans;
mod repeated;
mod shutdown;
mod small_disk;
mod timers;
mod units;
