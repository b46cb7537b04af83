//! Common passwords are refused.

use chot_tests::{World, fault};
use serde_json::json;

use super::people::{PASSWORD, Person};

#[tokio::test]
async fn a_password_that_everybody_tries_is_refused_wherever_one_is_set() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let path = format!("/users/{}", lan.client.user_id);
    for common in ["password1234", "123456789012", "Password@1234", "qwertyuiop12", "matkhau12345"] {
        let draft = json!({"email": "mai@congty.example.vn", "full_name": "Lê Mai", "role": "salesperson", "password": common});
        assert_eq!(admin.post("/users", draft).await.faults(422), [fault("/password", "common_password")], "{common}");
        let faults = admin.patch(&path, 1, json!({"password": common})).await.faults(422);
        assert_eq!(faults, [fault("/password", "common_password")], "{common}");
        let order = json!({"current_password": PASSWORD, "new_password": common});
        let faults = lan.client.post("/auth/password", order).await.faults(422);
        assert_eq!(faults, [fault("/new_password", "common_password")], "{common}");
    }
    let order = json!({"current_password": PASSWORD, "new_password": "song-dai-troi-rong-2027"});
    lan.client.post("/auth/password", order).await.expect(204);
}

#[tokio::test]
async fn a_password_that_holds_its_owners_name_or_address_is_refused() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let mai = |password: &str| json!({"email": "phuongmai@hoasen.vn", "full_name": "Trần Phương Mai", "role": "salesperson", "password": password});
    for (password, code) in [
        ("phuongmai@hoasen.vn", "contains_own_address"),
        ("Hoa-Sen-7h2k9f3d", "contains_own_address"),
        ("Phương 7h2k 9f3d", "contains_own_name"),
    ] {
        assert_eq!(admin.post("/users", mai(password)).await.faults(422), [fault("/password", code)], "{password}");
    }
    let lan = Person::employed(&world, &admin, "salesperson").await;
    let (path, named) = (format!("/users/{}", lan.client.user_id), "nguyen-thi-lan-7h2k");
    assert_eq!(admin.patch(&path, 1, json!({"password": named})).await.faults(422), [fault("/password", "contains_own_name")]);
    let order = json!({"current_password": PASSWORD, "new_password": named});
    assert_eq!(lan.client.post("/auth/password", order).await.faults(422), [fault("/new_password", "contains_own_name")]);
    admin.post("/users", mai("song-dai-troi-rong-2027")).await.expect(201);
}

#[tokio::test]
async fn an_address_that_no_mail_can_reach_is_no_users_address() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    for email in ["a@[127.0.0.1]", "a@b", "-oQ/tmp@b.vn", "a@127.0.0.1"] {
        let draft = json!({"email": email, "full_name": "Lê Mai", "role": "salesperson"});
        assert_eq!(admin.post("/users", draft).await.faults(422), [fault("/email", "invalid_email")], "{email}");
    }
    let draft = json!({"email": " mai@congty.example.vn ", "full_name": "Lê Mai", "role": "salesperson"});
    assert_eq!(admin.post("/users", draft).await.expect(201)["email"], json!("mai@congty.example.vn"));
}
