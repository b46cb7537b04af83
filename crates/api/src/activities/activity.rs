use actix_web::{delete, get, patch, post, web::Path};
use chot_application::activities as actions;
use chot_domain::accounts::AssignOwner;
use chot_domain::activities::{ActivityDraft, ActivityId, ActivityPatch, CancelActivity, CompleteActivity, RescheduleActivity};
use chot_domain::identity::Actor;
use chot_domain::shared::Nothing;
use chot_persistence::activities::{self, ActivityFilter, ActivityView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::extract::{Body, Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get_one).service(update).service(archive).service(restore);
    config.service(complete).service(reschedule).service(cancel).service(assign);
}

impl Record for ActivityView {
    type Id = ActivityId;
    const PATH: &'static str = "/api/v1/activities";

    fn version(&self) -> i64 {
        self.version
    }

    fn stored(&self) -> Option<Self> {
        Some(self.clone().without_password())
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: ActivityId) -> Result<Option<Self>, StoreError> {
        activities::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: ActivityId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List activities.
///
/// Returns calls, e-mails, messages, meetings, tasks and notes, newest first. You see the activities of users in your scope, and
/// those about accounts and leads that you may see. `account_id` with `has_recording=true` lists the recorded calls with a
/// customer.
#[utoipa::path(tag = "activities", operation_id = "listActivities", security(("bearer" = ["activities:read"])),
    params(ActivityFilter), responses((status = 200, body = Page<ActivityView>)))]
#[get("/activities")]
async fn list(caller: Caller, query: List<ActivityFilter>) -> HandlerResult {
    let now = caller.ctx.engine.clock.now();
    Ok(query.page(&activities::list(caller.db(), caller.actor(), now, &query.filter, &query.paging).await?))
}

/// Create an activity.
///
/// Without `done_at`, the activity is planned for `starts_at`, which cannot be in the past. With `done_at`, it is stored as done,
/// with outcome and summary. A note is always stored as done. An activity may be about a lead, an account or an opportunity. You
/// are its owner unless you send `owner_id`. A planned meeting about a record gets the check list of the record's stage.
#[utoipa::path(tag = "activities", operation_id = "createActivity", security(("bearer" = ["activities:write"])),
    request_body = ActivityDraft, responses((status = 201, body = ActivityView)))]
#[post("/activities")]
async fn create(caller: Caller, body: Body<ActivityDraft>) -> HandlerResult {
    caller.create::<ActivityView, _>(&body, actions::create).await
}

/// Get an activity.
///
/// Returns one activity.
#[utoipa::path(tag = "activities", operation_id = "getActivity", security(("bearer" = ["activities:read"])),
    responses((status = 200, body = ActivityView)))]
#[get("/activities/{activity_id}")]
async fn get_one(caller: Caller, id: Path<ActivityId>) -> HandlerResult {
    caller.read::<ActivityView>(*id).await
}

/// Update an activity.
///
/// Updates the description and the check list of the activity. To change its times, status, outcome or owner, use the actions. The
/// record that the activity is about cannot change.
#[utoipa::path(tag = "activities", operation_id = "updateActivity", security(("bearer" = ["activities:write"])),
    request_body = ActivityPatch, responses((status = 200, body = ActivityView)))]
#[patch("/activities/{activity_id}")]
async fn update(caller: Caller, id: Path<ActivityId>, seen: IfMatch, Patch(patch): Patch<ActivityDraft>) -> HandlerResult {
    caller.change::<ActivityView, _>(*id, &seen, &patch, actions::update).await
}

/// Archive an activity.
///
/// Removes the activity from lists and calendars. It can be restored.
#[utoipa::path(tag = "activities", operation_id = "archiveActivity", security(("bearer" = ["activities:write"])),
    responses((status = 204)))]
#[delete("/activities/{activity_id}")]
async fn archive(caller: Caller, id: Path<ActivityId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<ActivityView>(*id, &seen, actions::archive).await
}

/// Restore an activity.
///
/// Restores an archived activity.
#[utoipa::path(tag = "activities", operation_id = "restoreActivity", security(("bearer" = ["activities:write"])),
    responses((status = 200, body = ActivityView)))]
#[post("/activities/{activity_id}/restore")]
async fn restore(caller: Caller, id: Path<ActivityId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<ActivityView, _>(*id, &body, async |tx, id, _| actions::restore(tx, id).await).await
}

/// Complete an activity.
///
/// Marks a planned activity as done, with its outcome. A password in `remote_access` is deleted.
#[utoipa::path(tag = "activities", operation_id = "completeActivity", security(("bearer" = ["activities:write"])),
    request_body = CompleteActivity, responses((status = 200, body = ActivityView)))]
#[post("/activities/{activity_id}/complete")]
async fn complete(caller: Caller, id: Path<ActivityId>, body: Body<CompleteActivity>) -> HandlerResult {
    caller.act::<ActivityView, _>(*id, &body, actions::complete).await
}

/// Reschedule an activity.
///
/// Changes the time of a planned activity. The new time cannot be in the past. Without `ends_at`, the duration stays the same.
#[utoipa::path(tag = "activities", operation_id = "rescheduleActivity", security(("bearer" = ["activities:write"])),
    request_body = RescheduleActivity, responses((status = 200, body = ActivityView)))]
#[post("/activities/{activity_id}/reschedule")]
async fn reschedule(caller: Caller, id: Path<ActivityId>, body: Body<RescheduleActivity>) -> HandlerResult {
    caller.act::<ActivityView, _>(*id, &body, actions::reschedule).await
}

/// Cancel an activity.
///
/// Cancels a planned activity. It stays in lists with the status `cancelled`.
#[utoipa::path(tag = "activities", operation_id = "cancelActivity", security(("bearer" = ["activities:write"])),
    request_body = CancelActivity, responses((status = 200, body = ActivityView)))]
#[post("/activities/{activity_id}/cancel")]
async fn cancel(caller: Caller, id: Path<ActivityId>, OptionalBody(body): OptionalBody<CancelActivity>) -> HandlerResult {
    caller.act::<ActivityView, _>(*id, &body, actions::cancel).await
}

/// Assign an activity.
///
/// Sets the owner of a planned activity. It moves to the calendar of the new owner.
#[utoipa::path(tag = "activities", operation_id = "assignActivity", security(("bearer" = ["activities:write"])),
    request_body = AssignOwner, responses((status = 200, body = ActivityView)))]
#[post("/activities/{activity_id}/assign")]
async fn assign(caller: Caller, id: Path<ActivityId>, body: Body<AssignOwner>) -> HandlerResult {
    caller.act::<ActivityView, _>(*id, &body, actions::assign).await
}
