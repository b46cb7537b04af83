//! The inbox can be read and marked by its user, and by API keys with the permission.

use chot_tests::World;
use chot_tests::fixtures::{company, id, text};
use serde_json::{Value, json};

use crate::identity::people::api_key;

/// The roles of a playbook, with their permissions.
async fn roles(world: &World) -> Vec<(String, Vec<String>)> {
    let playbook = world.user("admin").await.get("/playbook").await.expect(200);
    let words =
        |role: &Value| role["permissions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    playbook["playbook"]["roles"].as_array().unwrap().iter().map(|role| (text(role, "key"), words(role))).collect()
}

#[tokio::test]
async fn a_program_without_the_right_to_notifications_reads_and_marks_none() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let mut lead = company(1);
    lead["owner_id"] = json!(lan.user_id);
    admin.post("/leads", lead).await.expect(201);
    let told = lan.all("/notifications").await.remove(0);
    let one = format!("/notifications/{}", id(&told));
    let (_, script) = api_key(&lan, &["products:read"]).await;
    for path in ["/notifications", "/notifications/unread-count", &one] {
        assert_eq!(script.get(path).await.refused(403, "forbidden")["permission"], "notifications:read", "{path}");
    }
    for path in [&format!("{one}/mark-read"), "/notifications/mark-all-read"] {
        assert_eq!(script.act(path).await.refused(403, "forbidden")["permission"], "notifications:update", "{path}");
    }
    assert_eq!(lan.get(&one).await.expect(200), told, "nothing was marked");
}

#[tokio::test]
async fn a_program_with_the_right_to_notifications_reads_and_marks_them() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let mut lead = company(1);
    lead["owner_id"] = json!(lan.user_id);
    admin.post("/leads", lead).await.expect(201);
    let (_, reader) = api_key(&lan, &["notifications:read"]).await;
    let told = reader.all("/notifications").await;
    assert_eq!(told.len(), 1);
    let mark = format!("/notifications/{}/mark-read", id(&told[0]));
    assert_eq!(reader.act(&mark).await.refused(403, "forbidden")["permission"], "notifications:update");
    let (_, both) = api_key(&lan, &["notifications:read", "notifications:update"]).await;
    assert!(both.act(&mark).await.expect(200)["read_at"].is_string());
    assert_eq!(both.get("/notifications/unread-count").await.expect(200)["unread"], 0);
}

#[tokio::test]
async fn users_of_every_role_read_and_mark_their_notifications() {
    for playbook in ["icheck", "suno", "easyedu", "groupon", "xcrm"] {
        let world = World::under(playbook).await;
        let roles = roles(&world).await;
        for (role, permissions) in &roles {
            for word in ["notifications:read", "notifications:update"] {
                assert!(permissions.iter().any(|one| one == word), "{role} of {playbook} lacks {word}");
            }
        }
        let (least, _) = roles.iter().min_by_key(|(_, permissions)| permissions.len()).unwrap();
        let user = world.user(least).await;
        assert!(user.all("/notifications").await.is_empty());
        assert_eq!(user.act("/notifications/mark-all-read").await.expect(200)["marked"], 0);
    }
}
