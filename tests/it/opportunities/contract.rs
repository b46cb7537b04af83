//! The operations of opportunities.

use chot_tests::fixtures::{account, id, opportunity};
use serde_json::{Value, json};

use crate::accounts::contract::lans_account;
use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene};

/// The operations.
pub const ROWS: &[Row] = &[
    row("listOpportunities"),
    row("openOpportunity").on(lans_account, Sight::Owner).unseen(422).saying(new_opportunity),
    row("getOpportunity").on(lans_opportunity, Sight::Owner),
    row("updateOpportunity").on(lans_opportunity, Sight::Owner).saying(|_| json!({"stars": 3})),
    row("archiveOpportunity").on(lans_opportunity, Sight::Owner),
    row("restoreOpportunity").on(archived_opportunity, Sight::Owner),
    row("moveOpportunity").on(lans_opportunity, Sight::Owner).saying(|_| json!({"stage": "quoted"})),
    row("winOpportunity").on(lans_opportunity, Sight::Owner),
    row("loseOpportunity").on(lans_opportunity, Sight::Owner).saying(|_| json!({"reason": "price"})),
    row("reopenOpportunity").on(won_opportunity, Sight::Owner).saying(|_| json!({"reason": "Khách huỷ đơn"})),
    row("tagOpportunity").on(lans_opportunity, Sight::Owner).saying(|_| json!({"tag": "hot"})),
    row("untagOpportunity").on(tagged_opportunity, Sight::Owner),
    row("listOpportunityStages").on(lans_opportunity, Sight::Owner),
    row("listOpportunityTimeline").on(lans_opportunity, Sight::Owner),
];

fn new_opportunity(made: &Prepared) -> Value {
    json!({"account_id": made.known["account_id"], "name": "Tem chống hàng giả", "expected_revenue": "40000000"})
}

/// An opportunity of Lan's.
pub fn lans_opportunity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let opportunity = opened_by_lan(&scene).await;
        scene.made.of("opportunity_id", &opportunity)
    })
}

/// An opportunity of Lan's in the archive.
fn archived_opportunity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let opportunity = opened_by_lan(&scene).await;
        scene.archived("opportunity_id", "/opportunities", &opportunity).await
    })
}

/// An opportunity that Lan has won.
fn won_opportunity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let path = format!("/opportunities/{}/win", id(&opened_by_lan(&scene).await));
        let opportunity = scene.lan().act(&path).await.expect(200);
        scene.made.of("opportunity_id", &opportunity)
    })
}

/// An opportunity of Lan's with the tag `hot`.
fn tagged_opportunity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let path = format!("/opportunities/{}/tags", id(&opened_by_lan(&scene).await));
        let opportunity = scene.lan().post(&path, json!({"tag": "hot"})).await.expect(200);
        scene.made.of("opportunity_id", &opportunity)
    })
}

/// Opens an opportunity of Lan's on an account of hers.
pub async fn opened_by_lan(scene: &Scene<'_>) -> Value {
    let account = account(scene.lan(), scene.number()).await;
    opportunity(scene.lan(), &account, "Truy xuất nguồn gốc").await
}

#[tokio::test]
async fn each_caller_may_do_with_opportunities_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
