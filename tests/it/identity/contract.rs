//! The operations of users, teams, API keys and sessions.

use chot_tests::fixtures::text;
use serde_json::{Value, json};

use crate::contract::rights::check_rights;
use crate::contract::rows::{Needs, Row, Sight, row};
use crate::contract::stage::{Prepared, Preparing, Scene};

/// The password of the users that are made for one call.
const PASSWORD: &str = "mat-khau-cua-san-khau-2026";

/// The operations.
pub const ROWS: &[Row] = &[
    row("listUsers"),
    row("createUser").saying(new_user),
    row("getUser").on(user, Sight::Everybody),
    row("updateUser").on(user, Sight::Everybody).saying(|_| json!({"full_name": "Nguyễn Văn An"})),
    row("getCurrentUser"),
    row("listRoles"),
    row("listTeams"),
    row("createTeam").saying(|made| json!({"name": format!("Đội mới {}", made.number)})),
    row("getTeam").on(team, Sight::Everybody),
    row("updateTeam").on(team, Sight::Everybody).saying(|made| json!({"name": format!("Đội đổi tên {}", made.number)})),
    row("listApiKeys"),
    row("createApiKey").saying(|_| json!({"name": "Nhập liệu", "scopes": ["leads:create"]})),
    row("getApiKey").on(admins_key, Sight::Administrator),
    row("revokeApiKey").on(admins_key, Sight::Administrator),
    row("signIn").on(user, Sight::Everybody).saying(|made| json!({"email": made.known["email"], "password": PASSWORD})),
    row("refreshTokens").on(refresh_token, Sight::Caller).saying(|made| json!({"refresh_token": made.known["refresh_token"]})),
    row("signOut").on(own_session, Sight::Caller).needing(Needs::Session),
    row("changePassword")
        .on(own_session, Sight::Caller)
        .needing(Needs::Session)
        .saying(|_| json!({"current_password": PASSWORD, "new_password": "mat-khau-moi-cua-toi-2027"})),
    row("listSigningKeys"),
];

fn new_user(made: &Prepared) -> Value {
    let email = format!("moi-{}@congty.example.vn", made.number);
    json!({"email": email, "full_name": "Phạm Thu Trang", "role": "salesperson"})
}

/// A user.
fn user(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let user = colleague(&scene, "salesperson").await;
        let email = text(&user, "email");
        scene.made.of("user_id", &user).with("email", &email)
    })
}

/// A team.
fn team(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let team = scene.admin().post("/teams", json!({"name": format!("Đội {}", scene.number())})).await.expect(201);
        scene.made.of("team_id", &team)
    })
}

/// An API key of the administrator's.
fn admins_key(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let key = json!({"name": "Nhập liệu", "scopes": ["leads:create"]});
        let made = scene.admin().post("/api-keys", key).await.expect(201);
        scene.made.of("api_key_id", &made["api_key"])
    })
}

/// A refresh token that was not used yet.
fn refresh_token(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        let email = text(&colleague(&scene, "salesperson").await, "email");
        let sign_in = json!({"email": email, "password": PASSWORD});
        let tokens = scene.stage.world.anonymous().post("/auth/login", sign_in).await.expect(200);
        scene.made.with("refresh_token", &text(&tokens, "refresh_token"))
    })
}

/// A session of another user with the caller's role, if the caller has a session. That user makes the call.
fn own_session(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move {
        if !scene.who.has_session() {
            return scene.made;
        }
        let email = text(&colleague(&scene, &scene.who.client.role).await, "email");
        let acting = scene.stage.world.sign_in(&email, PASSWORD).await;
        Prepared { acting: Some(acting), ..scene.made }
    })
}

async fn colleague(scene: &Scene<'_>, role: &str) -> Value {
    let email = format!("nguoi-{}@congty.example.vn", scene.number());
    let draft = json!({"email": email, "full_name": "Nguyễn Văn Bình", "role": role, "password": PASSWORD});
    scene.admin().post("/users", draft).await.expect(201)
}

#[tokio::test]
async fn each_caller_may_do_with_users_and_keys_what_the_document_and_the_playbook_say() {
    check_rights(ROWS).await;
}
