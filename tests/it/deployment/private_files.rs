use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chot_tests::fixtures::account;
use chot_tests::{Deployment, Form, Kind, PDF, kind};
use serde_json::json;

use super::{Folder, below};

const PASSWORD: &str = "mot-mat-khau-dai-2026";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The same with its database and its key in a folder that does not exist yet.
fn in_folder(deployment: Deployment, folder: &Folder) -> Deployment {
    let deployment = deployment.with("CHOT_ATTACHMENTS", &folder.text("data/attachments"));
    if kind() == Kind::Postgres {
        return deployment;
    }
    let url = format!("sqlite://{}", folder.text("data/chot.db"));
    deployment.with("CHOT_DATABASE_URL", &url).with("CHOT_SECRET_KEY", "")
}

#[tokio::test]
async fn what_the_program_writes_nobody_else_on_the_machine_can_read() {
    let folder = Folder::new();
    let deployment = in_folder(Deployment::under("icheck").await, &folder);
    deployment.succeed(&["init", "--playbook", "icheck"]);
    deployment.add_user("lan@congty.example.vn", "salesperson", PASSWORD);
    let server = deployment.serve();
    let credentials = json!({"email": "lan@congty.example.vn", "password": PASSWORD});
    let tokens = server.anonymous().post("/auth/login", credentials).await.expect(200);
    let lan = server.anonymous().with_credential(tokens["access_token"].as_str().unwrap());
    let customer = account(&lan, 1).await;
    let form = Form::of(&json!({"account_id": customer["id"]})).file("hop-dong.pdf", PDF);
    lan.upload("/attachments", form).await.expect(201);

    let data = folder.path("data");
    let found = below(&data);
    assert!(found.iter().any(|path| path.is_file()), "{found:?}");
    assert_eq!(mode(&data), 0o700);
    for path in &found {
        assert_eq!(mode(path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
    if kind() == Kind::Sqlite {
        for name in ["chot.db", "chot.db-wal", "secret.key"] {
            assert!(data.join(name).is_file(), "{name} is missing among {found:?}");
        }
    }
    server.kill();
}

#[tokio::test]
async fn what_an_earlier_version_left_open_is_closed() {
    if kind() == Kind::Postgres {
        return;
    }
    let folder = Folder::new();
    let deployment = in_folder(Deployment::under("icheck").await, &folder);
    deployment.succeed(&["init", "--playbook", "icheck"]);
    deployment.add_user("lan@congty.example.vn", "salesperson", PASSWORD);
    let attachments = folder.path("data/attachments");
    std::fs::create_dir_all(&attachments).unwrap();
    for (path, open) in [(folder.path("data/chot.db"), 0o644), (attachments.clone(), 0o755)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(open)).unwrap();
    }
    deployment.serve().kill();
    assert_eq!((mode(&folder.path("data/chot.db")), mode(&attachments)), (0o600, 0o700));
}
