//! Accounts and their contacts.

pub mod account;
pub mod contacts;

use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("accounts", "Customers: companies and individuals. An account has one owner, or it is in the pool."),
    ("contacts", "The people at an account."),
];

/// The operations of the context.
pub fn routes(config: &mut impl Routes) {
    account::routes(config);
    contacts::routes(config);
}
