use actix_web::{get, post, web::Path};
use chot_application::opportunities::evidence::{self as actions, EvidenceCheckPreview};
use chot_domain::identity::Actor;
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{
    DrawEvidence, EvidenceDraft, EvidenceDrawId, EvidenceId, EvidenceReviewId, WarnEvidence,
};
use chot_domain::shared::{Code, Nothing};
use chot_persistence::opportunities::OpportunityView;
use chot_persistence::opportunities::evidence::{
    self as stored, CheckFilter, EvidenceCheckView, EvidenceFilter, EvidenceReviewView, EvidenceView, ReviewFilter,
};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::web::extract::{Body, Caller, List, OptionalBody};
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(submit).service(get_one).service(check_preview).service(warn).service(accept);
    config.service(draw).service(list_reviews).service(get_review).service(accept_review).service(warn_review);
    config.service(list_checks);
}

impl Record for EvidenceReviewView {
    type Id = EvidenceReviewId;
    const PATH: &'static str = "/api/v1/evidence-reviews";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &impl ReadDb, actor: &Actor, id: EvidenceReviewId) -> Result<Option<Self>, StoreError> {
        stored::find_review(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: EvidenceReviewId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List the evidence of an opportunity.
///
/// What was given to show that it is worked, the newest first. `proves` tells what counts, a file or a successful call, from what is
/// text alone.
#[utoipa::path(tag = "evidence", operation_id = "listEvidence", security(("bearer" = ["opportunities:read"])),
    params(EvidenceFilter), responses((status = 200, body = Page<EvidenceView>)))]
#[get("/opportunities/{opportunity_id}/evidence")]
async fn list(caller: Caller, id: Path<OpportunityId>, query: List<EvidenceFilter>) -> HandlerResult {
    let found =
        stored::list_evidence(caller.db(), caller.actor(), *id, &query.filter, &query.paging).await?.ok_or(Code::NotFound)?;
    Ok(query.page(&found))
}

/// Submit evidence.
///
/// Shows that an opportunity is worked: a quotation sent, a meeting or call with its recap, a message with advice, or a file. If it names
/// a file of the opportunity (`attachment_id`) or a successful call of it through the telephone system (`activity_id`), the evidence
/// status becomes `provided` at once, and a warning is cleared. Text alone is kept but proves nothing. Files and calls count once.
#[utoipa::path(tag = "evidence", operation_id = "submitEvidence", security(("bearer" = ["evidence:write"])),
    request_body = EvidenceDraft, responses((status = 201, body = EvidenceView)))]
#[post("/opportunities/{opportunity_id}/evidence")]
async fn submit(caller: Caller, id: Path<OpportunityId>, body: Body<EvidenceDraft>) -> HandlerResult {
    let given = async |tx: &Tx, draft: &EvidenceDraft| {
        let evidence =
            caller.check_version::<OpportunityView, _>(tx, *id, async || actions::submit(tx, *id, draft).await).await?;
        let view = stored::find_evidence(tx, &Actor::system(), evidence).await?.ok_or(Code::NotFound)?;
        Ok(ApiResponse::made(&format!("/api/v1/evidence/{evidence}"), &view).about(*id))
    };
    caller.post_about::<OpportunityView, _>(&body, given).await
}

/// Get a piece of evidence.
///
/// What was given, by whom and when. It never changes.
#[utoipa::path(tag = "evidence", operation_id = "getEvidence", security(("bearer" = ["opportunities:read"])),
    responses((status = 200, body = EvidenceView)))]
#[get("/evidence/{evidence_id}")]
async fn get_one(caller: Caller, id: Path<EvidenceId>) -> HandlerResult {
    let found = stored::find_evidence(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&found))
}

/// Preview the check at 23:59.
///
/// Every night at 23:59 the check loses open primary opportunities without evidence, if the playbook requires evidence. This returns
/// what the check would decide about this opportunity now, and why. Nothing is changed.
#[utoipa::path(tag = "evidence", operation_id = "previewEvidenceCheck", security(("bearer" = ["opportunities:read"])),
    responses((status = 200, body = EvidenceCheckPreview)))]
#[get("/opportunities/{opportunity_id}/evidence/check-preview")]
async fn check_preview(caller: Caller, id: Path<OpportunityId>) -> HandlerResult {
    Ok(ApiResponse::ok(&actions::check_preview(&caller.ctx, *id).await?))
}

/// Warn about the evidence of an opportunity.
///
/// Says that the evidence is not valid. The evidence status becomes `warned`, the salesperson is told at once with the reason, and only
/// evidence given from now on clears the warning. If the opportunity waits for a review, that is settled with it.
#[utoipa::path(tag = "evidence", operation_id = "warnEvidence", security(("bearer" = ["evidence:review"])),
    request_body = WarnEvidence, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/evidence/warn")]
async fn warn(caller: Caller, id: Path<OpportunityId>, body: Body<WarnEvidence>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::warn).await
}

/// Accept the evidence of an opportunity.
///
/// Says that the evidence is good, or takes a warning back: the evidence status is `provided`. If the opportunity waits for a review,
/// that is settled with it.
#[utoipa::path(tag = "evidence", operation_id = "acceptEvidence", security(("bearer" = ["evidence:review"])),
    responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/evidence/accept")]
async fn accept(caller: Caller, id: Path<OpportunityId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::accept).await
}

/// What was drawn.
#[derive(Serialize, ToSchema)]
#[schema(as = EvidenceDraw)]
struct DrawView {
    /// Identifier of the draw; the list of reviews can be filtered by it.
    draw_id: EvidenceDrawId,
    /// The reviews to be done, one for each opportunity that was drawn.
    #[schema(max_items = 100)]
    data: Vec<EvidenceReviewView>,
}

/// Draw opportunities for review.
///
/// Draws open opportunities with evidence at random and remembers them: the same evidence is not drawn again, and what was judged
/// without a draw is not drawn either. Fewer than asked for are drawn if there are no more.
#[utoipa::path(tag = "evidence", operation_id = "drawEvidence", security(("bearer" = ["evidence:review"])),
    request_body = DrawEvidence, responses((status = 200, body = DrawView)))]
#[post("/evidence-reviews/draw")]
async fn draw(caller: Caller, body: Body<DrawEvidence>) -> HandlerResult {
    let drawn = async |tx: &Tx, order: &DrawEvidence| {
        let draw_id = actions::sample_evidence(tx, order).await?;
        let data = stored::reviews_of_draw(tx, &tx.actor, draw_id).await?;
        Ok(ApiResponse::ok(&DrawView { draw_id, data }))
    };
    caller.post(&body, drawn).await
}

/// List evidence reviews.
///
/// What was drawn or judged, the newest first; `outcome=pending` lists what waits to be judged.
#[utoipa::path(tag = "evidence", operation_id = "listEvidenceReviews", security(("bearer" = ["evidence:review"])),
    params(ReviewFilter), responses((status = 200, body = Page<EvidenceReviewView>)))]
#[get("/evidence-reviews")]
async fn list_reviews(caller: Caller, query: List<ReviewFilter>) -> HandlerResult {
    caller.list(query, stored::list_reviews).await
}

/// Get an evidence review.
///
/// Which evidence was drawn, by whom, and what was found.
#[utoipa::path(tag = "evidence", operation_id = "getEvidenceReview", security(("bearer" = ["evidence:review"])),
    responses((status = 200, body = EvidenceReviewView)))]
#[get("/evidence-reviews/{review_id}")]
async fn get_review(caller: Caller, id: Path<EvidenceReviewId>) -> HandlerResult {
    caller.read::<EvidenceReviewView>(*id).await
}

/// Accept the evidence under review.
///
/// Settles a review: the evidence is good. A warning that was given meanwhile is taken back. Of an opportunity that was closed or opened
/// again since, nothing but the review changes.
#[utoipa::path(tag = "evidence", operation_id = "acceptEvidenceReview", security(("bearer" = ["evidence:review"])),
    responses((status = 200, body = EvidenceReviewView)))]
#[post("/evidence-reviews/{review_id}/accept")]
async fn accept_review(caller: Caller, id: Path<EvidenceReviewId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<EvidenceReviewView, _>(*id, &body, actions::accept_review).await
}

/// Warn about the evidence under review.
///
/// Settles a review: the evidence is not valid. The salesperson is told at once with the reason and has to give new evidence.
#[utoipa::path(tag = "evidence", operation_id = "warnEvidenceReview", security(("bearer" = ["evidence:review"])),
    request_body = WarnEvidence, responses((status = 200, body = EvidenceReviewView)))]
#[post("/evidence-reviews/{review_id}/warn")]
async fn warn_review(caller: Caller, id: Path<EvidenceReviewId>, body: Body<WarnEvidence>) -> HandlerResult {
    caller.act::<EvidenceReviewView, _>(*id, &body, actions::warn_review).await
}

/// List evidence checks.
///
/// What each night's check did, the latest date first, and the one that is to come. Also for those who look after what falls due
/// (`timers:manage`).
#[utoipa::path(tag = "evidence", operation_id = "listEvidenceChecks", security(("bearer" = ["evidence:review"])),
    params(CheckFilter), responses((status = 200, body = Page<EvidenceCheckView>)))]
#[get("/evidence-checks")]
async fn list_checks(caller: Caller, query: List<CheckFilter>) -> HandlerResult {
    caller.list(query, stored::list_checks).await
}
