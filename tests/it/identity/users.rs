use chot_tests::fixtures::{id, version};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::people::{PASSWORD, Person, api_key, change, sign_in};

fn draft(email: &str, role: &str) -> Value {
    json!({"email": email, "full_name": "Nguyễn Thị Lan", "role": role})
}

fn path(user: &Client) -> String {
    format!("/users/{}", user.user_id)
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let former = world.user("admin").await;
    change(&admin, &former, json!({"is_active": false})).await;
    for leaving in [json!({"is_active": false}), json!({"role": "manager"}), json!({"role": "manager", "is_active": false})] {
        admin.patch(&path(&admin), 1, leaving).await.refused(409, "last_administrator");
    }
    change(&admin, &admin, json!({"full_name": "Trần Văn Quản"})).await;

    change(&admin, &former, json!({"is_active": true})).await;
    change(&admin, &admin, json!({"role": "manager"})).await;
    admin.get("/lead-forms").await.refused(403, "forbidden");
    admin.patch(&path(&former), 3, json!({"is_active": false})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn an_address_belongs_to_one_user() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lan = admin.post("/users", draft("lan@congty.example.vn", "salesperson")).await.expect(201);
    for taken in ["lan@congty.example.vn", " LAN@CongTy.example.VN "] {
        admin.post("/users", draft(taken, "manager")).await.refused(409, "already_exists");
    }
    let minh = admin.post("/users", draft("minh@congty.example.vn", "salesperson")).await.expect(201);
    let change = json!({"email": "Lan@congty.example.vn"});
    admin.patch(&format!("/users/{}", id(&minh)), 1, change).await.refused(409, "already_exists");
    let moved = admin.patch(&format!("/users/{}", id(&lan)), 1, json!({"email": "lan.2@congty.example.vn"})).await.expect(200);
    assert_eq!(moved["email"], "lan.2@congty.example.vn");
    admin.patch(&format!("/users/{}", id(&minh)), 1, json!({"email": "lan@congty.example.vn"})).await.expect(200);
}

#[tokio::test]
async fn role_team_and_state_of_a_user_are_changed_and_told() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let (team, lan) = (world.team("Miền Bắc", None).await, world.user("salesperson").await);
    let members = json!({"role": "sales_leader", "team_id": team, "full_name": "Nguyễn Thị Lan Anh"});
    let changed = admin.patch(&path(&lan), 1, members.clone()).await.expect(200);
    for (name, value) in members.as_object().unwrap() {
        assert_eq!(&changed[name], value);
    }
    let me = lan.get("/me").await.expect(200);
    assert_eq!(version(&changed), 2);
    assert!(changed.as_object().unwrap().iter().all(|(name, member)| &me[name] == member), "{me:#} is {changed:#}");
    let left = admin.patch(&path(&lan), 2, json!({"team_id": null, "is_active": false})).await.expect(200);
    assert_eq!((&left["team_id"], &left["is_active"]), (&json!(null), &json!(false)));

    let feed = admin.get("/events?limit=200").await.expect(200);
    let events: Vec<&Value> = feed["data"].as_array().unwrap().iter().filter(|event| event["kind"] == "user.updated").collect();
    let told = |event: &Value, member: &str| event["changes"][member].clone();
    assert_eq!(events.len(), 2);
    assert_eq!(told(events[0], "role"), json!({"from": "salesperson", "to": "sales_leader"}));
    assert_eq!(told(events[0], "team_id"), json!({"from": null, "to": team}));
    assert_eq!(told(events[1], "is_active"), json!({"from": true, "to": false}));
    assert_eq!((&events[1]["subject_id"], &events[1]["actor_id"]), (&json!(lan.user_id), &json!(admin.user_id)));
}

#[tokio::test]
async fn a_change_of_a_user_names_the_version_that_was_seen() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let blind = admin.request(reqwest::Method::PATCH, &path(&lan)).json(&json!({"role": "manager"}));
    admin.send(blind).await.refused(428, "version_required");
    admin.patch(&path(&lan), 2, json!({"role": "manager"})).await.refused(412, "version_mismatch");
    admin.patch(&format!("/users/{}", uuid::Uuid::now_v7()), 1, json!({"role": "manager"})).await.refused(404, "not_found");
    assert_eq!(lan.get("/me").await.expect(200)["role"], "salesperson");
}

#[tokio::test]
async fn what_is_wrong_with_a_user_is_said_at_once() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let nowhere = uuid::Uuid::now_v7();
    let wrong =
        json!({"email": "lan", "full_name": " ", "role": "Nhân viên", "team_id": "x", "password": "ngan", "is_admin": true});
    let mut faults = admin.post("/users", wrong).await.faults(422);
    faults.sort();
    let expected = [
        ("/email", "invalid_email"),
        ("/full_name", "blank"),
        ("/is_admin", "unknown_member"),
        ("/password", "too_short"),
        ("/role", "invalid_key"),
        ("/team_id", "invalid_id"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));

    let unknown = json!({"role": "ceo", "team_id": nowhere});
    let mut to_create = draft("lan@congty.example.vn", "ceo");
    to_create["team_id"] = json!(nowhere);
    let lan = world.user("salesperson").await;
    for reply in [admin.post("/users", to_create).await, admin.patch(&path(&lan), 1, unknown).await] {
        assert_eq!(reply.faults(422), [("/role".into(), "unknown_key".into()), ("/team_id".into(), "not_found".into())]);
    }
    let mut faults = admin.patch(&path(&lan), 1, json!({"password": "ngan", "email": "lan", "zz": 1})).await.faults(422);
    faults.sort();
    let expected = [("/email", "invalid_email"), ("/password", "too_short"), ("/zz", "unknown_member")];
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let unchanged = admin.patch(&path(&lan), 1, json!({"role": "salesperson"})).await.expect(200);
    assert_eq!(version(&unchanged), 1, "a patch that changes nothing is no change");
    lan.get("/me").await.expect(200);
}

#[tokio::test]
async fn nobody_but_an_administrator_changes_users_not_even_oneself() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    for role in ["manager", "salesperson", "marketing", "customer_care"] {
        let user = Person::employed(&world, &admin, role).await;
        user.client.post("/users", draft("moi@congty.example.vn", "admin")).await.refused(403, "forbidden");
        for members in [json!({"role": "admin"}), json!({"full_name": "Sếp"}), json!({"password": "song-dai-troi-rong-2027"})] {
            user.client.patch(&path(&user.client), 1, members).await.refused(403, "forbidden");
        }
        user.client.patch(&path(&admin), 1, json!({"is_active": false})).await.refused(403, "forbidden");
        sign_in(&world, &user.email, PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn a_narrow_key_of_an_administrator_makes_and_moves_no_administrators() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let other = world.user("admin").await;
    let (_, program) = api_key(&admin, &["users:read", "users:write"]).await;
    let beyond = [("/role".to_owned(), "beyond_your_rights".to_owned())];
    assert_eq!(program.post("/users", draft("moi@congty.example.vn", "admin")).await.faults(422), beyond);
    let password = json!({"password": "song-dai-troi-rong-2027"});
    for members in [password, json!({"role": "salesperson"}), json!({"is_active": false}), json!({"email": "cua.toi@example.vn"})]
    {
        program.patch(&path(&other), 1, members).await.refused(403, "forbidden");
    }
    other.get("/me").await.expect(200);
    let (_, whole) = api_key(&admin, &permissions(&admin).await).await;
    whole.post("/users", draft("moi@congty.example.vn", "admin")).await.expect(201);
}

/// The permissions of a user's role, from the playbook.
async fn permissions(user: &Client) -> Vec<String> {
    let playbook = user.get("/playbook").await.expect(200);
    let roles = playbook["playbook"]["roles"].as_array().unwrap().clone();
    let role = roles.into_iter().find(|role| role["key"] == json!(user.role)).unwrap();
    role["permissions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn colleagues_are_found_by_name_role_and_team() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let team = world.team("Miền Bắc", None).await;
    for (name, role, team_id) in
        [("Đặng Ước", "salesperson", Some(&team)), ("Lê Ánh", "manager", None), ("Lê Bình", "salesperson", None)]
    {
        let email = format!("{}@congty.example.vn", uuid::Uuid::now_v7().simple());
        let user = json!({"email": email, "full_name": name, "role": role, "team_id": team_id});
        admin.post("/users", user).await.expect(201);
    }
    let lan = world.user("marketing").await;
    let found = async |query: &str| {
        let users = lan.all(&format!("/users?{query}")).await;
        users.iter().map(|user| user["full_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("q=dang+uoc").await, ["Đặng Ước"]);
    assert_eq!(found("q=l%C3%AA").await, ["Lê Ánh", "Lê Bình"]);
    assert_eq!(found("role=salesperson").await, ["Đặng Ước", "Lê Bình"]);
    assert_eq!(found(&format!("team_id={team}")).await, ["Đặng Ước"]);
    assert!(found("is_active=false").await.is_empty());
}
