//! A deployment of the program that is measured: its database, its users, its records.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::Outcome;
use crate::http::Origin;
use crate::leads;
use crate::load::fire;
use crate::process::{Server, free_address};

const PASSWORD: &str = "a password for loopback";

/// How many salespeople have leads.
const SALESPEOPLE: usize = 8;

/// A program on a database.
pub struct Target {
    program: PathBuf,
    database: String,
    log: PathBuf,
    /// The server, as its administrator reaches it.
    pub admin: Origin,
    /// The same, as one of the salespeople reaches it.
    pub salesperson: Origin,
    salespeople: Vec<String>,
}

impl Target {
    /// Sets a deployment up on an empty database, with an administrator. What its servers log goes to `log`.
    pub fn set_up(program: &Path, database: &str, playbook: &str, log: &Path) -> Outcome<Self> {
        let origin = Origin { at: free_address()?, prefix: "/api/v1", token: String::new() };
        let (admin, salesperson) = (origin.clone(), origin);
        let target = Self {
            program: program.to_owned(),
            database: database.to_owned(),
            log: log.to_owned(),
            admin,
            salesperson,
            salespeople: Vec::new(),
        };
        target.run(&["init", "--playbook", playbook], "")?;
        let add = ["user", "add", "--email", "admin@example.vn", "--name", "Quản trị", "--role", "admin", "--password-stdin"];
        target.run(&add, PASSWORD)?;
        Ok(target)
    }

    /// Starts its server; `prepare` may change how.
    pub fn serve(&self, prepare: impl Fn(&mut Command) -> &mut Command) -> Outcome<Server> {
        let mut command = self.command();
        command.arg("serve");
        command.env("CHOT_LISTEN", self.admin.at.to_string()).env("CHOT_RATE_LIMITS", "off").env("CHOT_WORKERS", "1");
        let outside = Origin { prefix: "", ..self.admin.clone() };
        let request = outside.get("/health/ready");
        Server::start(prepare(&mut command), File::create(&self.log)?, || {
            outside.ask(&request).is_ok_and(|answer| answer.status == 200)
        })
    }

    /// Signs the administrator in, and takes salespeople on, of whom one signs in.
    pub fn sign_in(&mut self) -> Outcome<()> {
        self.admin.token = self.token("admin@example.vn")?;
        for number in 1..=SALESPEOPLE {
            let user = json!({
                "email": format!("sales{number}@example.vn"), "full_name": format!("Nguyễn Văn Bán {number}"),
                "role": "salesperson", "password": PASSWORD,
            });
            let user = self.ask(&self.admin.post("/users", &user.to_string()), 201)?;
            self.salespeople.push(text(&user["id"])?);
        }
        self.salesperson.token = self.token("sales1@example.vn")?;
        Ok(())
    }

    /// One of the salespeople.
    pub fn first_salesperson(&self) -> Outcome<&str> {
        Ok(self.salespeople.first().ok_or("nobody sells")?)
    }

    /// Creates leads with the numbers of a range. Of ten, eight have a salesperson and two are in the pool.
    pub fn load(&self, numbers: std::ops::Range<usize>) -> Outcome<()> {
        let owner = |number: usize| self.salespeople.get(number % 10).map(String::as_str);
        let requests: Vec<_> = numbers.map(|number| self.admin.post("/leads", &leads::draft(number, owner(number)))).collect();
        fire(self.admin.at, &requests, 201)?;
        Ok(())
    }

    /// Walks through the list of all leads, the newest first: their identifiers, and the cursor after the first `deep`.
    pub fn walk(&self, deep: usize) -> Outcome<(Vec<String>, String)> {
        let (mut ids, mut after_deep, mut cursor) = (Vec::new(), String::new(), String::new());
        loop {
            let page = self.ask(&self.admin.get(&format!("/leads?limit=200{cursor}")), 200)?;
            for lead in page["data"].as_array().into_iter().flatten() {
                ids.push(text(&lead["id"])?);
            }
            let Some(next) = page["page"]["next_cursor"].as_str() else {
                return Ok((ids, after_deep));
            };
            if ids.len() == deep {
                after_deep = next.to_owned();
            }
            cursor = format!("&cursor={next}");
        }
    }

    /// Asks the server once; the answer must have the expected status.
    pub fn ask(&self, request: &[u8], expected: u16) -> Outcome<Value> {
        let answer = self.admin.ask(request)?;
        if answer.status != expected {
            return Err(format!("{} was answered: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// The program, about its database.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("CHOT_DATABASE_URL", &self.database).env("RUST_LOG", "warn");
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Outcome<()> {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn()?;
        child.stdin.take().ok_or("no standard input")?.write_all(input.as_bytes())?;
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("chot {} ended with {status}", arguments.join(" ")).into()) }
    }

    fn token(&self, email: &str) -> Outcome<String> {
        let credentials = json!({"email": email, "password": PASSWORD});
        let tokens = self.ask(&self.admin.post("/auth/login", &credentials.to_string()), 200)?;
        text(&tokens["access_token"])
    }

    /// What its server has logged.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The program's version.
    pub fn version(&self) -> Outcome<String> {
        let told = Command::new(&self.program).arg("--version").output()?;
        Ok(String::from_utf8(told.stdout)?.trim().to_owned())
    }
}

fn text(value: &Value) -> Outcome<String> {
    Ok(value.as_str().ok_or("a member is missing")?.to_owned())
}

/// An empty folder.
pub fn fresh_folder(path: &Path) -> Outcome<()> {
    if path.exists() {
        fs::remove_dir_all(path)?;
    }
    Ok(fs::create_dir_all(path)?)
}
