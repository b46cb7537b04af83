//! The outside: what has to leave the house. Written by the unit of work that causes it, claimed and sent by a worker.

mod row;
mod store;
mod view;

pub use store::{
    ClaimedDelivery, Lease, LockedDelivery, NewDelivery, cancel_of, claim_due, enqueue, give_up_abandoned, mark_failed,
    mark_sent, retry,
};
pub use view::{DeliveryCounts, DeliveryFilter, DeliveryView, count_by_state, find, list, next_run_at};

use chot_domain::deliveries;

use crate::Col;

/// By which way it leaves.
pub type DeliveryKind = Col<deliveries::DeliveryKind>;
/// Where a delivery stands.
pub type DeliveryState = Col<deliveries::DeliveryState>;
