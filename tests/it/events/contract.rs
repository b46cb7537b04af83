//! The operation of the event feed.

use crate::contract::rights::check_rights;
use crate::contract::rows::{Needs, Row, row};

/// The operations.
pub const ROWS: &[Row] = &[row("listEvents").needing(Needs::ScopeAll)];

#[tokio::test]
async fn each_caller_may_read_the_events_as_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
