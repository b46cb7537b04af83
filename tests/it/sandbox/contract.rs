//! The operations of the clock of a sandbox.

use serde_json::json;

use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, row};

/// The operations.
pub const ROWS: &[Row] = &[row("getSandboxClock"), row("moveSandboxClock").saying(|_| json!({"advance_seconds": 1}))];

#[tokio::test]
async fn each_caller_may_move_the_clock_as_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
