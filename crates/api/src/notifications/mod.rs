//! Notifications: the inbox and the texts.

pub mod inbox;
pub mod texts;

use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("notifications", "Your inbox, and which notifications are also sent by e-mail.")];

/// The operations of the context.
pub fn routes(config: &mut impl Routes) {
    inbox::routes(config);
}
