//! The operations of activities, calendars and calendar feeds.

use chot_tests::fixtures::{account, text, version};
use serde_json::{Value, json};

use crate::accounts::contract::lans_account;
use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene};

/// Callers who see the account see its activities.
const SIGHT: Sight = Sight::OwnerAndMay("accounts:read");

/// The operations.
pub const ROWS: &[Row] = &[
    row("listActivities"),
    row("createActivity").on(lans_account, Sight::Owner).unseen(422).saying(new_activity),
    row("getActivity").on(activity, SIGHT),
    row("updateActivity").on(activity, SIGHT).saying(|_| json!({"location": "Văn phòng khách hàng"})),
    row("archiveActivity").on(activity, SIGHT),
    row("restoreActivity").on(archived_activity, SIGHT),
    row("completeActivity").on(activity, SIGHT).saying(|_| json!({"outcome": "successful", "summary": "Hẹn gửi báo giá"})),
    row("rescheduleActivity").on(activity, SIGHT).saying(|_| json!({"starts_at": "2027-03-02T02:00:00Z"})),
    row("cancelActivity").on(activity, SIGHT),
    row("assignActivity").on(activity, SIGHT).saying(|made| json!({"owner_id": made.known["lan_id"]})),
    row("getCalendar"),
    row("listDueToday"),
    row("getCalendarFeed").on(own_feed, Sight::Caller),
    row("createCalendarFeed"),
    row("revokeCalendarFeed").on(own_feed, Sight::Caller),
    row("getCalendarFile").on(feed, Sight::Everybody),
];

fn new_activity(made: &Prepared) -> Value {
    meeting(&made.known["account_id"])
}

fn meeting(account_id: &Value) -> Value {
    json!({
        "kind": "meeting", "subject": "Khảo sát nhu cầu", "account_id": account_id,
        "starts_at": "2027-03-01T02:00:00Z", "ends_at": "2027-03-01T03:00:00Z",
    })
}

/// A planned meeting of Lan's with an account of hers.
fn activity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let activity = planned(&scene).await;
        scene.made.of("activity_id", &activity)
    })
}

/// A meeting of Lan's in the archive.
fn archived_activity(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let activity = planned(&scene).await;
        scene.archived("activity_id", "/activities", &activity).await
    })
}

async fn planned(scene: &Scene<'_>) -> Value {
    let account = account(scene.lan(), scene.number()).await;
    scene.lan().post("/activities", meeting(&account["id"])).await.expect(201)
}

/// A calendar feed of the caller's, if the caller may have one.
fn own_feed(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        if !(scene.who.has_session() && scene.who.may("activities:read")) {
            return Prepared { version: 1, ..scene.made };
        }
        let made = scene.who.client.act("/me/calendar-feed").await.expect(200);
        Prepared { version: version(&made["feed"]), ..scene.made }
    })
}

/// The secret address of a calendar.
fn feed(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let path = text(&scene.admin().act("/me/calendar-feed").await.expect(200), "path");
        let secret = path.rsplit('/').next().unwrap().trim_end_matches(".ics");
        scene.made.with("calendar_secret", secret)
    })
}

#[tokio::test]
async fn each_caller_may_do_with_activities_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
