//! Notifications: the inbox and the texts.

pub mod inbox;
pub mod texts;

use utoipa_actix_web::service_config::ServiceConfig;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("notifications", "Your inbox, and which notifications are also sent by e-mail.")];

/// The operations of the context.
pub fn routes(config: &mut ServiceConfig) {
    inbox::routes(config);
}
