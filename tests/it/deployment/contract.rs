//! The operations of health checks.

use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, row};

/// The operations.
pub const ROWS: &[Row] = &[row("getLiveness"), row("getReadiness")];

#[tokio::test]
async fn each_caller_may_ask_whether_the_server_is_healthy() {
    check_rights(ROWS).await;
}
