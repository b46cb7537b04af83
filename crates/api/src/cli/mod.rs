//! The command line: `chot init`, `user add`, `serve`, `work`, `migrate`, `keys rotate`, `secrets rotate`, `openapi`, `demo`.

mod demo;
mod run;
mod set_up;
mod users;

use std::env::var_os;
use std::fmt::Display;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::sync::Arc;

use chot_application::Engine;
use chot_domain::shared::{RandomIds, SystemClock};
use chot_persistence::{Connection, Db};
use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use self::demo::DemoSettings;
use self::set_up::{KeysCommand, SecretsCommand};
use self::users::UserCommand;
use crate::config::{DatabaseSettings, RunSettings, ServerSettings};
use crate::document;
use crate::private_files;
use crate::web::masking::mask;

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
    /// Set up a deployment: update the schema, activate a playbook, create the signing key.
    Init {
        /// The sales process to start with: suno, groupon, xcrm, icheck or easyedu.
        #[arg(long)]
        playbook: String,
    },
    /// Manage users.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Run the server.
    Serve(Box<ServerSettings>),
    /// Run timers and deliveries without a server: for deployments whose servers run with `--no-worker`.
    Work(RunSettings),
    /// Update the schema of the database.
    Migrate,
    /// Manage the keys that sign access tokens.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Manage the key that encrypts third-party secrets in the database.
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Load demo data into an empty database.
    Demo(DemoSettings),
}

type CommandResult = Result<(), Box<dyn std::error::Error>>;

impl Cli {
    /// The parts of the settings that must never be shown.
    fn secrets(&self) -> Vec<String> {
        let of_run = match &self.command {
            Command::Serve(settings) => settings.run.secrets(),
            Command::Work(settings) => settings.secrets(),
            _ => Vec::new(),
        };
        self.database.secrets().into_iter().chain(of_run).collect()
    }
}

/// Writes a line to the terminal. The program continues if the output is closed.
fn say(line: impl Display) {
    let _ = writeln!(stdout(), "{line}");
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    private_files::keep_private();
    let cli = match Cli::from_arg_matches(&without_empty_variables(Cli::command()).get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let secrets = cli.secrets();
    let done = actix_web::rt::System::new().block_on(run(cli));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Errors of libraries may contain the address that they were given.
            eprintln!("chot: {}", mask(&error.to_string(), &secrets));
            ExitCode::FAILURE
        }
    }
}

/// An empty variable counts as not set, because deployment files often list all variables.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = names.into_iter().fold(command, |command, name| command.mut_subcommand(name, without_empty_variables));
    command.mut_args(|arg| match arg.get_env().and_then(var_os) {
        Some(value) if value.is_empty() => arg.env(Resettable::Reset),
        _ => arg,
    })
}

async fn run(cli: Cli) -> CommandResult {
    let database = &cli.database;
    match cli.command {
        Command::Openapi => Ok(stdout().write_all(document().as_bytes())?),
        Command::Init { playbook } => set_up::init(database, &playbook).await,
        Command::User { command: UserCommand::Add(user) } => users::add(database, &user).await,
        Command::Migrate => set_up::migrate(database).await,
        Command::Keys { command: KeysCommand::Rotate { ahead } } => set_up::rotate_signing_key(database, ahead).await,
        Command::Secrets { command: SecretsCommand::Rotate } => set_up::rotate_secret_key(database).await,
        Command::Secrets { command: SecretsCommand::Forget } => set_up::forget_secrets(database).await,
        Command::Demo(wanted) => demo::load(database, &wanted).await,
        Command::Serve(settings) => run::serve(database, &settings).await,
        Command::Work(settings) => run::work(database, &settings).await,
    }
}

async fn connect(settings: &DatabaseSettings) -> Result<Engine, Box<dyn std::error::Error>> {
    if let Some(file) = settings.file() {
        private_files::prepare_database(file)?;
    }
    let at = Connection { url: settings.database_url.clone(), max_connections: settings.database_connections };
    Ok(Engine::new(Db::connect(&at).await?, Arc::new(SystemClock), Arc::new(RandomIds)))
}
