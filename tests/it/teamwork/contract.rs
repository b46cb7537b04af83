//! The operations of support requests.

use chot_tests::fixtures::support_request;
use serde_json::json;

use crate::accounts::contract::lans_account;
use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Preparing, Scene};

/// The operations.
pub const ROWS: &[Row] = &[
    row("listSupportRequests"),
    row("createSupportRequest")
        .on(lans_account, Sight::Owner)
        .unseen(422)
        .saying(|made| json!({"account_id": made.known["account_id"], "reason": "Thông tin có dấu hiệu giả"})),
    row("getSupportRequest").on(lans_request, Sight::Owner),
    row("answerSupportRequest")
        .on(lans_request, Sight::Owner)
        .saying(|_| json!({"answer": "Đã kiểm tra, khách có thật", "verdict": "real"})),
    row("withdrawSupportRequest").on(own_request, Sight::OwnerOrMay(&["support:request"])),
];

/// A request of Lan's about an account of hers.
pub fn lans_request(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let request = support_request(scene.lan(), scene.number()).await;
        scene.made.of("support_request_id", &request)
    })
}

/// A request of the caller's, if the caller may make one. Otherwise a request of Lan's.
fn own_request(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let asker = if scene.who.may("support:request") { &scene.who.client } else { scene.lan() };
        let request = support_request(asker, scene.number()).await;
        scene.made.of("support_request_id", &request)
    })
}

#[tokio::test]
async fn each_caller_may_do_with_support_requests_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
