//! General HTTP: requests, responses, errors, conditions, limits, the OpenAPI document. It does not depend on any context.

pub mod admission;
pub mod authentication;
pub mod download;
pub mod extract;
pub mod known_addresses;
pub mod masking;
pub mod messages;
pub mod middleware;
pub mod negotiation;
pub mod network;
pub mod openapi;
pub mod problem;
pub mod rate_limits;
pub mod record;
pub mod response;
pub mod route_table;
pub mod routing;
pub mod shutdown;
pub mod signing_keys;
pub mod state;
