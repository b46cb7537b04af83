use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use chot_api::config::{FileSettings, MailSettings, RunSettings, ServerSettings, Switch};
use chot_api::server;
use chot_application::{Engine, demo, identity, worker};
use chot_domain::identity::{Actor, UserDraft};
use chot_domain::shared::{RandomIds, read};
use chot_persistence::attachments::Files;
use chot_persistence::{Connection, Db, SecretKeys};
use chrono::TimeDelta;
use ipnet::IpNet;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::database::{DEMO, SECRET_KEY, TestDatabase};
use crate::{Client, StatementLog, TestClock, failures, memory};

/// Options of a world.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether rate limits apply.
    pub rate_limits: bool,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// The maximum size of a file, in bytes.
    pub attachment_bytes: Option<u64>,
    /// Whether its clock can be moved over HTTP.
    pub sandbox: bool,
    /// The mail server; without it no e-mails are sent.
    pub smtp_url: Option<String>,
    /// Whether Swagger UI and the contract are disabled.
    pub without_docs: bool,
    /// The separate address of the metrics.
    pub metrics_listen: Option<std::net::SocketAddr>,
    /// Records the statements of the server.
    pub statements: Option<StatementLog>,
}

/// A real server on its own real database, with a clock that the test controls.
pub struct World {
    /// The address of the server, without a path.
    pub base: String,
    /// The address of the metrics, if it is separate.
    pub metrics: Option<String>,
    /// The time.
    pub clock: TestClock,
    /// The engine, for what runs without HTTP: the worker and the creation of users.
    pub engine: Engine,
    /// The folder of the files.
    pub folder: PathBuf,
    playbook: String,
    server: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    database: TestDatabase,
    run: RunSettings,
}

const PASSWORD: &str = "mot-mat-khau-dai-2026";

impl World {
    /// A world under a playbook.
    pub async fn under(playbook: &str) -> Self {
        Self::with(playbook, Options::default()).await
    }

    /// A world with the demo of `icheck`, whose story ends yesterday.
    pub async fn of_demo(options: Options) -> Self {
        Self::of_demo_under("icheck", options).await
    }

    /// A world with the demo of a playbook, whose story ends yesterday.
    pub async fn of_demo_under(playbook: &str, options: Options) -> Self {
        Self::with(&format!("{DEMO}{playbook}"), options).await
    }

    /// A signed-in user of the demo.
    pub async fn demo_user(&self, role: &str) -> Client {
        let known = demo::sign_ins(&self.playbook).into_iter().find(|sign_in| sign_in.role == role).unwrap();
        let client = self.sign_in(&known.email, known.password).await;
        let user = client.get("/me").await.expect(200);
        client.named(user["id"].as_str().unwrap(), role)
    }

    /// A world under a playbook with options.
    pub async fn with(playbook: &str, options: Options) -> Self {
        failures::watch();
        let folder = std::env::temp_dir().join(format!("chot_test_files_{}", uuid::Uuid::now_v7().simple()));
        let database = TestDatabase::with_files(playbook, Some(&folder)).await;
        let clock = TestClock::default();
        let attachment_bytes = options.attachment_bytes.unwrap_or(Files::LARGEST);
        let files = FileSettings { attachments: folder.clone(), attachment_bytes };
        let settings = ServerSettings {
            listen: "127.0.0.1:0".parse().unwrap(),
            rate_limits: if options.rate_limits { Switch::On } else { Switch::Off },
            allowed_origins: options.allowed_origins,
            trusted_proxies: options.trusted_proxies,
            workers: Some(2),
            docs: if options.without_docs { Switch::Off } else { Switch::On },
            metrics_listen: options.metrics_listen,
            no_worker: true,
            run: RunSettings {
                demo: false,
                files,
                sandbox: options.sandbox,
                mail: MailSettings { smtp_url: options.smtp_url, mail_from: Some("Chốt <crm@congty.example.vn>".into()) },
            },
        };
        let run = settings.run.clone();
        let ((base, metrics), server) = start(&database.url, &clock, settings, options.statements).await;
        let engine = engine(&database.url, &clock, 2, &run).await;
        let playbook = playbook.strip_prefix(DEMO).unwrap_or(playbook).to_owned();
        Self { base, metrics, clock, engine, folder, playbook, server: Some(server), database, run }
    }

    /// The address of the database, for tests that read it directly.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// The engine of another process on the same database, such as another worker.
    pub async fn process(&self) -> Engine {
        engine(self.database_url(), &self.clock, 2, &self.run).await
    }

    /// A client without a credential.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(&self.base)
    }

    /// A new signed-in user with a role.
    pub async fn user(&self, role: &str) -> Client {
        self.member(role, None).await
    }

    /// A new signed-in user with a role in a team.
    pub async fn member(&self, role: &str, team_id: Option<&str>) -> Client {
        let email = format!("{role}-{}@congty.example.vn", uuid::Uuid::now_v7().simple());
        let draft = json!({"email": email, "full_name": format!("Người dùng {role}"), "role": role, "password": PASSWORD, "team_id": team_id});
        let draft: UserDraft = read(draft).unwrap();
        let ctx = self.engine.act_as(Actor::system()).await.unwrap();
        let hash = identity::hash_first_password(&ctx, Some(&draft)).await.unwrap();
        let id = ctx.write(async |tx| identity::create_user(tx, &draft, hash.clone()).await).await.unwrap();
        let client = self.sign_in(&email, PASSWORD).await;
        client.named(&id.to_string(), role)
    }

    /// Signs in over HTTP.
    pub async fn sign_in(&self, email: &str, password: &str) -> Client {
        let anonymous = self.anonymous();
        let tokens = anonymous.post("/auth/login", json!({"email": email, "password": password})).await.expect(200);
        anonymous.with_credential(tokens["access_token"].as_str().unwrap())
    }

    /// A new team.
    pub async fn team(&self, name: &str, parent_id: Option<&str>) -> String {
        let admin = self.user("admin").await;
        let team: Value = admin.post("/teams", json!({"name": name, "parent_id": parent_id})).await.expect(201);
        team["id"].as_str().unwrap().to_owned()
    }

    /// Moves time forward and runs what is due.
    pub async fn pass(&self, by: TimeDelta) -> u64 {
        self.clock.advance(by);
        worker::once(&self.engine).await.unwrap()
    }
}

async fn engine(url: &str, clock: &TestClock, max_connections: u32, run: &RunSettings) -> Engine {
    let db = Db::connect(&Connection { url: url.to_owned(), max_connections }).await.unwrap();
    let engine = Engine::new(db, Arc::new(clock.clone()), Arc::new(RandomIds));
    run.equip(engine.with_secret_keys(SecretKeys::parse(SECRET_KEY).unwrap())).unwrap()
}

/// The address of a server, and the one of the metrics if it is separate.
type Addresses = (String, Option<String>);

/// Runs a server on its own thread, like a process.
async fn start(
    url: &str,
    clock: &TestClock,
    settings: ServerSettings,
    statements: Option<StatementLog>,
) -> (Addresses, (oneshot::Sender<()>, JoinHandle<()>)) {
    let (url, clock) = (url.to_owned(), clock.clone());
    let (tell_address, address) = oneshot::channel();
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let mut engine = engine(&url, &clock, 6, &settings.run).await;
            if let Some(log) = statements {
                engine.db = engine.db.with_observer(log.observer());
            }
            let running = server::start(engine, &settings).await.unwrap();
            tell_address.send((running.address, running.metrics_address)).unwrap();
            let _ = stopped.await;
            running.stop(false).await;
        });
    });
    let (address, metrics) = address.await.unwrap();
    ((format!("http://{address}"), metrics.map(|address| format!("http://{address}"))), (stop, thread))
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.server.take() {
            let _ = stop.send(());
            let _ = thread.join();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        if !std::thread::panicking() {
            failures::require_none();
            memory::require_little();
        }
    }
}
