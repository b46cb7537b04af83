//! Commands that set up and maintain a deployment: schema, playbook, keys.

use chot_application::{Engine, setup};
use chot_domain::playbook::{EMBEDDED, Playbook, embedded};
use chrono::{SecondsFormat, TimeDelta};
use clap::Subcommand;

use super::{CommandResult, connect, say};
use crate::config::DatabaseSettings;

/// Manages the keys that sign access tokens.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Create a new key. It signs only when every process and client can know it. Nobody has to sign in again.
    Rotate {
        /// The number of seconds until the new key signs. It is published at once.
        #[arg(long, default_value_t = 600)]
        ahead: u32,
    },
}

/// Manages the key that encrypts third-party secrets.
#[derive(Debug, Subcommand)]
pub enum SecretsCommand {
    /// Create a new key in the key file, and encrypt all secrets with it.
    Rotate,
    /// Remove the secrets whose key is lost, so that the program can start again. They must be set again.
    Forget,
}

/// Updates the schema of the database.
pub async fn migrate(settings: &DatabaseSettings) -> CommandResult {
    let engine = connect(settings).await?;
    engine.db.migrate().await?;
    let engine = settings.secret_key.attach_or_make(engine, settings.file()).await?;
    // Before `init` there is nothing to encrypt.
    match setup::missing(&engine).await? {
        Some(setup::Missing::Playbook) => Ok(()),
        _ => Ok(setup::encrypt_secrets(&engine).await.map(|_| ())?),
    }
}

/// Creates a new key for signing access tokens.
pub async fn rotate_signing_key(settings: &DatabaseSettings, ahead: u32) -> CommandResult {
    let engine = connect(settings).await?;
    let signs_from = setup::rotate_signing_key(&engine, TimeDelta::seconds(ahead.into())).await?;
    say(format_args!("The new key is published, and signs from {} on.", signs_from.to_rfc3339_opts(SecondsFormat::Secs, true)));
    Ok(())
}

/// Creates a new key for encrypting third-party secrets.
pub async fn rotate_secret_key(settings: &DatabaseSettings) -> CommandResult {
    let engine = connect(settings).await?;
    let changed = settings.secret_key.rotate(engine, settings.file()).await?;
    say(format_args!(
        "A new key is in force; {changed} secrets were encrypted with it. The old keys can be taken out of the file."
    ));
    Ok(())
}

/// Removes the secrets whose key is lost.
pub async fn forget_secrets(settings: &DatabaseSettings) -> CommandResult {
    let engine = connect(settings).await?;
    let forgotten = settings.secret_key.forget_unreadable(engine, settings.file()).await?;
    say(format_args!("{forgotten} secrets were removed, since their key is not here."));
    Ok(())
}

/// Activates a playbook.
pub async fn init(settings: &DatabaseSettings, name: &str) -> CommandResult {
    let playbook = playbook(name)?;
    let engine = connect(settings).await?;
    engine.db.migrate().await?;
    let engine = complete(settings, engine, playbook).await?;
    let (version, in_force) = engine.playbook().await?;
    if in_force.key.as_str() != name {
        return Err(format!("the playbook {} is in force already, in version {version}; it stays", in_force.key).into());
    }
    say(format_args!("The playbook {} is in force, in version {version}.", in_force.key));
    Ok(())
}

/// Sets up everything except users: the key of the secrets, the playbook, the signing key.
pub async fn complete(
    settings: &DatabaseSettings,
    engine: Engine,
    playbook: Playbook,
) -> Result<Engine, Box<dyn std::error::Error>> {
    let engine = settings.secret_key.attach_or_make(engine, settings.file()).await?;
    setup::init(&engine, playbook).await?;
    setup::encrypt_secrets(&engine).await?;
    Ok(engine)
}

/// The playbook with that name.
///
/// # Errors
/// If there is none; the error lists the existing names.
pub fn playbook(name: &str) -> Result<Playbook, Box<dyn std::error::Error>> {
    let names: Vec<&str> = EMBEDDED.iter().map(|(name, _)| *name).collect();
    if !names.contains(&name) {
        return Err(format!("there is no playbook {name}; there are {}", names.join(", ")).into());
    }
    Ok(embedded(name).map_err(|faults| format!("the playbook {name} breaks its own rules: {faults:?}"))?)
}
