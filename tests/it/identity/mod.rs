//! Who is who: signing in, sessions and their tokens, API keys, users and teams, and how often one may try.

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
