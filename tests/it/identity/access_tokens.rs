//! Forged, altered or stolen access tokens are all refused (RFC 8725).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chot_persistence::identity::signing_keys;
use chot_tests::{Client, World};
use chrono::Utc;
use reqwest::Method;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

/// The parts of a genuine token, and the key of the deployment, which only the test has.
struct Forge {
    header: Value,
    claims: Value,
    genuine: String,
    key: Ed25519KeyPair,
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn read(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The object with changed members; `null` removes a member.
fn but(object: &Value, others: Value) -> Value {
    let mut changed = object.clone();
    for (name, value) in others.as_object().unwrap() {
        match value {
            Value::Null => changed.as_object_mut().unwrap().remove(name),
            value => changed.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    changed
}

impl Forge {
    async fn of(world: &World, client: &Client) -> Self {
        let genuine = client.credential.clone().unwrap();
        let mut parts = genuine.split('.');
        let (header, claims) = (read(parts.next().unwrap()), read(parts.next().unwrap()));
        let keys = signing_keys(&world.engine.db).await.unwrap();
        let key = Ed25519KeyPair::from_pkcs8(&STANDARD.decode(&keys[0].secret).unwrap()).unwrap();
        Self { header, claims, genuine, key }
    }

    fn signed_by(key: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    fn with_header(&self, others: Value) -> String {
        Self::signed_by(&self.key, &but(&self.header, others), &self.claims)
    }

    fn with_claims(&self, others: Value) -> String {
        Self::signed_by(&self.key, &self.header, &but(&self.claims, others))
    }

    /// Other claims under the genuine signature.
    fn altered(&self, others: Value) -> String {
        let signature = self.genuine.rsplit('.').next().unwrap();
        format!("{}.{}.{signature}", part(&self.header), part(&but(&self.claims, others)))
    }

    fn keyed_with(&self, secret: &[u8]) -> String {
        let message = format!("{}.{}", part(&but(&self.header, json!({"alg": "HS256"}))), part(&self.claims));
        let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(code))
    }

    fn unsigned(&self, algorithm: &str) -> String {
        format!("{}.{}.", part(&but(&self.header, json!({"alg": algorithm}))), part(&self.claims))
    }
}

async fn assert_none_is_good(lan: &Client, tokens: Vec<(&str, String)>) {
    for (what, token) in tokens {
        let reply = lan.with_credential(&token).get("/me").await;
        assert_eq!(reply.status, 401, "{what}: {token}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"chot\""), "{what}");
        reply.refused(401, "unauthenticated");
    }
    lan.get("/me").await.expect(200);
}

#[tokio::test]
async fn a_token_of_the_deployments_own_making_is_good() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let forge = Forge::of(&world, &lan).await;
    assert_eq!((&forge.header["alg"], &forge.claims["sub"]), (&json!("EdDSA"), &json!(lan.user_id)));
    let (iat, exp) = (forge.claims["iat"].as_i64().unwrap(), forge.claims["exp"].as_i64().unwrap());
    assert_eq!(exp - iat, 900);
    // The following cases are meaningful only if the same code can make a valid token.
    let again = forge.with_claims(json!({"exp": exp + 60}));
    assert_ne!(again, forge.genuine);
    lan.with_credential(&again).get("/me").await.expect(200);
}

#[tokio::test]
async fn a_token_that_others_signed_or_nobody_is_not_good() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let forge = Forge::of(&world, &lan).await;
    let public = forge.key.public_key().as_ref().to_vec();
    // RFC 8410: the prefix of the 32 bytes of an Ed25519 key in a certificate.
    let spki = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00], public.as_slice()].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&spki));
    let theirs = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap().as_ref()).unwrap();
    let x = URL_SAFE_NO_PAD.encode(theirs.public_key().as_ref());
    let own_key = but(&forge.header, json!({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}}));
    let their_url = but(&forge.header, json!({"jku": "https://example.com/jwks.json", "x5u": "https://example.com/x5u.pem"}));
    let signature = forge.genuine.rsplit('.').next().unwrap();
    let cut = forge.genuine.strip_suffix(&signature[signature.len() - 8..]).unwrap().to_owned();

    assert_none_is_good(
        &lan,
        vec![
            ("no algorithm", forge.unsigned("none")),
            ("no algorithm, in capitals", forge.unsigned("None")),
            ("no algorithm, in capitals", forge.unsigned("NONE")),
            ("no signature", forge.unsigned("EdDSA")),
            ("the public key as a password", forge.keyed_with(&public)),
            ("the public key as a password, as base64", forge.keyed_with(STANDARD.encode(&public).as_bytes())),
            ("the public key as a password, as DER", forge.keyed_with(&spki)),
            ("the public key as a password, as PEM", forge.keyed_with(pem.as_bytes())),
            ("an empty password", forge.keyed_with(b"")),
            ("another key", Forge::signed_by(&theirs, &forge.header, &forge.claims)),
            ("another key that the token brings along", Forge::signed_by(&theirs, &own_key, &forge.claims)),
            ("another key that the token links to", Forge::signed_by(&theirs, &their_url, &forge.claims)),
            ("another algorithm's name", forge.with_header(json!({"alg": "ES256"}))),
            ("an algorithm nobody knows", forge.with_header(json!({"alg": "XX999"}))),
            ("a signature that was cut", cut),
            ("another user", forge.altered(json!({"sub": uuid::Uuid::now_v7()}))),
            ("a longer life", forge.altered(json!({"exp": 4_102_444_800_i64}))),
            ("another session", forge.altered(json!({"sid": uuid::Uuid::now_v7()}))),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_token_that_names_another_key_time_or_place_is_not_good() {
    let world = World::under("icheck").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let forge = Forge::of(&world, &lan).await;
    let now = Utc::now().timestamp();
    assert_none_is_good(
        &lan,
        vec![
            ("an unknown key", forge.with_header(json!({"kid": uuid::Uuid::now_v7()}))),
            ("no key", forge.with_header(json!({"kid": null}))),
            ("an empty key", forge.with_header(json!({"kid": ""}))),
            ("a path for a key", forge.with_header(json!({"kid": "../../../../dev/null"}))),
            ("a query for a key", forge.with_header(json!({"kid": "x' UNION SELECT 'x"}))),
            ("a number for a key", forge.with_header(json!({"kid": 1}))),
            ("expired long ago", forge.with_claims(json!({"exp": now - 3_600}))),
            ("expired just now", forge.with_claims(json!({"exp": now - 1}))),
            ("not good before tomorrow", forge.with_claims(json!({"nbf": now + 86_400}))),
            ("not good before the next minute", forge.with_claims(json!({"nbf": now + 61}))),
            ("a beginning in words", forge.with_claims(json!({"nbf": "2020-01-01"}))),
            ("a refresh token's type", forge.with_header(json!({"typ": "rt+jwt"}))),
            ("no type", forge.with_header(json!({"typ": null}))),
            ("no expiry", forge.with_claims(json!({"exp": null}))),
            ("an expiry in words", forge.with_claims(json!({"exp": "2099-01-01"}))),
            ("another issuer", forge.with_claims(json!({"iss": "chot-of-somebody-else"}))),
            ("no issuer", forge.with_claims(json!({"iss": null}))),
            ("another audience", forge.with_claims(json!({"aud": "chot-app"}))),
            ("no audience", forge.with_claims(json!({"aud": null}))),
            ("no user", forge.with_claims(json!({"sub": null}))),
            ("another user in one's own session", forge.with_claims(json!({"sub": minh.user_id}))),
            ("a session that never was", forge.with_claims(json!({"sid": uuid::Uuid::now_v7()}))),
            ("no session", forge.with_claims(json!({"sid": null}))),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_token_of_another_deployment_is_not_good() {
    let (world, elsewhere) = (World::under("icheck").await, World::under("suno").await);
    let (lan, minh) = (world.user("salesperson").await, elsewhere.user("salesperson").await);
    let (forge, theirs) = (Forge::of(&world, &lan).await, Forge::of(&elsewhere, &minh).await);
    let kid = forge.header["kid"].clone();
    let renamed = Forge::signed_by(&theirs.key, &but(&theirs.header, json!({"kid": kid})), &forge.claims);
    let twice = format!("{{\"typ\":\"JWT\",\"alg\":\"EdDSA\",\"kid\":{kid},\"kid\":{}}}", theirs.header["kid"]);
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(twice), part(&forge.claims));
    let of_two_keys = format!("{message}.{}", URL_SAFE_NO_PAD.encode(theirs.key.sign(message.as_bytes())));
    assert_none_is_good(
        &lan,
        vec![
            ("as it is", theirs.genuine.clone()),
            ("by the name of a key of this one", renamed),
            ("by the names of both keys", of_two_keys),
        ],
    )
    .await;
}

/// A `nbf` in the past is no reason to refuse a token.
#[tokio::test]
async fn a_token_whose_time_has_come_is_good() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let begun = Forge::of(&world, &lan).await.with_claims(json!({"nbf": Utc::now().timestamp() - 1}));
    lan.with_credential(&begun).get("/me").await.expect(200);
}

#[tokio::test]
async fn garbage_is_not_good() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let forge = Forge::of(&world, &lan).await;
    let tokens = [
        "x",
        ".",
        "..",
        "...",
        "a.b.c",
        "null",
        "{}",
        "chot_live_",
        "chot_live_abcdefgh",
        "chot_live_abcdefgh_",
        "chot_live_abcdefgh_secret",
        "Bearer",
        "undefined",
    ];
    let mut garbage: Vec<_> = tokens.iter().map(|token| ("garbage", (*token).to_owned())).collect();
    garbage.push(("eight kilobytes", "x".repeat(8 << 10)));
    garbage.push(("eight kilobytes of a key", format!("chot_live_{}", "x".repeat(8 << 10))));
    garbage.push(("eight kilobytes, well signed", forge.with_claims(json!({"padding": "x".repeat(8 << 10)}))));
    garbage.push(("twice", format!("{0}.{0}", forge.genuine)));
    garbage.push(("with a tail", format!("{}.x", forge.genuine)));
    garbage.push(("header and claims alone", forge.genuine.rsplit_once('.').unwrap().0.to_owned()));
    assert_none_is_good(&lan, garbage).await;
}

#[tokio::test]
async fn a_credential_is_taken_from_the_authorization_header_and_nowhere_else() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (token, anonymous) = (lan.credential.clone().unwrap(), world.anonymous());
    let with = |value: Vec<u8>| {
        let header = reqwest::header::HeaderValue::from_bytes(&value).unwrap();
        anonymous.request(Method::GET, "/me").header("authorization", header)
    };
    for scheme in ["Bearer", "bearer", "BEARER"] {
        anonymous.send(with(format!("{scheme} {token}").into_bytes())).await.expect(200);
    }
    for value in [format!("Basic {token}"), format!("Token {token}"), token.clone(), format!("Bearer{token}"), "Bearer ".into()] {
        anonymous.send(with(value.into_bytes())).await.refused(401, "unauthenticated");
    }
    anonymous.send(with([b"Bearer ", token.as_bytes(), b"\xff\xfe"].concat())).await.refused(401, "unauthenticated");
    anonymous.send(with("Bearer chot_live_đđđđđđđđ_x".to_owned().into_bytes())).await.refused(401, "unauthenticated");
    for place in ["access_token", "token"] {
        let reply = anonymous.get(&format!("/leads?{place}={token}")).await;
        assert!(matches!(reply.status, 400 | 401), "{}", reply.status);
    }
    let cookie = anonymous.request(Method::GET, "/me").header("cookie", format!("access_token={token}"));
    anonymous.send(cookie).await.refused(401, "unauthenticated");
}
