//! Users with a known password.

use chot_tests::fixtures::{id, text, version};
use chot_tests::{Client, Response, World};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, Value as Bound};
use serde_json::{Value, json};

pub const PASSWORD: &str = "chim-xanh-bay-cao-2026";

/// A user created over HTTP, signed in.
pub struct Person {
    pub client: Client,
    pub email: String,
    pub refresh_token: String,
}

impl Person {
    pub async fn employed(world: &World, admin: &Client, role: &str) -> Self {
        let email = format!("{role}.{}@congty.example.vn", uuid::Uuid::now_v7().simple());
        let draft = json!({"email": email, "full_name": "Nguyễn Thị Lan", "role": role, "password": PASSWORD});
        let user = admin.post("/users", draft).await.expect(201);
        let tokens = sign_in(world, &email, PASSWORD).await.expect(200);
        Self { client: bearer(world, &tokens).named(&id(&user), role), email, refresh_token: text(&tokens, "refresh_token") }
    }

    /// Another session of the same user.
    pub async fn again(&self, world: &World) -> Self {
        let tokens = sign_in(world, &self.email, PASSWORD).await.expect(200);
        Self {
            client: bearer(world, &tokens).named(&self.client.user_id, &self.client.role),
            email: self.email.clone(),
            refresh_token: text(&tokens, "refresh_token"),
        }
    }
}

pub async fn sign_in(world: &World, email: &str, password: &str) -> Response {
    world.anonymous().post("/auth/login", json!({"email": email, "password": password})).await
}

pub async fn refresh(world: &World, refresh_token: &str) -> Response {
    world.anonymous().post("/auth/refresh", json!({"refresh_token": refresh_token})).await
}

/// A client with these tokens.
pub fn bearer(world: &World, tokens: &Value) -> Client {
    world.anonymous().with_credential(&text(tokens, "access_token"))
}

/// Updates a user in its current version.
pub async fn change(admin: &Client, user: &Client, members: Value) -> Value {
    let path = format!("/users/{}", user.user_id);
    let seen = admin.get(&path).await.expect(200);
    admin.patch(&path, version(&seen), members).await.expect(200)
}

/// Creates an API key of the client's user, and returns it with its client.
pub async fn api_key(client: &Client, scopes: &[impl AsRef<str>]) -> (Value, Client) {
    let scopes: Vec<_> = scopes.iter().map(AsRef::as_ref).collect();
    let made = client.post("/api-keys", json!({"name": "Trang đích", "scopes": scopes})).await.expect(201);
    let caller = client.with_credential(&text(&made, "key"));
    (made["api_key"].clone(), caller)
}

/// Writes directly into the database what otherwise only time would cause.
pub async fn write(database: &DatabaseConnection, sql: &str, values: impl IntoIterator<Item = Bound>) {
    let statement = Statement::from_sql_and_values(database.get_database_backend(), sql, values);
    assert_eq!(database.execute_raw(statement).await.unwrap().rows_affected(), 1, "{sql}");
}
