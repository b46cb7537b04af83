use std::time::Duration;

use chot_application::identity::digest;
use moka::sync::Cache;

/// The network addresses from which users have signed in. Somebody who guesses passwords from another address cannot lock the
/// user out there. Stored only in this process, as digests, with a limited size.
#[derive(Clone)]
pub struct KnownAddresses(Cache<String, ()>);

impl KnownAddresses {
    /// An empty collection.
    pub fn new() -> Self {
        Self(Cache::builder().max_capacity(50_000).time_to_idle(Duration::from_secs(30 * 24 * 3600)).build())
    }

    /// Remembers that a user has signed in from the address.
    pub fn remember(&self, email: &str, address: &str) {
        self.0.insert(name(email, address), ());
    }

    /// Whether the user has signed in from the address.
    pub fn knows(&self, email: &str, address: &str) -> bool {
        self.0.get(&name(email, address)).is_some()
    }
}

fn name(email: &str, address: &str) -> String {
    digest(&format!("{email} {address}"))
}
