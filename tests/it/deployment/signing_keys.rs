use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chot_application::setup;
use chot_tests::{Client, Deployment, Process, World};
use chrono::{DateTime, TimeDelta, Utc};
use ring::signature::{ED25519, UnparsedPublicKey};
use sea_orm::Database;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::identity::people::write;

const PASSWORD: &str = "mot-mat-khau-dai-2026";

async fn published(client: &Client) -> Vec<Value> {
    client.get("//.well-known/jwks.json").await.expect(200)["keys"].as_array().unwrap().clone()
}

fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_can_be_verified_with_what_is_published() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let token = lan.credential.clone().unwrap();
    let keys = published(&world.anonymous()).await;
    assert_eq!(keys.len(), 1);
    let key = &keys[0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
    );
    assert_eq!(header(&token)["kid"], key["kid"]);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let verified =
        UnparsedPublicKey::new(&ED25519, public).verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap());
    assert!(verified.is_ok());
    assert!(!key.to_string().contains("\"d\""), "the private part is told to nobody");
}

/// Two servers; the second has read the keys before the first signs with a new one.
#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_stays_while_its_tokens_are_good() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let old = header(lan.credential.as_ref().unwrap())["kid"].clone();
    setup::rotate_signing_key(&world.engine, TimeDelta::hours(1)).await.unwrap();
    let deployed = Deployment::on(&world);
    let server = deployed.serve();
    let keys = published(&server.anonymous()).await;
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[1]["kid"], old, "the newest first");
    let email = lan.get("/me").await.expect(200)["email"].clone();
    let signed_in = sign_in(&server, email.as_str().unwrap()).await;
    assert_eq!(header(&signed_in)["kid"], old, "the new one does not sign yet");

    // One hour later.
    let database = Database::connect(world.database_url()).await.unwrap();
    let new: uuid::Uuid = keys[0]["kid"].as_str().unwrap().parse().unwrap();
    let begins = async |key: uuid::Uuid, at: DateTime<Utc>| {
        write(&database, "UPDATE signing_keys SET signs_from = $1 WHERE id = $2", [at.into(), key.into()]).await;
    };
    begins(new, Utc::now()).await;
    server.kill();
    let server = deployed.serve();
    let later = sign_in(&server, email.as_str().unwrap()).await;
    assert_eq!(header(&later)["kid"], keys[0]["kid"]);
    for token in [&signed_in, &later] {
        server.anonymous().with_credential(token).get("/me").await.expect(200);
        // The other server has read the keys before the new one existed.
        world.anonymous().with_credential(token).get("/me").await.expect(200);
    }

    // Tokens of the old key have all expired: the key is neither accepted nor published.
    begins(old.as_str().unwrap().parse().unwrap(), Utc::now() - TimeDelta::hours(3)).await;
    begins(new, Utc::now() - TimeDelta::hours(2)).await;
    server.kill();
    let server = deployed.serve();
    assert_eq!(published(&server.anonymous()).await.len(), 1);
    server.anonymous().with_credential(&signed_in).get("/me").await.refused(401, "unauthenticated");
    server.anonymous().with_credential(&later).get("/me").await.expect(200);
    server.kill();
}

async fn sign_in(server: &Process, email: &str) -> String {
    let tokens = server.anonymous().post("/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
    tokens["access_token"].as_str().unwrap().to_owned()
}

/// Alternates between two servers, signing in at one and sending requests to the other, until it is told to end.
async fn go_round(base: [Client; 2], email: String, is_over: Arc<AtomicBool>, asked: UnboundedSender<()>) -> Vec<String> {
    let mut wrong = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        for (at, elsewhere) in [(0, 1), (1, 0)] {
            let credentials = json!({"email": email, "password": PASSWORD});
            let tokens = base[at].post("/auth/login", credentials).await;
            if tokens.status != 200 {
                wrong.push(format!("sign-in: {} {}", tokens.status, tokens.text));
                continue;
            }
            let token = tokens.body["access_token"].as_str().unwrap().to_owned();
            for client in [&base[elsewhere], &base[at]] {
                let me = client.with_credential(&token).get("/me").await;
                if me.status != 200 {
                    wrong.push(format!("{}: {}", header(&token)["kid"], me.text));
                }
                let _ = asked.send(());
            }
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_follow_each_other_at_once_refuse_no_good_token_at_any_server() {
    let deployment = Deployment::under("icheck").await;
    let emails = [0, 1, 2].map(|number| format!("lan{number}@congty.example.vn"));
    for email in &emails {
        deployment.add_user(email, "salesperson", PASSWORD);
    }
    let servers = [deployment.serve(), deployment.serve()];
    let is_over = Arc::new(AtomicBool::new(false));
    let (asking, mut asked) = unbounded_channel();
    let mut going = Vec::new();
    for email in emails {
        let clients = [servers[0].anonymous(), servers[1].anonymous()];
        going.push(tokio::spawn(go_round(clients, email, is_over.clone(), asking.clone())));
    }
    // Nobody waits for clients that have failed.
    drop(asking);
    // The next key is created after some requests under this one.
    for round in 0..4 {
        for _ in 0..20 {
            asked.recv().await.unwrap();
        }
        let deployment = deployment.clone();
        tokio::task::spawn_blocking(move || deployment.succeed(&["keys", "rotate", "--ahead", "0"])).await.unwrap();
        // The server that returns the keys reads them, and signs with the new one from now on. The other server does not know it
        // yet.
        assert_eq!(published(&servers[round % 2].anonymous()).await.len(), round + 2);
    }
    for _ in 0..40 {
        asked.recv().await.unwrap();
    }
    is_over.store(true, Ordering::SeqCst);
    for one in going {
        assert_eq!(one.await.unwrap(), [""; 0]);
    }
    assert_eq!(published(&servers[0].anonymous()).await.len(), 5);
}
