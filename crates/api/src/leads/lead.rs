use actix_web::{HttpRequest, delete, get, patch, post, web::Path};
use chot_application::leads as actions;
use chot_application::leads::BulkAssignResult;
use chot_domain::accounts::{AssignOwner, MoveCard, TagRecord};
use chot_domain::identity::{Actor, Permission};
use chot_domain::leads::{
    AssignLeads, ConvertLead, JunkLead, LeadDraft, LeadId, LeadPatch, MarkContacted, RecycleLead, ReturnLead, VerifyLead,
};
use chot_domain::shared::{Code, Key, Nothing};
use chot_persistence::events::{EventView, TimelineFilter};
use chot_persistence::leads::{self, ConversionView, DuplicateCandidate, LeadFilter, LeadView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Body, Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::record::{Record, address, read_back};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get_one).service(update).service(archive).service(restore);
    config
        .service(assign_many)
        .service(assign)
        .service(claim)
        .service(mark_contacted)
        .service(verify)
        .service(junk)
        .service(return_lead);
    config.service(recycle).service(resume).service(move_to).service(tag).service(untag);
    config.service(convert).service(preview_conversion).service(duplicates).service(timeline);
}

impl Record for LeadView {
    type Id = LeadId;
    const PATH: &'static str = "/api/v1/leads";
    const SHOWS_WITH: &'static [Permission] = &[Permission::ActivitiesRead];

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: LeadId) -> Result<Option<Self>, StoreError> {
        leads::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: LeadId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List leads.
///
/// Returns the leads that you may see, newest first. With `in_pool=true`, returns the leads without an owner, for users who
/// assign or claim leads.
#[utoipa::path(tag = "leads", operation_id = "listLeads", security(("bearer" = ["leads:read"])), params(LeadFilter),
    responses((status = 200, body = Page<LeadView>)))]
#[get("/leads")]
async fn list(caller: Caller, query: List<LeadFilter>) -> HandlerResult {
    if query.filter.tax_code.is_some() || query.filter.citizen_id.is_some() {
        caller.keep_to_lookups(&query.request)?;
    }
    caller.list(query, leads::list).await
}

/// Create a lead.
///
/// Requires a name and one way to contact the lead (`phone`, `email` or `contact_points`). The playbook may also require the
/// identity number: the demo (`icheck`) requires `tax_code` of a company and `citizen_id` of an individual. Two leads may have
/// the same number: see `GET /leads/{lead_id}/duplicates`.
#[utoipa::path(tag = "leads", operation_id = "createLead", security(("bearer" = ["leads:create"])), request_body = LeadDraft,
    responses((status = 201, body = LeadView)))]
#[post("/leads")]
async fn create(caller: Caller, body: Body<LeadDraft>) -> HandlerResult {
    caller.create::<LeadView, _>(&body, actions::create).await
}

/// Get a lead.
///
/// Returns one lead. A converted lead has links to the records that it became.
#[utoipa::path(tag = "leads", operation_id = "getLead", security(("bearer" = ["leads:read"])),
    responses((status = 200, body = LeadView)))]
#[get("/leads/{lead_id}")]
async fn get_one(caller: Caller, id: Path<LeadId>) -> HandlerResult {
    caller.read::<LeadView>(*id).await
}

/// Update a lead.
///
/// Updates fields of the lead. To change its owner, stage or status, use the actions. A converted lead cannot be updated.
#[utoipa::path(tag = "leads", operation_id = "updateLead", security(("bearer" = ["leads:update"])), request_body = LeadPatch,
    responses((status = 200, body = LeadView)))]
#[patch("/leads/{lead_id}")]
async fn update(caller: Caller, id: Path<LeadId>, seen: IfMatch, Patch(patch): Patch<LeadDraft>) -> HandlerResult {
    caller.change::<LeadView, _>(*id, &seen, &patch, actions::update).await
}

/// Archive a lead.
///
/// Removes the lead from lists. It can be restored.
#[utoipa::path(tag = "leads", operation_id = "archiveLead", security(("bearer" = ["leads:archive"])), responses((status = 204)))]
#[delete("/leads/{lead_id}")]
async fn archive(caller: Caller, id: Path<LeadId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<LeadView>(*id, &seen, actions::archive).await
}

/// Restore a lead.
///
/// Restores an archived lead.
#[utoipa::path(tag = "leads", operation_id = "restoreLead", security(("bearer" = ["leads:archive"])),
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/restore")]
async fn restore(caller: Caller, id: Path<LeadId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, async |tx, id, _| actions::restore(tx, id).await).await
}

/// Assign a lead.
///
/// Sets the owner of the lead. Its activities and status do not change.
#[utoipa::path(tag = "leads", operation_id = "assignLead", security(("bearer" = ["leads:assign"])), request_body = AssignOwner,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/assign")]
async fn assign(caller: Caller, id: Path<LeadId>, body: Body<AssignOwner>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::assign).await
}

/// The result for each lead.
#[derive(Serialize, ToSchema)]
struct BulkAssignResults {
    /// The leads, in the order of the request.
    #[schema(max_items = 100)]
    data: Vec<BulkAssignResult>,
}

/// Assign several leads.
///
/// Distributes leads to salespeople in rotation, the oldest lead first. The numbers of leads that two salespeople get differ by
/// at most one. Leads that cannot be assigned (closed, archived, not visible) are returned with a `code` and skipped in the
/// rotation. Each salesperson gets one notification for all leads.
#[utoipa::path(tag = "leads", operation_id = "assignLeads", security(("bearer" = ["leads:assign"])), request_body = AssignLeads,
    responses((status = 200, body = BulkAssignResults)))]
#[post("/leads/assign")]
async fn assign_many(caller: Caller, body: Body<AssignLeads>) -> HandlerResult {
    let assigned = async |tx: &Tx, order: &AssignLeads| {
        Ok(ApiResponse::ok(&BulkAssignResults { data: actions::assign_many(tx, order).await? }))
    };
    caller.post(&body, assigned).await
}

/// Claim a lead.
///
/// Makes you the owner of a lead in the pool. If several users claim it at once, one gets it and the others get 409
/// `not_in_pool`.
#[utoipa::path(tag = "leads", operation_id = "claimLead", security(("bearer" = ["leads:claim"])),
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/claim")]
async fn claim(caller: Caller, id: Path<LeadId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, async |tx, id, _| actions::claim(tx, id).await).await
}

/// Mark a lead as contacted.
///
/// Records that the lead was contacted.
#[utoipa::path(tag = "leads", operation_id = "markLeadContacted", security(("bearer" = ["leads:update"])),
    request_body = MarkContacted, responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/mark-contacted")]
async fn mark_contacted(caller: Caller, id: Path<LeadId>, OptionalBody(body): OptionalBody<MarkContacted>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::mark_contacted).await
}

/// Verify a lead.
///
/// Records whether the information of the lead is real. `real` sets the status to `qualified`. `not_real` sets it to `junk` and
/// requires a reason.
#[utoipa::path(tag = "leads", operation_id = "verifyLead", security(("bearer" = ["leads:update"])), request_body = VerifyLead,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/verify")]
async fn verify(caller: Caller, id: Path<LeadId>, body: Body<VerifyLead>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::verify).await
}

/// Mark a lead as junk.
///
/// Closes a lead that is not real or not worth contacting. `reason` is a junk reason of the playbook.
#[utoipa::path(tag = "leads", operation_id = "junkLead", security(("bearer" = ["leads:update"])), request_body = JunkLead,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/junk")]
async fn junk(caller: Caller, id: Path<LeadId>, body: Body<JunkLead>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::junk).await
}

/// Return a lead.
///
/// Removes the owner and sets the status to `returned`, so that a manager can assign the lead again.
#[utoipa::path(tag = "leads", operation_id = "returnLead", security(("bearer" = ["leads:update"])), request_body = ReturnLead,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/return")]
async fn return_lead(caller: Caller, id: Path<LeadId>, body: Body<ReturnLead>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::return_).await
}

/// Recycle a lead.
///
/// Sets the lead aside until a date. From that day on, its owner finds it with `GET /leads?is_follow_up_due=true`.
#[utoipa::path(tag = "leads", operation_id = "recycleLead", security(("bearer" = ["leads:update"])), request_body = RecycleLead,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/recycle")]
async fn recycle(caller: Caller, id: Path<LeadId>, OptionalBody(body): OptionalBody<RecycleLead>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::recycle).await
}

/// Resume a lead.
///
/// Continues work on a lead that was recycled or marked as junk.
#[utoipa::path(tag = "leads", operation_id = "resumeLead", security(("bearer" = ["leads:update"])),
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/resume")]
async fn resume(caller: Caller, id: Path<LeadId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, async |tx, id, _| actions::resume(tx, id).await).await
}

/// Move a lead to another stage.
///
/// Moves the lead to another stage of the same status. To reach a stage of another status, use the action that sets this status.
#[utoipa::path(tag = "leads", operation_id = "moveLead", security(("bearer" = ["leads:update"])), request_body = MoveCard,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/move")]
async fn move_to(caller: Caller, id: Path<LeadId>, body: Body<MoveCard>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::move_to).await
}

/// Add a tag to a lead.
///
/// Adds a tag of the playbook to the lead. Adding it again changes nothing. If the playbook assigns this tag to a stage (see
/// `stages[].tag` of the playbook), the lead moves to that stage and keeps the tag while it is there.
#[utoipa::path(tag = "leads", operation_id = "tagLead", security(("bearer" = ["leads:update"])), request_body = TagRecord,
    responses((status = 200, body = LeadView)))]
#[post("/leads/{lead_id}/tags")]
async fn tag(caller: Caller, id: Path<LeadId>, body: Body<TagRecord>) -> HandlerResult {
    caller.act::<LeadView, _>(*id, &body, actions::tag).await
}

/// Remove a tag from a lead.
///
/// Removes a tag from the lead. The tag of its current stage cannot be removed: move the lead instead.
#[utoipa::path(tag = "leads", operation_id = "untagLead", security(("bearer" = ["leads:update"])),
    responses((status = 200, body = LeadView)))]
#[delete("/leads/{lead_id}/tags/{tag}")]
async fn untag(caller: Caller, path: Path<(LeadId, Key)>) -> HandlerResult {
    let (id, name) = path.into_inner();
    caller.act::<LeadView, _>(id, &Body::nothing(), async |tx, id, _| actions::untag(tx, id, name.as_str()).await).await
}

/// Convert a lead.
///
/// Converts the lead into an account, a contact and opportunities, all or none. `{}` creates the account, the contact if the lead
/// names a person, and one opportunity. Each target can be created, linked to an existing record, or skipped. On a linked record
/// only empty fields are filled, unless `overwrite` names others. Records that may be the same customer cause 409
/// `duplicates_undecided` until each is linked or named in `dismissed_duplicates`.
#[utoipa::path(tag = "leads", operation_id = "convertLead", security(("bearer" = ["leads:convert"])), request_body = ConvertLead,
    responses((status = 201, body = ConversionView)))]
#[post("/leads/{lead_id}/convert")]
async fn convert(
    request: HttpRequest,
    caller: Caller,
    id: Path<LeadId>,
    OptionalBody(body): OptionalBody<ConvertLead>,
) -> HandlerResult {
    // An error shows who else may be the same customer.
    caller.keep_to_lookups(&request)?;
    let converted = async |tx: &Tx, order: &ConvertLead| {
        let id = *id;
        let conversion = caller.check_version::<LeadView, _>(tx, id, async || actions::convert(tx, id, order).await).await?;
        let record = read_back::<ConversionView>(tx, conversion).await?.record;
        Ok(ApiResponse::created(&address::<ConversionView>(conversion), &record).about(id))
    };
    caller.post_about::<LeadView, _>(&body, converted).await
}

/// Preview the conversion of a lead.
///
/// Takes the same body as the conversion, makes the same checks, and returns exactly what would be stored, with the possible
/// duplicates. Nothing is stored.
#[utoipa::path(tag = "leads", operation_id = "previewLeadConversion", security(("bearer" = ["leads:convert"])),
    request_body = ConvertLead, responses((status = 200, body = actions::ConversionPreview)))]
#[post("/leads/{lead_id}/convert/preview")]
async fn preview_conversion(
    request: HttpRequest,
    caller: Caller,
    id: Path<LeadId>,
    OptionalBody(body): OptionalBody<ConvertLead>,
) -> HandlerResult {
    // The response shows who else may be the same customer.
    caller.keep_to_lookups(&request)?;
    let planned = async |tx: &Tx, order: &ConvertLead| {
        let id = *id;
        let preview =
            caller.check_version::<LeadView, _>(tx, id, async || actions::preview_conversion(tx, id, order).await).await?;
        Ok(ApiResponse::ok(&preview).about(id))
    };
    caller.post_about::<LeadView, _>(&body, planned).await
}

/// Records that may be the same customer.
#[derive(Serialize, ToSchema)]
struct Duplicates {
    /// The possible duplicates, with reasons.
    #[schema(max_items = 250)]
    data: Vec<DuplicateCandidate>,
}

/// List the duplicates of a lead.
///
/// Returns leads, accounts and contacts with the same tax code, citizen identity number, telephone number, e-mail address or name
/// (case and diacritics are ignored). Of a record that you may not see, only the identifier or the card is returned.
#[utoipa::path(tag = "leads", operation_id = "listLeadDuplicates", security(("bearer" = ["leads:read"])),
    responses((status = 200, body = Duplicates)))]
#[get("/leads/{lead_id}/duplicates")]
async fn duplicates(request: HttpRequest, caller: Caller, id: Path<LeadId>) -> HandlerResult {
    caller.keep_to_lookups(&request)?;
    let fingerprint = leads::fingerprint(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    let matches = leads::find_matches(caller.db(), &fingerprint, Some(*id)).await?;
    let cards = caller.ctx.playbook.policies.outsiders_see_account_cards;
    Ok(ApiResponse::ok(&Duplicates { data: leads::duplicates(caller.db(), caller.actor(), cards, &matches).await? }))
}

/// List the events of a lead.
///
/// Returns the events of the lead, newest first.
#[utoipa::path(tag = "leads", operation_id = "listLeadTimeline", security(("bearer" = ["leads:read"])), params(TimelineFilter),
    responses((status = 200, body = Page<EventView>)))]
#[get("/leads/{lead_id}/timeline")]
async fn timeline(caller: Caller, id: Path<LeadId>, query: List<TimelineFilter>) -> HandlerResult {
    let found = leads::timeline(caller.db(), caller.actor(), *id, &query.filter, &query.paging).await?.ok_or(Code::NotFound)?;
    Ok(query.page(&found))
}
