//! Deliveries: outgoing messages. The unit of work that causes one stores it; a worker claims and sends it.

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

/// The channel of a delivery.
pub type DeliveryKind = Col<deliveries::DeliveryKind>;
/// The state of a delivery.
pub type DeliveryState = Col<deliveries::DeliveryState>;
