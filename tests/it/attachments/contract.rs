//! The operations of files.

use chot_tests::fixtures::{account, attachment};
use serde_json::{Value, json};

use crate::accounts::contract::lans_account;
use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Preparing, Scene};

/// Callers who see the account see its files.
const SIGHT: Sight = Sight::OwnerAndMay("accounts:read");

/// The operations.
pub const ROWS: &[Row] = &[
    row("listAttachments"),
    row("uploadAttachment")
        .on(lans_account, Sight::Owner)
        .unseen(422)
        .saying(|made| json!({"file": "bao-gia.pdf", "account_id": made.known["account_id"], "description": "Báo giá lần đầu"})),
    row("getAttachment").on(file, SIGHT),
    row("downloadAttachment").on(file, SIGHT),
    row("archiveAttachment").on(file, SIGHT),
    row("restoreAttachment").on(archived_file, SIGHT),
];

/// A file of an account of Lan's.
pub fn file(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let file = uploaded(&scene).await;
        scene.made.of("attachment_id", &file)
    })
}

/// A file of an account of Lan's in the archive.
fn archived_file(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let file = uploaded(&scene).await;
        scene.archived("attachment_id", "/attachments", &file).await
    })
}

async fn uploaded(scene: &Scene<'_>) -> Value {
    let account = account(scene.lan(), scene.number()).await;
    attachment(scene.lan(), "account_id", &account).await
}

#[tokio::test]
async fn each_caller_may_do_with_files_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
