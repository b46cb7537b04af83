//! Accounts and their contacts.

pub(crate) mod contact_row;
mod contacts;
mod names;
mod query;
pub(crate) mod row;
mod store;
mod view;

pub(crate) use names::{KnownName, contact_names, names};
pub(crate) use query::account_visible_to;
pub(crate) use row as account_row;

pub use contacts::{
    ContactFilter, ContactView, LockedContact, contacts_among, find_contact, insert_contact, list_contacts, update_contact,
};
pub use query::{AccountFilter, CardFilter, card, cards, find, find_or_card, is_active_unscoped, is_visible, list, timeline};
pub use store::{LockedAccount, children, id_by_identity, id_by_phone, insert, update};
pub use view::{AccountCard, AccountCounters, AccountOrCard, AccountView, counters};

use chot_domain::accounts;

use crate::Col;

/// The phase of the relationship with a customer.
pub type AccountType = Col<accounts::AccountType>;
