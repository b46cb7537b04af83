//! Accounts (companies and individuals, prospects before their first purchase) and their contacts.
//!
//! An account has at most one owner (R-ICHK-09). An account without owner is in the pool and can be claimed.

mod actions;
mod custom_fields;
mod draft;
mod profile;
mod state;
mod status;

pub use actions::{AssignOwner, ChangeCustomerStatus, MoveCard, ReleaseAccount, TagRecord};
pub use custom_fields::CustomFields;
pub use draft::{AccountDraft, AccountMember, ContactDraft, ContactMember};
pub use profile::{
    Address, ContactChannel, ContactPerson, ContactPoint, CustomerKind, CustomerProfile, check_identity, require_identity,
};
pub use state::AccountState;
pub use status::AccountType;

use crate::shared::{Id, MergePatch};

/// A customer, or a prospect.
pub struct Account;
/// A person who represents a customer.
pub struct Contact;

/// A change to an account.
pub type AccountPatch = MergePatch<AccountDraft>;
/// A change to a contact.
pub type ContactPatch = MergePatch<ContactDraft>;

/// Identifier of an account.
pub type AccountId = Id<Account>;
/// Identifier of a contact.
pub type ContactId = Id<Contact>;
