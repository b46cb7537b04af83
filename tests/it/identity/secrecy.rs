//! Secrets: no response returns one a second time, and none is stored in clear text.

use chot_tests::fixtures::{id, text};
use chot_tests::{Kind, World, kind};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::json;

use super::people::{PASSWORD, Person, api_key, bearer, change, refresh, sign_in};
use crate::robustness::at_once::{counted, database};

/// The columns of all tables that contain a text.
async fn found_in(database: &DatabaseConnection, needle: &str) -> Vec<String> {
    let all = match kind() {
        Kind::Postgres => "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
        Kind::Sqlite => {
            "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' \
             AND t.sql NOT LIKE 'CREATE VIRTUAL%'"
        }
    };
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), all)).await.unwrap();
    assert!(rows.len() > 100, "all tables are looked through");
    let mut found = Vec::new();
    for row in rows {
        let (table, column): (String, String) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        let holds = match kind() {
            Kind::Postgres => format!("strpos(\"{column}\"::text, '{needle}') > 0"),
            Kind::Sqlite => format!("instr(CAST(\"{column}\" AS TEXT), '{needle}') > 0"),
        };
        if counted(database, &format!("SELECT count(*) FROM \"{table}\" WHERE {holds}")).await > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn no_secret_lies_in_the_database_as_it_was_given() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let minh = json!({"email": "minh@congty.example.vn", "full_name": "Minh", "role": "salesperson", "password": PASSWORD});
    admin.post_once("/users", "mot-lan", minh).await.expect(201);
    change(&admin, &lan.client, json!({"password": "bien-xanh-cat-trang-2027"})).await;
    let lan = {
        let tokens = sign_in(&world, &lan.email, "bien-xanh-cat-trang-2027").await.expect(200);
        bearer(&world, &tokens)
    };
    let order = json!({"current_password": "bien-xanh-cat-trang-2027", "new_password": "nui-cao-may-trang-2028"});
    lan.post("/auth/password", order).await.expect(204);
    let tokens = sign_in(&world, "minh@congty.example.vn", PASSWORD).await.expect(200);
    let next = refresh(&world, &text(&tokens, "refresh_token")).await.expect(200);
    let made = lan.post_once("/api-keys", "mot-lan", json!({"name": "Trang đích", "scopes": ["leads:read"]})).await.expect(201);
    let key = text(&made, "key");
    let (prefix, secret) = key.split_at("chot_live_".len() + 8);

    let database = database(&world).await;
    assert_eq!(
        found_in(&database, "minh@congty.example.vn").await,
        ["idempotency_keys.body", "users.email"],
        "what is there is found"
    );
    assert_eq!(found_in(&database, prefix).await, ["api_keys.prefix", "idempotency_keys.body"]);
    for secret in [
        secret.strip_prefix('_').unwrap(),
        PASSWORD,
        "bien-xanh-cat-trang-2027",
        "nui-cao-may-trang-2028",
        &text(&tokens, "refresh_token"),
        &text(&next, "refresh_token"),
        &text(&tokens, "access_token"),
    ] {
        assert!(found_in(&database, secret).await.is_empty(), "{secret} is in {:?}", found_in(&database, secret).await);
    }
    let slow = "SELECT count(*) FROM users WHERE password_hash IS NOT NULL AND password_hash NOT LIKE '$argon2id$v=19$m=%'";
    assert_eq!(counted(&database, slow).await, 0);
}

#[tokio::test]
async fn no_answer_holds_a_password_or_what_was_made_of_it() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let draft = json!({"email": "minh@congty.example.vn", "full_name": "Minh", "role": "salesperson", "password": PASSWORD});
    let created = admin.post_once("/users", "mot-lan", draft.clone()).await;
    let path = format!("/users/{}", id(&created.body));
    let (_, program) = api_key(&lan.client, &["users:read"]).await;
    let answers = [
        admin.post_once("/users", "mot-lan", draft.clone()).await,
        admin.post("/users", draft).await,
        admin.patch(&path, 1, json!({"password": "bien-xanh-cat-trang-2027", "full_name": "Lê Minh"})).await,
        admin.patch(&path, 1, json!({"password": "bien-xanh-cat-trang-2027"})).await,
        admin.get(&path).await,
        admin.get("/users?limit=200").await,
        program.get("/users?limit=200").await,
        lan.client.get("/me").await,
        lan.client.post("/auth/password", json!({"current_password": PASSWORD, "new_password": "x"})).await,
        sign_in(&world, &lan.email, PASSWORD).await,
        admin.get("/events?limit=200").await,
        created,
    ];
    for answer in answers {
        for secret in ["argon2", "password_hash", "secret_hash", PASSWORD, "bien-xanh-cat-trang-2027"] {
            assert!(!answer.text.contains(secret), "{secret} is in {:#}", answer.body);
        }
    }
}
