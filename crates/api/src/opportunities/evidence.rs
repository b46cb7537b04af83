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

use crate::web::extract::{Body, Caller, List, OptionalBody};
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
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

    async fn find(db: &dyn ReadDb, actor: &Actor, id: EvidenceReviewId) -> Result<Option<Self>, StoreError> {
        stored::find_review(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: EvidenceReviewId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List the evidence of an opportunity.
///
/// Returns the evidence that somebody works on the opportunity, newest first. `proves` is true for evidence that counts (a file
/// or a successful call) and false for text alone.
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
/// Adds evidence that you work on the opportunity: a quotation sent, a meeting or call with its recap, a message with advice, or
/// a file. If it refers to a file of the opportunity (`attachment_id`) or to a successful call about it through the telephone
/// system (`activity_id`), the evidence status becomes `provided` at once and a warning is cleared. Text alone is stored but does
/// not count. Each file and each call counts once.
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
/// Returns what was submitted, by whom and when. Evidence never changes.
#[utoipa::path(tag = "evidence", operation_id = "getEvidence", security(("bearer" = ["opportunities:read"])),
    responses((status = 200, body = EvidenceView)))]
#[get("/evidence/{evidence_id}")]
async fn get_one(caller: Caller, id: Path<EvidenceId>) -> HandlerResult {
    let found = stored::find_evidence(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&found))
}

/// Preview the check at 23:59.
///
/// If the playbook requires evidence, the check closes open primary opportunities without valid evidence as lost, every night at
/// 23:59. This operation returns what the check would decide about this opportunity now, and why. It changes nothing.
#[utoipa::path(tag = "evidence", operation_id = "previewEvidenceCheck", security(("bearer" = ["opportunities:read"])),
    responses((status = 200, body = EvidenceCheckPreview)))]
#[get("/opportunities/{opportunity_id}/evidence/check-preview")]
async fn check_preview(caller: Caller, id: Path<OpportunityId>) -> HandlerResult {
    Ok(ApiResponse::ok(&actions::check_preview(&caller.ctx, *id).await?))
}

/// Warn about the evidence of an opportunity.
///
/// States that the evidence is not valid. The evidence status becomes `warned` and the salesperson is notified at once with the
/// reason. Only evidence submitted from now on clears the warning. A pending review of the opportunity is completed too.
#[utoipa::path(tag = "evidence", operation_id = "warnEvidence", security(("bearer" = ["evidence:review"])),
    request_body = WarnEvidence, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/evidence/warn")]
async fn warn(caller: Caller, id: Path<OpportunityId>, body: Body<WarnEvidence>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::warn).await
}

/// Accept the evidence of an opportunity.
///
/// States that the evidence is valid, or withdraws a warning. The evidence status becomes `provided`. A pending review of the
/// opportunity is completed too.
#[utoipa::path(tag = "evidence", operation_id = "acceptEvidence", security(("bearer" = ["evidence:review"])),
    responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/evidence/accept")]
async fn accept(caller: Caller, id: Path<OpportunityId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::accept).await
}

/// The result of a draw.
#[derive(Serialize, ToSchema)]
#[schema(as = EvidenceDraw)]
struct DrawView {
    /// Identifier of the draw. The list of reviews can be filtered by it.
    draw_id: EvidenceDrawId,
    /// The pending reviews, one for each opportunity that was drawn.
    #[schema(max_items = 100)]
    data: Vec<EvidenceReviewView>,
}

/// Draw opportunities for review.
///
/// Selects open opportunities with evidence at random and creates a review for each. The same evidence is not drawn again, and
/// evidence that was judged without a draw is not drawn either. If there are not enough opportunities, fewer are drawn.
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
/// Returns reviews, newest first. `outcome=pending` lists those that are not judged yet.
#[utoipa::path(tag = "evidence", operation_id = "listEvidenceReviews", security(("bearer" = ["evidence:review"])),
    params(ReviewFilter), responses((status = 200, body = Page<EvidenceReviewView>)))]
#[get("/evidence-reviews")]
async fn list_reviews(caller: Caller, query: List<ReviewFilter>) -> HandlerResult {
    caller.list(query, stored::list_reviews).await
}

/// Get an evidence review.
///
/// Returns which evidence was drawn, by whom, and the outcome.
#[utoipa::path(tag = "evidence", operation_id = "getEvidenceReview", security(("bearer" = ["evidence:review"])),
    responses((status = 200, body = EvidenceReviewView)))]
#[get("/evidence-reviews/{review_id}")]
async fn get_review(caller: Caller, id: Path<EvidenceReviewId>) -> HandlerResult {
    caller.read::<EvidenceReviewView>(*id).await
}

/// Accept the evidence under review.
///
/// Completes the review: the evidence is valid. A warning given in the meantime is withdrawn. If the opportunity was closed or
/// reopened since, only the review changes.
#[utoipa::path(tag = "evidence", operation_id = "acceptEvidenceReview", security(("bearer" = ["evidence:review"])),
    responses((status = 200, body = EvidenceReviewView)))]
#[post("/evidence-reviews/{review_id}/accept")]
async fn accept_review(caller: Caller, id: Path<EvidenceReviewId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<EvidenceReviewView, _>(*id, &body, actions::accept_review).await
}

/// Warn about the evidence under review.
///
/// Completes the review: the evidence is not valid. The salesperson is notified at once with the reason and must submit new
/// evidence.
#[utoipa::path(tag = "evidence", operation_id = "warnEvidenceReview", security(("bearer" = ["evidence:review"])),
    request_body = WarnEvidence, responses((status = 200, body = EvidenceReviewView)))]
#[post("/evidence-reviews/{review_id}/warn")]
async fn warn_review(caller: Caller, id: Path<EvidenceReviewId>, body: Body<WarnEvidence>) -> HandlerResult {
    caller.act::<EvidenceReviewView, _>(*id, &body, actions::warn_review).await
}

/// List evidence checks.
///
/// Returns the results of the nightly checks, latest date first, and the next check. Also for users with `timers:manage`.
#[utoipa::path(tag = "evidence", operation_id = "listEvidenceChecks", security(("bearer" = ["evidence:review"])),
    params(CheckFilter), responses((status = 200, body = Page<EvidenceCheckView>)))]
#[get("/evidence-checks")]
async fn list_checks(caller: Caller, query: List<CheckFilter>) -> HandlerResult {
    caller.list(query, stored::list_checks).await
}
