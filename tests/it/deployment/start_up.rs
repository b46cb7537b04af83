use chot_tests::Deployment;
use reqwest::Method;
use serde_json::Value;

const SECRET: &str = "bi-mat-sieu-dai";

/// Addresses that cannot be reached, cannot be parsed, or belong to an unsupported database.
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

#[tokio::test]
async fn who_adds_a_user_learns_all_faults_and_the_roles_that_there_are() {
    let deployment = Deployment::under("suno").await;
    let faults = |email: &str, role: &str, password: &str| {
        let output = deployment.try_to_add_user(email, role, password);
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let all = faults("không phải địa chỉ", "boss", "ngan");
    for part in ["/email", "/role", "/password", "salesperson, marketing, business_developer"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let one = faults("lan@congty.example.vn", "boss", "mot-mat-khau-dai-2026");
    assert!(one.contains("/role") && one.contains("business_developer") && !one.contains("/email"), "{one}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named_with_the_option_that_changes_it() {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = deployment.with("CHOT_LISTEN", &address).run(&["serve"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    for part in [address.as_str(), "--listen", "CHOT_LISTEN"] {
        assert!(said.contains(part), "{said}");
    }
}

#[tokio::test]
async fn a_request_is_one_line_of_the_log_and_bears_the_identifier_of_its_answer() {
    let deployment = Deployment::under("icheck").await.with("RUST_LOG", "info");
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    let server = deployment.serve();
    let anonymous = server.anonymous();
    let mine = anonymous.request(Method::GET, "/leads?q=0987654321").header("x-request-id", "ban-ghi-1");
    anonymous.send(mine).await.refused(401, "unauthenticated");
    let theirs = anonymous.get("/leads").await.header("x-request-id").unwrap().to_owned();
    let log = server.log();
    for id in ["ban-ghi-1", &theirs] {
        let lines: Vec<&String> = log.iter().filter(|line| line.contains(id)).collect();
        assert_eq!(lines.len(), 1, "{log:#?}");
        let line: Value = serde_json::from_str(lines[0]).unwrap();
        let span = &line["span"];
        assert_eq!((&span["request_id"], &span["status"], &span["route"]), (&id.into(), &401.into(), &"/api/v1/leads".into()));
        assert!(span["ms"].is_number() && line["spans"].is_null(), "{line}");
    }
    assert!(!log.join("\n").contains("0987654321"), "what was searched for is not logged");
}

#[tokio::test]
async fn an_empty_variable_counts_as_none() {
    let names =
        ["CHOT_METRICS_LISTEN", "CHOT_WORKERS", "CHOT_TRUSTED_PROXIES", "CHOT_ALLOWED_ORIGINS", "CHOT_SMTP_URL", "CHOT_DOCS"];
    let deployment = names.into_iter().fold(Deployment::under("icheck").await, |deployment, name| deployment.with(name, ""));
    deployment.add_user("lan@congty.example.vn", "admin", "mot-mat-khau-dai-2026");
    let server = deployment.serve();
    server.anonymous().get("//health/ready").await.expect(200);
}
