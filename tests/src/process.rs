use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::json;

use crate::database::{SECRET_KEY, TestDatabase};
use crate::{Client, World, failures};

/// The program as a separate process that can be killed, on a database that survives it.
pub struct Process {
    child: Child,
    log: Option<JoinHandle<Vec<String>>>,
    /// Its address, without a path.
    pub base: String,
}

/// A database for several processes.
#[derive(Clone)]
pub struct Deployment {
    url: String,
    /// The database, if this deployment owns it.
    _database: Option<Arc<TestDatabase>>,
    settings: Vec<(String, String)>,
    is_as_delivered: bool,
}

impl Deployment {
    /// A deployment without a schema.
    pub async fn empty() -> Self {
        let database = TestDatabase::empty().await;
        Self { url: database.url.clone(), _database: Some(Arc::new(database)), settings: Vec::new(), is_as_delivered: false }
    }

    /// A fresh deployment under a playbook.
    pub async fn under(playbook: &str) -> Self {
        let database = TestDatabase::create(playbook).await;
        let url = database.url.clone();
        Self { url, _database: Some(Arc::new(database)), settings: Vec::new(), is_as_delivered: false }
    }

    /// Processes on the database of a world, in addition to its own server.
    pub fn on(world: &World) -> Self {
        let url = world.database_url().to_owned();
        Self { url, _database: None, settings: Vec::new(), is_as_delivered: false }
    }

    /// The same with the default settings of the program: rate limits are on, and there is a thread for each core.
    #[must_use]
    pub fn as_delivered(self) -> Self {
        Self { is_as_delivered: true, ..self }
    }

    /// The same with its SQLite file copied to another path.
    #[must_use]
    pub fn moved_to(self, path: &Path) -> Self {
        std::fs::copy(self.url.strip_prefix("sqlite://").unwrap(), path).unwrap();
        Self { url: format!("sqlite://{}", path.display()), ..self }
    }

    /// The same with an environment variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The address of the database.
    pub fn database_url(&self) -> &str {
        &self.url
    }

    /// Runs a command until it ends.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command that must succeed.
    pub fn succeed(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A user who can sign in.
    pub fn add_user(&self, email: &str, role: &str, password: &str) {
        let output = self.try_to_add_user(email, role, password);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The same, but it may fail.
    pub fn try_to_add_user(&self, email: &str, role: &str, password: &str) -> Output {
        let arguments = ["user", "add", "--email", email, "--name", "Nguyễn Thị Lan", "--role", role, "--password-stdin"];
        let mut command = self.command(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Starts a server with a worker on a free port, and waits until it prints its address.
    pub fn serve(&self) -> Process {
        self.start(&["serve"])
    }

    /// The same for a database with a demo.
    pub fn serve_demo(&self) -> Process {
        self.start(&["serve", "--demo"])
    }

    fn start(&self, arguments: &[&str]) -> Process {
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let read = |line: String| {
            failures::read_log(&line);
            line
        };
        let log = std::thread::spawn(move || lines.map_while(Result::ok).map(read).collect());
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let base = said.trim().trim_start_matches("Ready: ").to_owned();
        assert!(base.starts_with("http://"), "the server said {said:?}");
        Process { child, log: Some(log), base }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).env("CHOT_DATABASE_URL", &self.url).env("CHOT_LISTEN", "127.0.0.1:0");
        command.env("CHOT_SECRET_KEY", SECRET_KEY);
        if !self.is_as_delivered {
            command.env("CHOT_RATE_LIMITS", "off").env("CHOT_WORKERS", "2").env("RUST_LOG", "error");
        }
        command.envs(self.settings.iter().cloned());
        command
    }
}

/// The program is beside the folder of the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("chot");
    assert!(program.exists(), "{} is missing: `cargo build --workspace` makes it", program.display());
    program
}

impl Process {
    /// A client without a credential.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(&self.base)
    }

    /// Signs in over HTTP.
    pub async fn sign_in(&self, email: &str, password: &str) -> Client {
        let anonymous = self.anonymous();
        let tokens = anonymous.post("/auth/login", json!({"email": email, "password": password})).await.expect(200);
        anonymous.with_credential(tokens["access_token"].as_str().unwrap())
    }

    /// Sends SIGTERM and waits for the end. Returns whether it ended successfully.
    pub fn terminate(&mut self) -> bool {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        told.success() && self.child.wait().unwrap().success()
    }

    /// Kills it. Returns its log lines.
    pub fn log(mut self) -> Vec<String> {
        let _ = self.child.kill();
        self.log.take().map(|log| log.join().unwrap()).unwrap_or_default()
    }

    /// Its process identifier.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with SIGKILL.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // The log ends with the process.
        let _ = self.log.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            failures::require_none();
        }
    }
}
