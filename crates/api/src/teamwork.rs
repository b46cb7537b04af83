use actix_web::{get, post, web::Path};
use chot_application::teamwork as actions;
use chot_domain::identity::Actor;
use chot_domain::shared::Nothing;
use chot_domain::teamwork::{AnswerSupport, SupportRequestDraft, SupportRequestId};
use chot_persistence::teamwork::{self, SupportFilter, SupportRequestView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::extract::{Body, Caller, List, OptionalBody};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[("support-requests", "Questions of salespeople to their managers, and the answers.")];

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(ask).service(get_one).service(answer).service(withdraw);
}

impl Record for SupportRequestView {
    type Id = SupportRequestId;
    const PATH: &'static str = "/api/v1/support-requests";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: SupportRequestId) -> Result<Option<Self>, StoreError> {
        teamwork::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: SupportRequestId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List support requests.
///
/// Returns the requests that you sent, that you should answer, that users in your scope sent, and that are about records you may
/// see, newest first.
#[utoipa::path(tag = "support-requests", operation_id = "listSupportRequests", security(("bearer" = ["support:request"])),
    params(SupportFilter), responses((status = 200, body = Page<SupportRequestView>)))]
#[get("/support-requests")]
async fn list(caller: Caller, query: List<SupportFilter>) -> HandlerResult {
    caller.list(query, teamwork::list).await
}

/// Create a support request.
///
/// Asks about exactly one record that you may see, such as a lead whose data looks suspect. The user that you name is notified,
/// otherwise the managers of your team. If the playbook has a tag for suspect leads, it is added to the lead. Deadlines do not
/// change.
#[utoipa::path(tag = "support-requests", operation_id = "createSupportRequest", security(("bearer" = ["support:request"])),
    request_body = SupportRequestDraft, responses((status = 201, body = SupportRequestView)))]
#[post("/support-requests")]
async fn ask(caller: Caller, body: Body<SupportRequestDraft>) -> HandlerResult {
    caller.create::<SupportRequestView, _>(&body, actions::ask).await
}

/// Get a support request.
///
/// Returns the question and the answer.
#[utoipa::path(tag = "support-requests", operation_id = "getSupportRequest", security(("bearer" = ["support:request"])),
    responses((status = 200, body = SupportRequestView)))]
#[get("/support-requests/{support_request_id}")]
async fn get_one(caller: Caller, id: Path<SupportRequestId>) -> HandlerResult {
    caller.read::<SupportRequestView>(*id).await
}

/// Answer a support request.
///
/// May be used by the person who was asked and by managers of the person who asked. Nobody can answer their own request. The
/// person who asked is notified. The verdict `real` removes the suspect tag from a lead.
#[utoipa::path(tag = "support-requests", operation_id = "answerSupportRequest", security(("bearer" = ["support:answer"])),
    request_body = AnswerSupport, responses((status = 200, body = SupportRequestView)))]
#[post("/support-requests/{support_request_id}/answer")]
async fn answer(caller: Caller, id: Path<SupportRequestId>, body: Body<AnswerSupport>) -> HandlerResult {
    caller.act::<SupportRequestView, _>(*id, &body, actions::answer).await
}

/// Withdraw a support request.
///
/// Withdraws your own request while it has no answer.
#[utoipa::path(tag = "support-requests", operation_id = "withdrawSupportRequest", security(("bearer" = ["support:request"])),
    responses((status = 200, body = SupportRequestView)))]
#[post("/support-requests/{support_request_id}/withdraw")]
async fn withdraw(caller: Caller, id: Path<SupportRequestId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<SupportRequestView, _>(*id, &body, actions::withdraw).await
}
