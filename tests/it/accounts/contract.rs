//! The operations of accounts and contacts.

use chot_tests::fixtures::{account, id, phone, some_tax_code};
use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Needs, Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene, own_phone};

/// The operations. Callers who do not see an account see its card, but cannot work on the account.
pub const ROWS: &[Row] = &[
    row("listAccounts"),
    // Without a number, it lists the pool. Lookups by number are tested in `sight.rs`.
    row("listAccountCards").needing(Needs::Permission("accounts:claim")),
    row("createAccount").saying(new_account),
    row("getAccount").on(lans_account, Sight::Owner).unseen(200).needing(Needs::SessionOr("accounts:read")),
    row("updateAccount").on(lans_account, Sight::Owner).unseen(403).saying(|_| json!({"rank": "vip"})),
    row("archiveAccount").on(lans_account, Sight::Owner).unseen(403),
    row("restoreAccount").on(archived_account, Sight::Owner),
    row("assignAccount").on(lans_account, Sight::Owner).unseen(403).saying(|made| json!({"owner_id": made.known["stranger_id"]})),
    row("claimAccount").on(pool_account, Sight::Everybody),
    row("releaseAccount").on(lans_account, Sight::Owner).unseen(403).saying(|_| json!({"reason": "manual"})),
    row("moveAccount").on(lans_account, Sight::Owner).unseen(403).saying(|_| json!({"stage": "deployment"})),
    row("changeCustomerStatus").on(lans_account, Sight::Owner).unseen(403).saying(|_| json!({"customer_status": "inactive"})),
    row("tagAccount").on(lans_account, Sight::Owner).unseen(403).saying(|_| json!({"tag": "hot"})),
    row("untagAccount").on(tagged_account, Sight::Owner).unseen(403),
    row("getAccountCounters").on(lans_account, Sight::Owner),
    row("listAccountTimeline").on(lans_account, Sight::Owner),
    row("listContacts"),
    row("createContact").on(lans_account, Sight::Owner).unseen(422).saying(new_contact),
    row("getContact").on(contact, Sight::Owner),
    row("updateContact").on(contact, Sight::Owner).saying(|_| json!({"job_title": "Kế toán trưởng"})),
    row("archiveContact").on(contact, Sight::Owner),
    row("restoreContact").on(archived_contact, Sight::Owner),
];

fn new_account(made: &Prepared) -> Value {
    let tax_code = some_tax_code(30_000_000 + made.number);
    json!({"name": format!("Công ty Sao Mai {}", made.number), "phone": phone(made.number), "tax_code": tax_code})
}

fn new_contact(made: &Prepared) -> Value {
    json!({"account_id": made.known["account_id"], "full_name": "Lê Thị Mai", "phone": own_phone(made)})
}

/// An account of Lan's.
pub fn lans_account(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let account = account(scene.lan(), scene.number()).await;
        scene.made.of("account_id", &account)
    })
}

/// An account of Lan's in the archive.
fn archived_account(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let account = account(scene.lan(), scene.number()).await;
        scene.archived("account_id", "/accounts", &account).await
    })
}

/// An account without an owner.
pub fn pool_account(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let path = format!("/accounts/{}/release", id(&account(scene.lan(), scene.number()).await));
        let account = scene.lan().post(&path, json!({"reason": "manual"})).await.expect(200);
        scene.made.of("account_id", &account)
    })
}

/// An account of Lan's with the tag `hot`.
fn tagged_account(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let path = format!("/accounts/{}/tags", id(&account(scene.lan(), scene.number()).await));
        let account = scene.lan().post(&path, json!({"tag": "hot"})).await.expect(200);
        scene.made.of("account_id", &account)
    })
}

/// A contact of an account of Lan's.
pub fn contact(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let contact = lans_contact(&scene).await;
        scene.made.of("contact_id", &contact)
    })
}

/// A contact of an account of Lan's in the archive.
fn archived_contact(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let contact = lans_contact(&scene).await;
        scene.archived("contact_id", "/contacts", &contact).await
    })
}

async fn lans_contact(scene: &Scene<'_>) -> Value {
    let account = account(scene.lan(), scene.number()).await;
    let draft = json!({"account_id": id(&account), "full_name": "Trần Thị Hương"});
    scene.lan().post("/contacts", draft).await.expect(201)
}

#[tokio::test]
async fn each_caller_may_do_with_accounts_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
