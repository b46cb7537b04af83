use chot_tests::Deployment;

const SECRET: &str = "bi-mat-sieu-dai";

/// Addresses that cannot be reached, cannot be read, or belong to a database that we do not know.
const ADDRESSES: [&str; 6] = [
    "postgres://lan:bi-mat-sieu-dai@127.0.0.1:1/chot",
    "postgres://lan:bi-mat-sieu-dai@127.0.0.1:99999/chot",
    "postgres//lan:bi-mat-sieu-dai@127.0.0.1/chot",
    "postgres://127.0.0.1:1/chot?user=lan&password=bi-mat-sieu-dai",
    "mysql://lan:bi-mat-sieu-dai@127.0.0.1/chot",
    "lan:bi-mat-sieu-dai@127.0.0.1",
];

#[tokio::test]
async fn an_error_at_start_up_tells_no_password_of_the_database() {
    let deployment = Deployment::under("icheck").await;
    for address in ADDRESSES {
        let deployment = deployment.clone().with("CHOT_DATABASE_URL", address);
        for command in [&["serve"][..], &["migrate"], &["init", "--playbook", "icheck"]] {
            let output = deployment.run(command);
            let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(!output.status.success(), "{command:?} {address}: {said}");
            assert!(!said.contains(SECRET), "{command:?} {address}: {said}");
            assert!(said.contains("chot: "), "{command:?} {address}: {said}");
        }
    }
}

#[tokio::test]
async fn an_error_at_start_up_tells_no_password_of_the_mail_server() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    for address in ["smtp//lan:bi-mat-sieu-dai@mail", "ftp://lan:bi-mat-sieu-dai@mail", "smtps://lan:bi-mat-sieu-dai@mail:99999"]
    {
        for from in [None, Some("Chốt <crm@congty.example.vn>"), Some("không phải địa chỉ")] {
            let deployment = deployment.clone().with("CHOT_SMTP_URL", address);
            let deployment = from.map_or(deployment.clone(), |from| deployment.with("CHOT_MAIL_FROM", from));
            let output = deployment.run(&["serve"]);
            let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(!output.status.success(), "{address}: {said}");
            assert!(!said.contains(SECRET), "{address}: {said}");
        }
    }
}

#[tokio::test]
async fn an_error_at_start_up_tells_no_key() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    for key in ["khoa-khong-phai-base64", "a2hvYS1uZ2Fu"] {
        let output = deployment.clone().with("CHOT_SECRET_KEY", key).run(&["serve"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("32 bytes") && !said.contains(key), "{said}");
    }
}
