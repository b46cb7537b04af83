//! Users, teams, API keys, sessions and the keys that sign access tokens.

pub mod current_user;
pub mod public_keys;
pub mod sessions;

pub mod users;

use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("sessions", "Sign in and out, refresh tokens, change the password."),
    ("current-user", "The user of the token or key, with role and permissions."),
    ("users", "The people who use the system, and their roles."),
    ("teams", "Groups of users. Teams form a tree; a manager sees the teams below."),
    ("api-keys", "Secrets for programs that act for a user, with fewer permissions."),
];

/// The operations of the context.
pub fn routes(config: &mut impl Routes) {
    sessions::routes(config);
    current_user::routes(config);
    users::routes(config);
}
