//! Accounts and their contacts.

pub mod account;
pub mod contacts;

use utoipa_actix_web::service_config::ServiceConfig;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("accounts", "Customers: companies and individuals. An account has one owner, or it is in the pool."),
    ("contacts", "The people at an account."),
];

/// The operations of the context.
pub fn routes(config: &mut ServiceConfig) {
    account::routes(config);
    contacts::routes(config);
}
