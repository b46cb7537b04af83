//! Signing in, and actions on users, teams and API keys.

mod keys;
mod sign_in;
mod users;

pub use crate::secrets::digest;
pub use keys::{NewSecret, create_api_key, revoke_api_key};
pub use sign_in::{Refreshed, SignedIn, change_password, refresh, sign_in, sign_out};
pub use users::{create_team, create_user, hash_first_password, hash_new_password, update_team, update_user};
