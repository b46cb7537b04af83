use std::sync::Arc;

use chot_application::Engine;
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::web::authentication::Authentication;
use crate::web::known_addresses::KnownAddresses;
use crate::web::rate_limits::RateLimits;
use crate::web::route_table::RouteTable;
use crate::web::shutdown::Shutdown;

/// The shared state of a process.
#[derive(Clone)]
pub struct State {
    /// The database, the clock, the playbook.
    pub engine: Engine,
    /// Authenticates callers.
    pub authentication: Authentication,
    /// Limits the number of requests of each caller.
    pub rate_limits: RateLimits,
    /// The network addresses from which users have signed in before.
    pub known_addresses: KnownAddresses,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Arc<[IpNet]>,
    /// The metrics.
    pub metrics: PrometheusHandle,
    /// The operations of each path.
    pub known_paths: RouteTable,
    /// Whether the server is stopping.
    pub shutdown: Shutdown,
}
