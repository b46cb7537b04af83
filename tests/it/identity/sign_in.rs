use chot_tests::World;
use chot_tests::fixtures::id;
use serde_json::{Value, json};

use super::people::{PASSWORD, Person, bearer, change, sign_in};

#[tokio::test]
async fn whoever_cannot_sign_in_does_not_learn_why() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let (lan, former) =
        (Person::employed(&world, &admin, "salesperson").await, Person::employed(&world, &admin, "salesperson").await);
    change(&admin, &former.client, json!({"is_active": false})).await;
    let without = json!({"email": "chua.co@congty.example.vn", "full_name": "Chưa có mật khẩu", "role": "salesperson"});
    admin.post("/users", without).await.expect(201);

    let attempts = [
        (lan.email.as_str(), "mot-mat-khau-khac-2026"),
        ("khong.co@congty.example.vn", PASSWORD),
        (former.email.as_str(), PASSWORD),
        (former.email.as_str(), "mot-mat-khau-khac-2026"),
        ("chua.co@congty.example.vn", PASSWORD),
    ];
    let mut told: Vec<(Value, Vec<String>)> = Vec::new();
    for (email, password) in attempts {
        let reply = sign_in(&world, email, password).await;
        let mut headers: Vec<_> = reply.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        let mut body = reply.refused(401, "invalid_credentials");
        assert!(body["request_id"].take().is_string());
        told.push((body, headers));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    sign_in(&world, &lan.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_address_is_the_same_in_capitals_and_a_password_is_not() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    sign_in(&world, &lan.email.to_uppercase(), PASSWORD).await.expect(200);
    sign_in(&world, &lan.email, &PASSWORD.to_uppercase()).await.refused(401, "invalid_credentials");
}

#[tokio::test]
async fn a_password_is_the_same_however_its_accents_are_typed() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let (composed, decomposed) = ("m\u{1ead}t kh\u{1ea9}u d\u{e0}i", "ma\u{323}\u{302}t kha\u{302}\u{309}u da\u{300}i");
    let lan = json!({"email": "lan@congty.example.vn", "full_name": "Lan", "role": "salesperson", "password": composed});
    admin.post("/users", lan).await.expect(201);
    sign_in(&world, "lan@congty.example.vn", decomposed).await.expect(200);
    sign_in(&world, "lan@congty.example.vn", composed).await.expect(200);
}

#[tokio::test]
async fn who_signs_in_gets_tokens_that_say_whose_they_are_and_how_long_they_last() {
    let world = World::under("icheck").await;
    let lan = Person::employed(&world, &world.user("admin").await, "salesperson").await;
    let reply = sign_in(&world, &lan.email, PASSWORD).await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let tokens = reply.expect(200);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert!(tokens["refresh_token"].as_str().unwrap().len() >= 43, "256 bits");
    let me = bearer(&world, &tokens).get("/me").await.expect(200);
    assert_eq!((id(&me), &me["email"]), (lan.client.user_id.clone(), &json!(lan.email)));
}

#[tokio::test]
async fn a_password_that_is_too_short_too_long_or_blank_is_not_even_looked_up() {
    let world = World::under("icheck").await;
    for (password, code) in [(" ".to_owned(), "blank"), ("x".repeat(129), "too_long"), ("a\0b".to_owned(), "nul_character")] {
        let faults = sign_in(&world, "lan@congty.example.vn", &password).await.faults(422);
        assert_eq!(faults, [("/password".into(), code.into())]);
    }
    let admin = world.user("admin").await;
    for (password, code) in [("ngan-qua", "too_short"), (&*"x".repeat(129), "too_long"), ("\0abcdefghijkl", "nul_character")] {
        let draft = json!({"email": "lan@congty.example.vn", "full_name": "Lan", "role": "salesperson", "password": password});
        assert_eq!(admin.post("/users", draft).await.faults(422), [("/password".into(), code.into())]);
    }
}
