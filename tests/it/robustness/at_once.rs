//! Concurrent requests, and direct access to the database.

use std::cell::Cell;
use std::sync::Arc;

use chot_application::identity::{create_api_key, create_user};
use chot_application::{Ctx, Error, Result};
use chot_domain::identity::Actor;
use chot_domain::shared::{Code, read};
use chot_persistence::timers::{self, TimerKind};
use chot_persistence::{Tx, identity};
use chot_tests::fixtures::text;
use chot_tests::{Client, Kind, Response, World, kind};
use futures_util::{StreamExt, stream};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tokio::sync::{Barrier, Notify};

/// The number of concurrent requests.
pub const MANY: usize = 20;

/// Starts all parts at the same moment, each in its own task, and returns the results in order.
pub async fn at_once<T: Send + 'static>(parts: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    let parts: Vec<_> = parts.into_iter().collect();
    let start = Arc::new(Barrier::new(parts.len()));
    let begun = parts.into_iter().map(|part| {
        let start = start.clone();
        tokio::spawn(async move {
            start.wait().await;
            part.await
        })
    });
    let mut ended = Vec::new();
    for task in begun.collect::<Vec<_>>() {
        ended.push(task.await.unwrap());
    }
    ended
}

/// Runs the parts in order, eight at a time: a load that a busy server can handle.
pub async fn few_at_once<T>(parts: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    stream::iter(parts).buffered(8).collect().await
}

/// The same call by all clients at once.
pub async fn all_post(clients: &[Client], path: &str, body: &Value) -> Vec<Response> {
    let call = |client: &Client| {
        let (client, path, body) = (client.clone(), path.to_owned(), body.clone());
        async move { client.post(&path, body).await }
    };
    at_once(clients.iter().map(call).collect::<Vec<_>>()).await
}

/// One client, for several concurrent calls.
pub fn times(client: &Client, count: usize) -> Vec<Client> {
    vec![client.clone(); count]
}

/// The body of the only success; all others failed with the same code.
pub fn only_winner(replies: Vec<Response>, won: u16, lost: u16, code: &str) -> Value {
    let all: Vec<_> = replies.iter().map(|reply| (reply.status, reply.body["code"].clone())).collect();
    let (winners, losers): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == won);
    assert_eq!(winners.len(), 1, "{all:?}");
    for loser in losers {
        loser.refused(lost, code);
    }
    winners.into_iter().next().unwrap().body
}

/// Users of a role with API keys: nobody has to sign in, which is the most expensive part.
pub async fn colleagues(world: &World, role: &str, scopes: &[&str], count: usize) -> Vec<Client> {
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let mut clients = Vec::new();
    for number in 0..count {
        let email = format!("{role}-{number}@congty.example.vn");
        let draft = read(json!({"email": email, "full_name": format!("Nhân viên {number}"), "role": role})).unwrap();
        let user = system.write(async |tx| create_user(tx, &draft, None).await).await.unwrap();
        let actor = identity::actor(&world.engine.db, &system.playbook, user).await.unwrap().unwrap();
        let draft = read(json!({"name": "Ứng dụng di động", "scopes": scopes})).unwrap();
        let own = world.engine.act_as(actor).await.unwrap();
        let made = own.write(async |tx| create_api_key(tx, &draft).await).await.unwrap();
        clients.push(world.anonymous().with_credential(&made.key).named(&user.to_string(), role));
    }
    clients
}

/// The database.
pub async fn database(world: &World) -> DatabaseConnection {
    Database::connect(world.database_url()).await.unwrap()
}

/// The count that a query returns.
pub async fn counted(database: &DatabaseConnection, query: &str) -> i64 {
    let statement = Statement::from_string(database.get_database_backend(), query);
    database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// A timer that has failed too often; its identifier.
pub async fn given_up(world: &World, admin: &Client) -> String {
    let subject = uuid::Uuid::now_v7();
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    system.write(async |tx| Ok(timers::set(tx, TimerKind::LeadFollowUp, subject, tx.now).await?)).await.unwrap();
    let give_up = "UPDATE timers SET state = 'failed', attempts = 10, last_error = 'unavailable' \
                   WHERE state = 'pending' AND kind = 'lead_follow_up'";
    database(world).await.execute_unprepared(give_up).await.unwrap();
    text(&admin.get(&format!("/timers?subject_id={subject}")).await.expect(200)["data"][0], "id")
}

/// A user as an actor without HTTP.
pub async fn acting(world: &World, client: &Client) -> Ctx {
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let user = client.user_id.parse().unwrap();
    let actor = identity::actor(&world.engine.db, &system.playbook, user).await.unwrap().unwrap();
    world.engine.act_as(actor).await.unwrap()
}

/// Two overlapping units: the second starts when the first has done its work but not committed. The first commits when the second
/// has ended or waits for it. On SQLite the second starts only after the first.
pub async fn overlapping<A, B>(
    world: &World,
    first: (&Ctx, impl AsyncFn(&Tx) -> Result<A>),
    second: (&Ctx, impl AsyncFn(&Tx) -> Result<B>),
) -> (Result<A>, Result<B>) {
    before_commit(world, first, second.0.write(second.1)).await
}

/// The same with anything as the second part that may wait for the first.
pub async fn before_commit<A, B>(
    world: &World,
    first: (&Ctx, impl AsyncFn(&Tx) -> Result<A>),
    second: impl Future<Output = B>,
) -> (Result<A>, B) {
    let (database, worked, ended) = (database(world).await, Notify::new(), Cell::new(false));
    let leading = first.0.write(async |tx| {
        let done = first.1(tx).await;
        worked.notify_one();
        while done.is_ok() && !ended.get() && !somebody_waits(&database).await {}
        done
    });
    let following = async {
        worked.notified().await;
        let done = second.await;
        ended.set(true);
        done
    };
    tokio::join!(leading, following)
}

/// Whether a unit waits for a lock. On SQLite this is never visible: there is one writer, and the others have not started.
pub async fn somebody_waits(database: &DatabaseConnection) -> bool {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    kind() == Kind::Sqlite || counted(database, waiting).await > 0
}

/// Why a unit failed.
pub fn refusal<T>(outcome: Result<T>) -> Code {
    match outcome {
        Ok(_) => panic!("it was done"),
        Err(Error::Refused(refusal)) => refusal.code,
        Err(Error::Invalid(_)) => Code::ValidationFailed,
        Err(Error::Store(error)) => panic!("{error}"),
    }
}

/// A connection in an open transaction holds its locks and loses later writes. One that is being rolled back disappears after a
/// few looks; a forgotten one stays.
pub async fn assert_nobody_idles_in_a_transaction(database: &DatabaseConnection) {
    if kind() == Kind::Sqlite {
        return;
    }
    let idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let mut looks = 0;
    while counted(database, idle).await > 0 {
        looks += 1;
        assert!(looks < 1_000, "a connection is left idle in a transaction");
    }
}

/// A lead and the event of its creation are stored together or not at all.
pub async fn assert_leads_and_events_agree(database: &DatabaseConnection) {
    let silent = "SELECT count(*) FROM leads WHERE id NOT IN (SELECT subject_id FROM events WHERE kind = 'lead.created')";
    let bodiless = "SELECT count(*) FROM events WHERE kind = 'lead.created' AND subject_id NOT IN (SELECT id FROM leads)";
    let told = "SELECT count(*) - count(DISTINCT subject_id) FROM events WHERE kind = 'lead.created'";
    for query in [silent, bodiless, told] {
        assert_eq!(counted(database, query).await, 0, "{query}");
    }
}
