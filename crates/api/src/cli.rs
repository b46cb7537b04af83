//! The command line: `chot init`, `user add`, `serve`, `work`, `migrate`, `keys rotate`, `secrets rotate`, `openapi`, `demo`.

use std::io::Read;
use std::process::ExitCode;
use std::sync::Arc;

use chot_application::{Engine, Error, demo, setup, worker};
use chot_domain::identity::UserDraft;
use chot_domain::playbook::{EMBEDDED, embedded};
use chot_domain::shared::{Code, RandomIds, SystemClock, read};
use chot_persistence::secret_keys::demand;
use chot_persistence::{Connection, Db};
use chrono::{SecondsFormat, TimeDelta};
use clap::{Args, Parser, Subcommand};
use serde_json::json;
use tokio::sync::watch;

use crate::config::{DatabaseSettings, RunSettings, ServerSettings, Switch};
use crate::masking::mask;
use crate::messages::{Locale, violation_text};
use crate::shutdown::wait_for_stop_signal;
use crate::{openapi, private_files, server};

/// Chốt: a headless CRM, from web-form lead to won opportunity, behind one OpenAPI contract.
#[derive(Debug, Parser)]
#[command(name = "chot", version)]
struct Cli {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set up a deployment: bring the schema up to date, put a playbook into force, make the signing key.
    Init {
        /// The way of selling to start from: suno, groupon, xcrm, icheck or easyedu.
        #[arg(long)]
        playbook: String,
    },
    /// Manage users.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Answer requests.
    Serve(ServerSettings),
    /// Do what falls due, and answer no requests: beside servers that run with `--no-worker`.
    Work(RunSettings),
    /// Bring the schema up to date.
    Migrate,
    /// Manage the keys that sign access tokens.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Manage the key that encrypts the secrets of others in the database.
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Load demo data once, and print the sign-ins.
    Demo,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a new key, which signs once everybody can know it. Nobody has to sign in again.
    Rotate {
        /// In how many seconds the new key signs. It is published at once.
        #[arg(long, default_value_t = 600)]
        ahead: u32,
    },
}

#[derive(Debug, Subcommand)]
enum SecretsCommand {
    /// Make a new key in the file of keys, and encrypt all secrets with it.
    Rotate,
    /// Remove the secrets whose key is lost, so that the program starts again. They have to be set anew.
    Forget,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a user who can sign in.
    Add(AddUser),
}

#[derive(Debug, Args)]
struct AddUser {
    /// The address to sign in with.
    #[arg(long)]
    email: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// A role of the playbook, such as admin or salesperson.
    #[arg(long)]
    role: String,
    /// Read the password from standard input. There is no other way to give it: command lines are seen by others.
    #[arg(long, required = true)]
    password_stdin: bool,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

impl Cli {
    /// What must never be shown of the settings.
    fn secrets(&self) -> Vec<String> {
        let of_run = match &self.command {
            Command::Serve(settings) => settings.run.secrets(),
            Command::Work(settings) => settings.secrets(),
            _ => Vec::new(),
        };
        self.database.secrets().into_iter().chain(of_run).collect()
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    private_files::keep_private();
    let cli = Cli::parse();
    let secrets = cli.secrets();
    let done = actix_web::rt::System::new().block_on(run(cli));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Errors of libraries may hold the address that they were given.
            eprintln!("chot: {}", mask(&error.to_string(), &secrets));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Outcome {
    match cli.command {
        Command::Openapi => Ok(std::io::Write::write_all(&mut std::io::stdout(), openapi::document().as_bytes())?),
        Command::Init { playbook } => init(&cli.database, &playbook).await,
        Command::User { command: UserCommand::Add(user) } => add_user(&cli.database, &user).await,
        Command::Migrate => migrate(&cli.database).await,
        Command::Keys { command: KeysCommand::Rotate { ahead } } => rotate_signing_key(&cli.database, ahead).await,
        Command::Secrets { command: SecretsCommand::Rotate } => rotate_secret_key(&cli.database).await,
        Command::Secrets { command: SecretsCommand::Forget } => forget_secrets(&cli.database).await,
        Command::Demo => load_demo(&cli.database).await,
        Command::Serve(settings) => serve(&cli.database, &settings).await,
        Command::Work(settings) => work(&cli.database, &settings).await,
    }
}

async fn connect(settings: &DatabaseSettings) -> Result<Engine, Box<dyn std::error::Error>> {
    if let Some(file) = settings.file() {
        private_files::prepare_database(file)?;
    }
    let at = Connection { url: settings.database_url.clone(), max_connections: settings.database_connections };
    Ok(Engine::new(Db::connect(&at).await?, Arc::new(SystemClock), Arc::new(RandomIds)))
}

async fn migrate(settings: &DatabaseSettings) -> Outcome {
    let engine = connect(settings).await?;
    engine.db.migrate().await?;
    let engine = settings.secret_key.attach_or_make(engine, settings.file()).await?;
    // Before `init` there is nothing to encrypt.
    match setup::missing(&engine).await? {
        Some(setup::Missing::Playbook) => Ok(()),
        _ => Ok(setup::encrypt_secrets(&engine).await.map(|_| ())?),
    }
}

async fn rotate_signing_key(settings: &DatabaseSettings, ahead: u32) -> Outcome {
    let engine = connect(settings).await?;
    let signs_from = setup::rotate_signing_key(&engine, TimeDelta::seconds(ahead.into())).await?;
    println!("The new key is published, and signs from {} on.", signs_from.to_rfc3339_opts(SecondsFormat::Secs, true));
    Ok(())
}

async fn rotate_secret_key(settings: &DatabaseSettings) -> Outcome {
    let engine = connect(settings).await?;
    let changed = settings.secret_key.rotate(engine, settings.file()).await?;
    println!("A new key is in force; {changed} secrets were encrypted with it. The old keys can be taken out of the file.");
    Ok(())
}

async fn forget_secrets(settings: &DatabaseSettings) -> Outcome {
    let engine = connect(settings).await?;
    let forgotten = settings.secret_key.forget_unreadable(engine, settings.file()).await?;
    println!("{forgotten} secrets were removed, since their key is not here.");
    Ok(())
}

async fn init(settings: &DatabaseSettings, name: &str) -> Outcome {
    let names: Vec<&str> = EMBEDDED.iter().map(|(name, _)| *name).collect();
    if !names.contains(&name) {
        return Err(format!("there is no playbook {name}; there are {}", names.join(", ")).into());
    }
    let playbook = embedded(name).map_err(|faults| format!("the playbook {name} breaks its own rules: {faults:?}"))?;
    let engine = connect(settings).await?;
    engine.db.migrate().await?;
    let engine = settings.secret_key.attach_or_make(engine, settings.file()).await?;
    setup::init(&engine, playbook).await?;
    setup::encrypt_secrets(&engine).await?;
    let (version, in_force) = engine.playbook().await?;
    if in_force.key.as_str() != name {
        return Err(format!("the playbook {} is in force already, in version {version}; it stays", in_force.key).into());
    }
    println!("The playbook {} is in force, in version {version}.", in_force.key);
    Ok(())
}

async fn add_user(settings: &DatabaseSettings, user: &AddUser) -> Outcome {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    let draft = json!({
        "email": user.email, "full_name": user.name, "role": user.role, "password": password.trim_end_matches(['\r', '\n']),
    });
    let draft: UserDraft = read(draft).map_err(|faults| explain(&Error::Invalid(faults)))?;
    let engine = connect(settings).await?;
    let id = setup::add_user(&engine, &draft).await.map_err(|error| explain(&error))?;
    println!("{} can sign in now; the user's identifier is {id}.", draft.email);
    Ok(())
}

/// An error in words for who sits at the terminal.
fn explain(error: &Error) -> String {
    match error {
        Error::Invalid(faults) => {
            let lines = faults.iter().map(|fault| format!("{}: {}", fault.pointer, violation_text(Locale::En, &fault.code)));
            lines.collect::<Vec<_>>().join("\n      ")
        }
        Error::Refused(refusal) => crate::messages::problem_detail(Locale::En, refusal.code),
        Error::Store(error) if error.is_taken() => crate::messages::problem_detail(Locale::En, Code::AlreadyExists),
        Error::Store(error) => error.to_string(),
    }
}

async fn load_demo(settings: &DatabaseSettings) -> Outcome {
    let engine = connect(settings).await?;
    engine.db.migrate().await?;
    let engine = settings.secret_key.attach_or_make(engine, settings.file()).await?;
    let playbook = embedded("icheck").map_err(|faults| format!("{faults:?}"))?;
    setup::init(&engine, playbook).await?;
    setup::encrypt_secrets(&engine).await?;
    let loaded = demo::load(&engine).await.map_err(|error| explain(&error))?;
    if loaded {
        println!("Demo data is loaded.");
    }
    println!("Sign in as one of these (POST /api/v1/auth/login, then paste access_token into Authorize of Swagger UI):");
    for sign_in in demo::SIGN_INS {
        println!("  {:<14} {:<34} {}", sign_in.role, sign_in.email, sign_in.password);
    }
    Ok(())
}

/// The engine of a deployment that is complete, as it is to run.
async fn ready(database: &DatabaseSettings, settings: &RunSettings) -> Result<Engine, Box<dyn std::error::Error>> {
    server::start_logging();
    let engine = connect(database).await?;
    let is_embedded = engine.db.is_embedded();
    if is_embedded {
        engine.db.migrate().await?;
    }
    if let Some(missing) = setup::missing(&engine).await? {
        return Err(what_to_do(missing).into());
    }
    let engine = match is_embedded {
        true => database.secret_key.attach_or_make(engine, database.file()).await?,
        false => database.secret_key.attach(engine, None)?,
    };
    demand(&engine.db).await?;
    setup::encrypt_secrets(&engine).await?;
    private_files::restrict_folder(&settings.files.attachments)?;
    Ok(settings.equip(engine)?)
}

async fn serve(database: &DatabaseSettings, settings: &ServerSettings) -> Outcome {
    let running = server::start(ready(database, &settings.run).await?, settings).await?;
    match settings.docs {
        Switch::On => println!("Swagger UI: http://{}/docs/", running.address),
        Switch::Off => println!("Listening on http://{}", running.address),
    }
    if let Some(address) = running.metrics_address {
        println!("Metrics: http://{address}/metrics");
    }
    running.until_stopped().await?;
    Ok(())
}

async fn work(database: &DatabaseSettings, settings: &RunSettings) -> Outcome {
    let engine = ready(database, settings).await?;
    let (stop, stopping) = watch::channel(false);
    let worker = actix_web::rt::spawn(worker::run(engine.clone(), stopping));
    wait_for_stop_signal().await?;
    stop.send(true)?;
    worker.await?;
    engine.db.close().await;
    Ok(())
}

fn what_to_do(missing: setup::Missing) -> &'static str {
    match missing {
        setup::Missing::Migrations => "the database schema is not up to date: run `chot migrate`",
        setup::Missing::Playbook => "the deployment has no playbook or no signing key yet: run `chot init --playbook NAME`",
        setup::Missing::Users => {
            "nobody can sign in yet: run `chot user add --email E --name N --role admin --password-stdin` and give the password on standard input"
        }
    }
}
