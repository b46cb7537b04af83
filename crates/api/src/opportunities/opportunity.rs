use actix_web::{delete, get, patch, post, web::Path};
use chot_application::opportunities as actions;
use chot_domain::accounts::{MoveCard, TagRecord};
use chot_domain::identity::{Actor, Permission};
use chot_domain::opportunities::{
    LoseOpportunity, OpportunityDraft, OpportunityId, OpportunityPatch, ReopenOpportunity, WinOpportunity,
};
use chot_domain::shared::{Code, Key, Nothing};
use chot_persistence::events::{EventView, TimelineFilter};
use chot_persistence::opportunities::{self, OpportunityFilter, OpportunityView, StageHistoryEntry};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Body, Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(open).service(get_one).service(update).service(archive).service(restore);
    config.service(move_to).service(win).service(lose).service(reopen).service(tag).service(untag);
    config.service(stage_history).service(timeline);
}

impl Record for OpportunityView {
    type Id = OpportunityId;
    const PATH: &'static str = "/api/v1/opportunities";
    const SHOWS_WITH: &'static [Permission] = &[Permission::ActivitiesRead];

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: OpportunityId) -> Result<Option<Self>, StoreError> {
        opportunities::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: OpportunityId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List opportunities.
///
/// Returns the opportunities of the accounts that you may see, newest first. `status` filters open, won and lost ones.
/// `evidence_status=missing` lists those that need evidence.
#[utoipa::path(tag = "opportunities", operation_id = "listOpportunities", security(("bearer" = ["opportunities:read"])),
    params(OpportunityFilter), responses((status = 200, body = Page<OpportunityView>)))]
#[get("/opportunities")]
async fn list(caller: Caller, query: List<OpportunityFilter>) -> HandlerResult {
    caller.list(query, opportunities::list).await
}

/// Create an opportunity.
///
/// Creates an opportunity of an account. Its owner is the owner of the account. Without `phone`, the telephone number of the
/// account is used. Refused for child accounts and for accounts without an owner.
#[utoipa::path(tag = "opportunities", operation_id = "openOpportunity", security(("bearer" = ["opportunities:create"])),
    request_body = OpportunityDraft, responses((status = 201, body = OpportunityView)))]
#[post("/opportunities")]
async fn open(caller: Caller, body: Body<OpportunityDraft>) -> HandlerResult {
    caller.create::<OpportunityView, _>(&body, actions::open).await
}

/// Get an opportunity.
///
/// Returns one opportunity.
#[utoipa::path(tag = "opportunities", operation_id = "getOpportunity", security(("bearer" = ["opportunities:read"])),
    responses((status = 200, body = OpportunityView)))]
#[get("/opportunities/{opportunity_id}")]
async fn get_one(caller: Caller, id: Path<OpportunityId>) -> HandlerResult {
    caller.read::<OpportunityView>(*id).await
}

/// Update an opportunity.
///
/// Updates fields of the opportunity. To change its stage or status, use the actions. Its account, owner and classification
/// cannot be changed.
#[utoipa::path(tag = "opportunities", operation_id = "updateOpportunity", security(("bearer" = ["opportunities:update"])),
    request_body = OpportunityPatch, responses((status = 200, body = OpportunityView)))]
#[patch("/opportunities/{opportunity_id}")]
async fn update(caller: Caller, id: Path<OpportunityId>, seen: IfMatch, Patch(patch): Patch<OpportunityDraft>) -> HandlerResult {
    caller.change::<OpportunityView, _>(*id, &seen, &patch, actions::update).await
}

/// Archive an opportunity.
///
/// Removes the opportunity from lists and boards. It can be restored.
#[utoipa::path(tag = "opportunities", operation_id = "archiveOpportunity", security(("bearer" = ["opportunities:archive"])),
    responses((status = 204)))]
#[delete("/opportunities/{opportunity_id}")]
async fn archive(caller: Caller, id: Path<OpportunityId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<OpportunityView>(*id, &seen, actions::archive).await
}

/// Restore an opportunity.
///
/// Restores an archived opportunity.
#[utoipa::path(tag = "opportunities", operation_id = "restoreOpportunity", security(("bearer" = ["opportunities:archive"])),
    responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/restore")]
async fn restore(caller: Caller, id: Path<OpportunityId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, async |tx, id, _| actions::restore(tx, id).await).await
}

/// Move an opportunity to another stage.
///
/// Moves the opportunity to another open stage. To win or lose an opportunity, use the actions `win` and `lose`.
#[utoipa::path(tag = "opportunities", operation_id = "moveOpportunity", security(("bearer" = ["opportunities:update"])),
    request_body = MoveCard, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/move")]
async fn move_to(caller: Caller, id: Path<OpportunityId>, body: Body<MoveCard>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::move_to).await
}

/// Mark an opportunity as won.
///
/// Sets the status to `won`. If the playbook defines it, the account becomes a customer.
#[utoipa::path(tag = "opportunities", operation_id = "winOpportunity", security(("bearer" = ["opportunities:close"])),
    request_body = WinOpportunity, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/win")]
async fn win(caller: Caller, id: Path<OpportunityId>, OptionalBody(body): OptionalBody<WinOpportunity>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::win).await
}

/// Mark an opportunity as lost.
///
/// Sets the status to `lost`, with the reason, what the customer said and when to contact the customer again. If the playbook
/// defines it, losing the last primary opportunity returns the account to the pool.
#[utoipa::path(tag = "opportunities", operation_id = "loseOpportunity", security(("bearer" = ["opportunities:close"])),
    request_body = LoseOpportunity, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/lose")]
async fn lose(caller: Caller, id: Path<OpportunityId>, body: Body<LoseOpportunity>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::lose).await
}

/// Reopen an opportunity.
///
/// Opens a closed opportunity again. Earlier evidence no longer counts.
#[utoipa::path(tag = "opportunities", operation_id = "reopenOpportunity", security(("bearer" = ["opportunities:reopen"])),
    request_body = ReopenOpportunity, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/reopen")]
async fn reopen(caller: Caller, id: Path<OpportunityId>, body: Body<ReopenOpportunity>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::reopen).await
}

/// Add a tag to an opportunity.
///
/// Adds a tag of the playbook to the opportunity. Adding it again changes nothing. If the playbook assigns this tag to a stage
/// (see `stages[].tag` of the playbook), the opportunity moves to that stage and keeps the tag while it is there.
#[utoipa::path(tag = "opportunities", operation_id = "tagOpportunity", security(("bearer" = ["opportunities:update"])),
    request_body = TagRecord, responses((status = 200, body = OpportunityView)))]
#[post("/opportunities/{opportunity_id}/tags")]
async fn tag(caller: Caller, id: Path<OpportunityId>, body: Body<TagRecord>) -> HandlerResult {
    caller.act::<OpportunityView, _>(*id, &body, actions::tag).await
}

/// Remove a tag from an opportunity.
///
/// Removes a tag from the opportunity. The tag of its current stage cannot be removed: move the opportunity instead.
#[utoipa::path(tag = "opportunities", operation_id = "untagOpportunity", security(("bearer" = ["opportunities:update"])),
    responses((status = 200, body = OpportunityView)))]
#[delete("/opportunities/{opportunity_id}/tags/{tag}")]
async fn untag(caller: Caller, path: Path<(OpportunityId, Key)>) -> HandlerResult {
    let (id, name) = path.into_inner();
    caller.act::<OpportunityView, _>(id, &Body::nothing(), async |tx, id, _| actions::untag(tx, id, name.as_str()).await).await
}

/// The stages that an opportunity has been in.
#[derive(Serialize, ToSchema)]
struct StageHistory {
    /// The stages, oldest first.
    #[schema(max_items = 10000)]
    data: Vec<StageHistoryEntry>,
}

/// List the stage history of an opportunity.
///
/// Returns the stages that it has been in, since when and for how long, and who moved it.
#[utoipa::path(tag = "opportunities", operation_id = "listOpportunityStages", security(("bearer" = ["opportunities:read"])),
    responses((status = 200, body = StageHistory)))]
#[get("/opportunities/{opportunity_id}/stages")]
async fn stage_history(caller: Caller, id: Path<OpportunityId>) -> HandlerResult {
    let now = caller.ctx.engine.clock.now();
    let visits = opportunities::stage_history(caller.db(), caller.actor(), *id, now).await?.ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&StageHistory { data: visits }))
}

/// List the events of an opportunity.
///
/// Returns the events of the opportunity and of the lead that was converted into it, newest first.
#[utoipa::path(tag = "opportunities", operation_id = "listOpportunityTimeline", security(("bearer" = ["opportunities:read"])),
    params(TimelineFilter), responses((status = 200, body = Page<EventView>)))]
#[get("/opportunities/{opportunity_id}/timeline")]
async fn timeline(caller: Caller, id: Path<OpportunityId>, query: List<TimelineFilter>) -> HandlerResult {
    let found =
        opportunities::timeline(caller.db(), caller.actor(), *id, &query.filter, &query.paging).await?.ok_or(Code::NotFound)?;
    Ok(query.page(&found))
}
