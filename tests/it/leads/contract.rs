//! The operations of leads, web forms, assignments, trials and conversions.

use chot_tests::fixtures::{company, id, own_lead, qualified_lead, text};
use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Preparing, Scene, own_phone};

const POOL: Sight = Sight::OwnerOrMay(&["leads:assign", "leads:claim"]);

/// The operations.
pub const ROWS: &[Row] = &[
    row("listLeads"),
    row("createLead").saying(|made| company(made.number)),
    row("getLead").on(lead, Sight::Owner),
    row("updateLead").on(lead, Sight::Owner).saying(|_| json!({"need": "Cần tem chống giả"})),
    row("archiveLead").on(lead, Sight::Owner),
    row("restoreLead").on(archived_lead, Sight::Owner),
    row("assignLead").on(lead, Sight::Owner).saying(|made| json!({"owner_id": made.known["stranger_id"]})),
    row("assignLeads")
        .on(pool_lead, POOL)
        .saying(|made| json!({"lead_ids": [made.known["lead_id"]], "owner_ids": [made.known["stranger_id"]]})),
    row("claimLead").on(pool_lead, POOL),
    row("markLeadContacted").on(lead, Sight::Owner),
    row("verifyLead").on(lead, Sight::Owner).saying(|_| json!({"result": "real"})),
    row("junkLead").on(lead, Sight::Owner).saying(|_| json!({"reason": "wrong_number"})),
    row("returnLead").on(lead, Sight::Owner).saying(|_| json!({"reason": "Số không liên lạc được"})),
    row("recycleLead").on(recyclable_lead, Sight::Owner).saying(|_| json!({"follow_up_at": "2026-12-24T02:00:00Z"})),
    row("resumeLead").on(junk_lead, Sight::Owner),
    row("moveLead").on(lead, Sight::Owner).saying(|_| json!({"stage": "assigned"})),
    row("tagLead").on(lead, Sight::Owner).saying(|_| json!({"tag": "hot"})),
    row("untagLead").on(tagged_lead, Sight::Owner),
    row("convertLead").on(verified_lead, Sight::Owner).saying(|_| json!({})),
    row("previewLeadConversion").on(verified_lead, Sight::Owner).saying(|_| json!({})),
    row("listLeadDuplicates").on(lead, Sight::Owner),
    row("listLeadTimeline").on(lead, Sight::Owner),
    row("listLeadForms"),
    row("createLeadForm")
        .saying(|_| json!({"name": "Hội chợ", "source": "fair", "field_map": {"ho_ten": "name", "sdt": "phone"}})),
    row("getLeadForm").on(form, Sight::Everybody),
    row("updateLeadForm").on(form, Sight::Everybody).saying(|_| json!({"quota_per_hour": 50})),
    row("submitLeadForm").on(form, Sight::Everybody).saying(|made| json!({"ho_ten": "Trần Thị Hương", "sdt": own_phone(made)})),
    row("listLeadAssignments"),
    row("reportLeadRecalls"),
    row("listTrials"),
    row("getTrial").on(trial, Sight::Owner),
    row("grantTrial").on(lead, Sight::Owner).saying(|_| json!({"link": "https://dung-thu.emso.vn/sao-mai"})),
    row("endTrial").on(trial, Sight::Owner),
    row("listConversions"),
    row("getConversion").on(conversion, Sight::Owner),
    row("revertConversion").on(conversion, Sight::Owner),
];

/// A lead of Lan's.
pub fn lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = lans(&scene).await;
        scene.made.of("lead_id", &lead)
    })
}

/// A lead of Lan's in the archive.
pub fn archived_lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = lans(&scene).await;
        scene.archived("lead_id", "/leads", &lead).await
    })
}

/// A lead without an owner.
fn pool_lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = scene.admin().post("/leads", company(scene.number())).await.expect(201);
        scene.made.of("lead_id", &lead)
    })
}

/// A lead of Lan's with the tag `hot`.
fn tagged_lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = lans(&scene).await;
        let lead = scene.lan().post(&format!("/leads/{}/tags", id(&lead)), json!({"tag": "hot"})).await.expect(200);
        scene.made.of("lead_id", &lead)
    })
}

/// A lead of Lan's that was closed as junk.
fn junk_lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = lans(&scene).await;
        let lead = scene.lan().post(&format!("/leads/{}/junk", id(&lead)), json!({"reason": "other"})).await.expect(200);
        scene.made.of("lead_id", &lead)
    })
}

/// A lead of Lan's that was contacted and is real.
fn verified_lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = qualified_lead(scene.lan(), scene.number()).await;
        scene.made.of("lead_id", &lead)
    })
}

/// A lead of Lan's that may be parked: she failed to contact it, and her question about it was answered.
fn recyclable_lead(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = lans(&scene).await;
        let attempt = json!({
            "kind": "sms", "subject": "Liên hệ", "lead_id": lead["id"], "outcome": "failed", "done_at": "2026-11-23T01:00:00Z",
        });
        scene.lan().post("/activities", attempt).await.expect(201);
        let request = json!({"lead_id": lead["id"], "reason": "Không nghe máy, nghi số ảo"});
        let request = scene.lan().post("/support-requests", request).await.expect(201);
        let answer = json!({"answer": "Chuyển marketing"});
        scene.admin().post(&format!("/support-requests/{}/answer", id(&request)), answer).await.expect(200);
        let lead = scene.lan().get(&format!("/leads/{}", id(&lead))).await.expect(200);
        scene.made.of("lead_id", &lead)
    })
}

/// A conversion of a lead of Lan's.
pub fn conversion(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = qualified_lead(scene.lan(), scene.number()).await;
        let conversion = scene.lan().post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
        scene.made.of("conversion_id", &conversion)
    })
}

/// A trial of a lead of Lan's.
fn trial(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let lead = lans(&scene).await;
        let trial = scene.lan().act(&format!("/leads/{}/trials", id(&lead))).await.expect(201);
        scene.made.of("trial_id", &trial)
    })
}

/// A web form.
fn form(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let draft = json!({"name": "Trang đích", "source": "website", "field_map": {"ho_ten": "name", "sdt": "phone"}});
        let form = scene.admin().post("/lead-forms", draft).await.expect(201);
        scene.made.of("form_id", &form).with("form_key", &text(&form, "form_key"))
    })
}

async fn lans(scene: &Scene<'_>) -> Value {
    own_lead(scene.lan(), scene.number()).await
}

#[tokio::test]
async fn each_caller_may_do_with_leads_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
