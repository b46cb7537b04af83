//! The operations of evidence and its reviews.

use chot_tests::fixtures::{attachment, id};
use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Needs, Row, Sight, row};
use crate::contract::stage::{Preparing, Scene};
use crate::opportunities::contract::{lans_opportunity, opened_by_lan};

/// The operations.
pub const ROWS: &[Row] = &[
    row("listEvidence").on(lans_opportunity, Sight::Owner),
    row("submitEvidence")
        .on(lans_opportunity, Sight::Owner)
        .saying(|_| json!({"kind": "message", "sent_at": "2026-11-23T01:00:00Z", "summary": "Đã tư vấn giải pháp"})),
    row("getEvidence").on(evidence, Sight::Owner),
    row("previewEvidenceCheck").on(lans_opportunity, Sight::Owner),
    row("warnEvidence").on(proven_opportunity, Sight::Owner).saying(|_| json!({"reason": "Ảnh mờ"})),
    row("acceptEvidence").on(proven_opportunity, Sight::Owner),
    row("drawEvidence").saying(|_| json!({"count": 1})),
    row("listEvidenceReviews"),
    row("getEvidenceReview").on(review, Sight::Owner),
    row("acceptEvidenceReview").on(review, Sight::Owner),
    row("warnEvidenceReview").on(review, Sight::Owner).saying(|_| json!({"reason": "Ảnh mờ"})),
    row("listEvidenceChecks").needing(Needs::Or("timers:manage")),
];

/// An opportunity of Lan's with a file as evidence.
fn proven_opportunity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let (path, _) = proven(&scene).await;
        let opportunity = scene.lan().get(&path).await.expect(200);
        scene.made.of("opportunity_id", &opportunity)
    })
}

/// Evidence for an opportunity of Lan's.
fn evidence(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let (_, evidence) = proven(&scene).await;
        scene.made.with("evidence_id", &id(&evidence))
    })
}

/// A review of the evidence for an opportunity of Lan's.
fn review(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let (path, _) = proven(&scene).await;
        // Another call may have drawn the opportunity already.
        scene.admin().post("/evidence-reviews/draw", json!({"count": 100})).await.expect(200);
        let drawn = scene.admin().all(&format!("/evidence-reviews?opportunity_id={}", super::last(&path))).await;
        scene.made.of("review_id", &drawn[0])
    })
}

/// The path of an opportunity of Lan's, and a file that was submitted as its evidence.
async fn proven(scene: &Scene<'_>) -> (String, Value) {
    let opportunity = opened_by_lan(scene).await;
    let file = attachment(scene.lan(), "opportunity_id", &opportunity).await;
    let path = format!("/opportunities/{}", id(&opportunity));
    let evidence = json!({"kind": "file", "attachment_id": file["id"]});
    let evidence = scene.lan().post(&format!("{path}/evidence"), evidence).await.expect(201);
    (path, evidence)
}

#[tokio::test]
async fn each_caller_may_do_with_evidence_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
