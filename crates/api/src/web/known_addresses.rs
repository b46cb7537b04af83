use std::time::Duration;

use chot_application::identity::digest;
use moka::sync::Cache;

/// Where users have signed in before. Whoever guesses passwords elsewhere does not shut them out there. Kept in the process alone, as
/// digests, and bounded.
#[derive(Clone)]
pub struct KnownAddresses(Cache<String, ()>);

impl KnownAddresses {
    /// None so far.
    pub fn new() -> Self {
        Self(Cache::builder().max_capacity(50_000).time_to_idle(Duration::from_secs(30 * 24 * 3600)).build())
    }

    /// A user has signed in from there.
    pub fn remember(&self, email: &str, address: &str) {
        self.0.insert(name(email, address), ());
    }

    /// Whether the user has signed in from there.
    pub fn knows(&self, email: &str, address: &str) -> bool {
        self.0.get(&name(email, address)).is_some()
    }
}

fn name(email: &str, address: &str) -> String {
    digest(&format!("{email} {address}"))
}
