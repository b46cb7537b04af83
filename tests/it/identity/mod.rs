//! Identity: signing in, sessions and tokens, API keys, users and teams, and rate limits.

mod access_tokens;
mod api_keys;
pub mod contract;
mod key_families;
mod passwords;
pub mod people;
mod rate_limits;
mod refreshing;
mod secrecy;
mod sessions;
mod sign_in;
mod teams;
mod users;
