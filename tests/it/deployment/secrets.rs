use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chot_application::setup;
use chot_tests::{Client, Deployment, Process, World};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};

use super::Folder;
use crate::identity::people::write;
use crate::telephony::{SECRET, event, tell, tell_by};

const PASSWORD: &str = "mot-mat-khau-dai-2026";

/// The secret of the exchange as stored in the database, and the key that encrypts it.
async fn stored(database: &DatabaseConnection) -> (String, Option<String>) {
    let select = "SELECT signing_secret, secret_key_id FROM telephone_exchanges";
    let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), select)).await.unwrap().unwrap();
    (row.try_get("", "signing_secret").unwrap(), row.try_get("", "secret_key_id").unwrap())
}

async fn configured(admin: &Client) {
    admin.put("/telephony/stringee", json!({"signing_secret": SECRET})).await.expect(200);
}

#[tokio::test]
async fn the_secret_of_an_exchange_is_encrypted_in_the_database() {
    let world = World::under("icheck").await;
    configured(&world.user("admin").await).await;
    let database = Database::connect(world.database_url()).await.unwrap();
    let (text, key) = stored(&database).await;
    let bytes = STANDARD.decode(&text).unwrap();
    assert!(!text.contains(SECRET) && !String::from_utf8_lossy(&bytes).contains(SECRET), "{text}");
    assert!(key.is_some());
    tell(&world, &event("call-1", "ringing", "84987654321", 5)).await.expect(200);
    configured(&world.user("admin").await).await;
    assert_ne!(stored(&database).await.0, text, "no nonce is used twice");
}

#[tokio::test]
async fn a_secret_from_before_is_encrypted_when_the_program_starts() {
    let world = World::under("icheck").await;
    configured(&world.user("admin").await).await;
    let database = Database::connect(world.database_url()).await.unwrap();
    write(&database, "UPDATE telephone_exchanges SET signing_secret = $1, secret_key_id = NULL", [SECRET.into()]).await;
    tell(&world, &event("call-1", "ringing", "84987654321", 5)).await.expect(200);
    assert_eq!(setup::encrypt_secrets(&world.engine).await.unwrap(), 1);
    let (text, key) = stored(&database).await;
    assert!(text != SECRET && key.is_some());
    tell(&world, &event("call-1", "answered", "84987654321", 3)).await.expect(200);
    assert_eq!(setup::encrypt_secrets(&world.engine).await.unwrap(), 0);
}

#[tokio::test]
async fn a_secret_that_was_moved_or_changed_opens_nothing() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    configured(&admin).await;
    let database = Database::connect(world.database_url()).await.unwrap();
    let (text, _) = stored(&database).await;
    let mut bytes = STANDARD.decode(text).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    write(&database, "UPDATE telephone_exchanges SET signing_secret = $1", [STANDARD.encode(bytes).into()]).await;
    let exchange = world.anonymous().expecting_failures();
    let told = tell_by(&exchange, &event("call-1", "ringing", "84987654321", 5)).await;
    assert_eq!(told.status, 500, "{}", told.text);
    assert!(!told.text.contains("decrypt"), "{}", told.text);
    // After setting it again, it is readable.
    configured(&admin).await;
    tell(&world, &event("call-1", "ringing", "84987654321", 5)).await.expect(200);
}

async fn signed_in(server: &Process) -> Client {
    let credentials = json!({"email": "lan@congty.example.vn", "password": PASSWORD});
    let tokens = server.anonymous().post("/auth/login", credentials).await.expect(200);
    server.anonymous().with_credential(tokens["access_token"].as_str().unwrap())
}

async fn tell_process(server: &Process, event: &Value) -> u16 {
    tell_by(&server.anonymous(), event).await.status
}

#[tokio::test]
async fn without_the_right_key_the_program_does_not_start_and_says_why() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", PASSWORD);
    let folder = Folder::new();
    let other = STANDARD.encode([7_u8; 32]);
    let nowhere = folder.text("secret.key");
    let without = |key: &str| deployment.clone().with("CHOT_SECRET_KEY", key).with("CHOT_SECRET_KEY_FILE", &nowhere);
    for deployment in [without(&other), without("")] {
        for command in [&["serve"][..], &["work"], &["migrate"], &["init", "--playbook", "icheck"]] {
            let output = deployment.run(command);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && said.contains("CHOT_SECRET_KEY"), "{command:?}: {said}");
            assert!(!said.contains(&other), "{said}");
        }
        assert!(!folder.path("secret.key").exists(), "no second key is made for a database that wants the first");
    }
    deployment.serve().kill();
}

#[tokio::test]
async fn the_key_can_be_followed_by_another_while_the_program_runs() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", PASSWORD);
    let folder = Folder::new();
    std::fs::write(folder.path("secret.key"), chot_tests::SECRET_KEY).unwrap();
    let deployment = deployment.with("CHOT_SECRET_KEY", "").with("CHOT_SECRET_KEY_FILE", &folder.text("secret.key"));
    let server = deployment.serve();
    configured(&signed_in(&server).await).await;
    let database = Database::connect(deployment.database_url()).await.unwrap();
    let before = stored(&database).await;
    assert_eq!(tell_process(&server, &event("call-1", "ringing", "84987654321", 5)).await, 200);

    deployment.succeed(&["secrets", "rotate"]);
    let after = stored(&database).await;
    assert!(before.0 != after.0 && before.1 != after.1, "{before:?} {after:?}");
    assert_eq!(tell_process(&server, &event("call-1", "answered", "84987654321", 3)).await, 200);
    // What the running server encrypts from now on needs the new key too.
    configured(&signed_in(&server).await).await;
    assert_eq!(stored(&database).await.1, after.1);

    // The old key can be removed.
    let keys = std::fs::read_to_string(folder.path("secret.key")).unwrap();
    let keys: Vec<&str> = keys.lines().collect();
    assert_eq!((keys.len(), keys[1]), (2, chot_tests::SECRET_KEY));
    std::fs::write(folder.path("secret.key"), keys[0]).unwrap();
    server.kill();
    let server = deployment.serve();
    assert_eq!(tell_process(&server, &event("call-1", "ended", "84987654321", 1)).await, 200);
    server.kill();
}

#[tokio::test]
async fn a_key_of_the_environment_is_followed_by_the_one_that_is_put_before_it() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", PASSWORD);
    let server = deployment.serve();
    configured(&signed_in(&server).await).await;
    server.kill();
    let refused = deployment.run(&["secrets", "rotate"]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("CHOT_SECRET_KEY"));

    let new = STANDARD.encode([9_u8; 32]);
    let both = deployment.clone().with("CHOT_SECRET_KEY", &format!("{new},{}", chot_tests::SECRET_KEY));
    let server = both.serve();
    assert_eq!(tell_process(&server, &event("call-1", "ringing", "84987654321", 5)).await, 200);
    server.kill();
    let server = deployment.clone().with("CHOT_SECRET_KEY", &new).serve();
    assert_eq!(tell_process(&server, &event("call-1", "answered", "84987654321", 3)).await, 200);
    server.kill();
    assert!(!deployment.run(&["serve"]).status.success(), "the old key alone opens nothing any more");
}

#[tokio::test]
async fn when_the_key_is_lost_the_secrets_can_be_forgotten_and_set_anew() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", PASSWORD);
    let server = deployment.serve();
    configured(&signed_in(&server).await).await;
    server.kill();
    let folder = Folder::new();
    let without = deployment.with("CHOT_SECRET_KEY", "").with("CHOT_SECRET_KEY_FILE", &folder.text("secret.key"));
    assert!(!without.run(&["serve"]).status.success());
    without.succeed(&["secrets", "forget"]);
    let server = without.serve();
    assert_eq!(tell_process(&server, &event("call-1", "ringing", "84987654321", 5)).await, 401);
    configured(&signed_in(&server).await).await;
    assert_eq!(tell_process(&server, &event("call-1", "ringing", "84987654321", 5)).await, 200);
    // Readable secrets are not removed.
    without.succeed(&["secrets", "forget"]);
    assert_eq!(tell_process(&server, &event("call-1", "answered", "84987654321", 3)).await, 200);
    server.kill();
}
