//! `chot user add`.

use std::io::Read;

use chot_application::{Error, setup};
use chot_domain::identity::UserDraft;
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Code, Violation, Violations, read};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{CommandResult, connect, say};
use crate::config::DatabaseSettings;
use crate::web::messages::{Locale, problem_detail, violation_text};

/// Manages users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user who can sign in.
    Add(AddUser),
}

/// The new user.
#[derive(Debug, Args)]
pub struct AddUser {
    /// The e-mail address for signing in.
    #[arg(long)]
    email: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// A role of the playbook, such as admin or salesperson.
    #[arg(long)]
    role: String,
    /// Read the password from standard input. There is no other way to pass it: other users can see command lines.
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Adds a user, or reports all errors of the input.
pub async fn add(settings: &DatabaseSettings, user: &AddUser) -> CommandResult {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    let said = json!({
        "email": user.email, "full_name": user.name, "role": user.role, "password": password.trim_end_matches(['\r', '\n']),
    });
    let engine = connect(settings).await?;
    let (_, playbook) = engine.playbook().await.map_err(|error| explain(&error))?;
    let draft: UserDraft = read(said).map_err(|mut faults| {
        if playbook.role(&user.role).is_none() {
            faults.add("/role", "unknown_key");
        }
        faults_of_user(&faults, &playbook)
    })?;
    let id = setup::add_user(&engine, &draft).await.map_err(|error| match &error {
        Error::Invalid(faults) => faults_of_user(faults, &playbook),
        _ => explain(&error),
    })?;
    say(format_args!("{} can sign in now; the user's identifier is {id}.", draft.email));
    Ok(())
}

/// All errors, one per line. For an unknown role, the existing roles are listed.
fn faults_of_user(faults: &Violations, playbook: &Playbook) -> String {
    let roles: Vec<&str> = playbook.roles.iter().map(|role| role.key.as_str()).collect();
    let line = |fault: &Violation| match fault.pointer.as_str() {
        "/role" => format!("{} The roles of this playbook are {}.", line(fault), roles.join(", ")),
        _ => line(fault),
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n      ")
}

/// An error as text for the terminal.
pub fn explain(error: &Error) -> String {
    match error {
        Error::Invalid(faults) => faults.iter().map(line).collect::<Vec<_>>().join("\n      "),
        Error::Refused(refusal) => problem_detail(Locale::En, refusal.code),
        Error::Store(error) if error.is_unique_violation() => problem_detail(Locale::En, Code::AlreadyExists),
        Error::Store(error) => error.to_string(),
    }
}

fn line(fault: &Violation) -> String {
    format!("{}: {}", fault.pointer, violation_text(Locale::En, &fault.code))
}
