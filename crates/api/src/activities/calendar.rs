use actix_web::{HttpRequest, delete, get, post, web::Path};
use chot_application::activities as actions;
use chot_application::identity::digest;
use chot_domain::identity::Permission;
use chot_domain::shared::{Clock, Code, Nothing, SystemClock};
use chot_persistence::activities::{self, ActivityView, CalendarFeedView, CalendarFilter, DueFilter, Entry};
use chot_persistence::{Page, Tx, identity};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Caller, IfMatch, List, OptionalBody, keep_to_rate, state};
use crate::web::network::caller_address;
use crate::web::rate_limits::Policy;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(calendar).service(due_today);
    config.service(get_feed).service(create_feed).service(revoke_feed).service(file);
}

/// Get the calendar.
///
/// Returns planned and completed activities in a range of days, ordered by time. The default is seven days from today. The
/// calendar is your own, or that of a user or a team as far as you may see it. Days are in the organisation's time zone.
#[utoipa::path(tag = "calendar", operation_id = "getCalendar", security(("bearer" = ["activities:read"])), params(CalendarFilter),
    responses((status = 200, body = Page<ActivityView>)))]
#[get("/calendar")]
async fn calendar(caller: Caller, query: List<CalendarFilter>) -> HandlerResult {
    let now = caller.ctx.engine.clock.now();
    let found =
        activities::calendar(caller.db(), caller.actor(), &caller.ctx.playbook, now, &query.filter, &query.paging).await?;
    Ok(query.page(&found))
}

/// List what is due today.
///
/// Returns the activities planned for today and the overdue ones, ordered by time. They are your own, or those of a user or a
/// team as far as you may see them. Today ends at midnight in the organisation's time zone.
#[utoipa::path(tag = "calendar", operation_id = "listDueToday", security(("bearer" = ["activities:read"])), params(DueFilter),
    responses((status = 200, body = Page<ActivityView>)))]
#[get("/calendar/due-today")]
async fn due_today(caller: Caller, query: List<DueFilter>) -> HandlerResult {
    let now = caller.ctx.engine.clock.now();
    let found =
        activities::due_today(caller.db(), caller.actor(), &caller.ctx.playbook, now, &query.filter, &query.paging).await?;
    Ok(query.page(&found))
}

/// A new secret address.
#[derive(Serialize, ToSchema)]
struct NewCalendarFeed {
    /// The calendar feed.
    feed: CalendarFeedView,
    /// The path of the address on this server, shown only once. `null` when the response is repeated for an `Idempotency-Key`.
    #[schema(max_length = 200, example = "/api/v1/public/calendars/hG0pKTiOQ0K1cFf5n4cC1rQm9E9cE3Xn2sUuWcVb7aY.ics")]
    path: Option<String>,
}

/// Get the calendar feed.
///
/// Returns whether you have a secret address for calendar programs, and since when. The address itself is not returned again.
#[utoipa::path(tag = "calendar", operation_id = "getCalendarFeed", security(("bearer" = ["activities:read"])),
    responses((status = 200, body = CalendarFeedView)))]
#[get("/me/calendar-feed")]
async fn get_feed(caller: Caller) -> HandlerResult {
    let user = caller.actor().user().ok_or(Code::NotFound)?;
    let feed = activities::find_feed(caller.db(), caller.actor(), user).await?.ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&feed).in_version(feed.version))
}

/// Create a calendar feed.
///
/// Creates a secret address (iCalendar, RFC 5545) to which calendar programs of Google, Apple, Microsoft and others can
/// subscribe. It shows your planned activities. Anyone who knows the address can read it, so it is shown only once. A new address
/// replaces the old one.
#[utoipa::path(tag = "calendar", operation_id = "createCalendarFeed", security(("bearer" = ["activities:read"])),
    responses((status = 200, body = NewCalendarFeed)))]
#[post("/me/calendar-feed")]
async fn create_feed(caller: Caller, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    let created = async |tx: &Tx, _: &Nothing| {
        let secret = actions::create_feed(tx).await?;
        let user = tx.actor.user().ok_or(Code::NotFound)?;
        let feed = activities::find_feed(tx, &tx.actor, user).await?.ok_or(Code::NotFound)?;
        let path = Some(format!("/api/v1/public/calendars/{secret}.ics"));
        let reply = ApiResponse::ok(&NewCalendarFeed { feed: feed.clone(), path });
        Ok(reply.with_stored_body(&NewCalendarFeed { feed, path: None }))
    };
    caller.post(&body, created).await
}

/// Delete the calendar feed.
///
/// Deletes the secret address. Calendar programs can no longer read it.
#[utoipa::path(tag = "calendar", operation_id = "revokeCalendarFeed", security(("bearer" = ["activities:read"])),
    responses((status = 204)))]
#[delete("/me/calendar-feed")]
async fn revoke_feed(caller: Caller, seen: IfMatch) -> HandlerResult {
    let revoked = async |tx: &Tx| {
        seen.run(&tx.actor, async |version| actions::revoke_feed(tx, version).await).await?;
        Ok(ApiResponse::nothing())
    };
    Ok(caller.ctx.write(revoked).await?)
}

/// Get a calendar as iCalendar.
///
/// Returns the planned activities of the user as iCalendar (RFC 5545), from thirty days ago to one year ahead. The file contains no
/// customer data except what the subjects contain.
#[utoipa::path(tag = "calendar", operation_id = "getCalendarFile", security(()),
    responses((status = 200, description = "The calendar.", content_type = "text/calendar", body = String)))]
#[get("/public/calendars/{calendar_secret}.ics")]
async fn file(request: HttpRequest, secret: Path<String>) -> HandlerResult {
    keep_to_rate(&request, Policy::CalendarAddress, &caller_address(&request))?;
    let engine = &state(&request).engine;
    let (_, playbook) = engine.playbook().await?;
    let user = activities::owner_of_feed(&engine.db, &digest(&secret), SystemClock.now()).await?.ok_or(Code::NotFound)?;
    let actor = identity::actor(&engine.db, &playbook, user).await?;
    actor.filter(|actor| actor.may(Permission::ActivitiesRead)).ok_or(Code::NotFound)?;
    let planned = activities::entries(&engine.db, user, engine.clock.now()).await?;
    Ok(ApiResponse::text("text/calendar; charset=utf-8", written(&planned)))
}

/// The calendar in iCalendar format.
fn written(planned: &[Entry]) -> String {
    let mut text = Calendar::new();
    text.name("Chốt").append_property(Property::new("PRODID", "-//Chot//CRM//VI"));
    for entry in planned {
        let mut event = Event::new();
        event.uid(&format!("{}@chot", entry.id)).sequence(u32::try_from(entry.version).unwrap_or(u32::MAX));
        event.timestamp(entry.updated_at).created(entry.created_at).last_modified(entry.updated_at);
        event.summary(&entry.subject).starts(entry.starts_at).status(EventStatus::Confirmed);
        if let Some(ends_at) = entry.ends_at {
            event.ends(ends_at);
        }
        text.push(event.done());
    }
    text.to_string()
}
