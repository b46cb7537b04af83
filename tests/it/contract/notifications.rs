//! Notifications and outbound deliveries, created by the system, because no operation creates them.

use chot_application::notifications::notify;
use chot_domain::deliveries::DeliveryKind;
use chot_domain::identity::{Actor, UserId};
use chot_domain::notifications::{EmailContent, NewNotification, NotificationKind};
use chot_persistence::deliveries::{self, NewDelivery};
use chot_tests::fixtures::{id, version};
use chot_tests::{Client, World};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::robustness::at_once::database;

/// The user of a client, also of an API key.
async fn user(client: &Client) -> String {
    id(&client.get("/me").await.expect(200))
}

fn notice(user: UserId) -> NewNotification {
    NewNotification::new(NotificationKind::SupportAnswered, user, user).param("name", "Công ty TNHH Hoa Sen")
}

/// A notification of the client's user.
pub async fn notification(world: &World, client: &Client) -> Value {
    let user: UserId = user(client).await.parse().unwrap();
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    system.write(async |tx| notify(tx, &notice(user)).await).await.unwrap();
    // Read from the database, because not every API key may read notifications.
    let database = database(world).await;
    let newest = "SELECT id FROM notifications WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1";
    let newest = Statement::from_sql_and_values(database.get_database_backend(), newest, [user.uuid().into()]);
    let newest: Uuid = database.query_one_raw(newest).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    json!({"id": newest, "version": 1})
}

/// The version of the preferences of the client's user.
pub async fn preferences_version(client: &Client) -> i64 {
    version(&client.get("/me/notification-preferences").await.expect(200))
}

/// An e-mail that is not sent yet.
pub async fn delivery(world: &World, admin: &Client, number: u32) -> Value {
    let to: UserId = user(admin).await.parse().unwrap();
    let new = NewDelivery {
        kind: DeliveryKind::Email,
        to: "lan@congty.example.vn".into(),
        payload: json!(EmailContent::of(&notice(to), "Nguyễn Thị Lan", Default::default())),
        dedupe_key: format!("stage:{number}"),
        notification: None,
    };
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    system.write(async |tx| Ok(deliveries::enqueue(tx, &new).await?)).await.unwrap();
    let newest = admin.get("/deliveries?limit=1").await.expect(200);
    newest["data"][0].clone()
}
