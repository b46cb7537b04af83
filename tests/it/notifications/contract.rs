//! The operations of notifications and their preferences.

use chot_application::notifications::notify;
use chot_domain::identity::{Actor, UserId};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_tests::fixtures::{id, version};
use chot_tests::{Client, World};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::contract::rights::check_rights;
use crate::contract::rows::{Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene};
use crate::robustness::at_once::database;

/// The operations.
pub const ROWS: &[Row] = &[
    row("listNotifications"),
    row("countUnreadNotifications"),
    row("getNotification").on(notification, Sight::Caller),
    row("markNotificationRead").on(notification, Sight::Caller),
    row("markAllNotificationsRead").on(notification, Sight::Caller).saying(|_| json!({"before": "2026-12-24T00:00:00Z"})),
    row("getNotificationPreferences"),
    row("updateNotificationPreferences").on(preferences, Sight::Caller).saying(|_| json!({"language": "en"})),
];

/// A notification of the caller. For callers without a user, it is the administrator's.
fn notification(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let notification = notified(&scene.stage.world, user(&scene)).await;
        scene.made.of("notification_id", &notification)
    })
}

/// The preferences of the caller. For callers without a user, they are the administrator's.
fn preferences(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let preferences = user(&scene).get("/me/notification-preferences").await.expect(200);
        Prepared { version: version(&preferences), ..scene.made }
    })
}

fn user<'a>(scene: &Scene<'a>) -> &'a Client {
    if scene.who.is_known() { &scene.who.client } else { scene.admin() }
}

/// The user of a client, also of an API key.
pub async fn user_of(client: &Client) -> UserId {
    id(&client.get("/me").await.expect(200)).parse().unwrap()
}

/// A notification for a user.
pub fn notice(user: UserId) -> NewNotification {
    NewNotification::new(NotificationKind::SupportAnswered, user, user).param("name", "Công ty TNHH Hoa Sen")
}

/// A new notification of the client's user.
async fn notified(world: &World, client: &Client) -> Value {
    let user = user_of(client).await;
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    system.write(async |tx| notify(tx, &notice(user)).await).await.unwrap();
    // Read from the database, because not every API key may read notifications.
    let database = database(world).await;
    let newest = "SELECT id FROM notifications WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1";
    let newest = Statement::from_sql_and_values(database.get_database_backend(), newest, [user.uuid().into()]);
    let newest: Uuid = database.query_one_raw(newest).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    json!({"id": newest, "version": 1})
}

#[tokio::test]
async fn each_caller_may_do_with_notifications_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
