//! `chot demo`.

use chot_application::{Engine, demo, setup};
use chot_persistence::identity::has_users;
use clap::Args;

use super::set_up::{complete, playbook};
use super::users::explain;
use super::{CommandResult, connect, say};
use crate::config::{DatabaseSettings, FileSettings};
use crate::private_files;

/// The settings of the demo.
#[derive(Debug, Args)]
pub struct DemoSettings {
    /// The sales process that the demo shows: suno, groupon, xcrm, icheck or easyedu.
    #[arg(long, default_value = "icheck")]
    playbook: String,
    /// Where its files are stored.
    #[command(flatten)]
    files: FileSettings,
}

/// Loads the demo into a database without users. An existing demo does not change.
pub async fn load(settings: &DatabaseSettings, wanted: &DemoSettings) -> CommandResult {
    let playbook = playbook(&wanted.playbook)?;
    let engine = connect(settings).await?;
    engine.db.migrate().await?;
    let in_force = demo_in_force(&engine).await?;
    match in_force {
        Some(key) if key == wanted.playbook => {
            say(format_args!("The demo of {key} is there already."));
            return Ok(());
        }
        Some(key) => {
            return Err(format!("the demo of {key} is there already: give that of {} another database", wanted.playbook).into());
        }
        None if has_users(&engine.db).await? => {
            return Err("this deployment has users of its own: a demo wants an empty database".into());
        }
        None => {}
    }
    private_files::restrict_folder(&wanted.files.attachments)?;
    let engine = complete(settings, engine.keeping(wanted.files.place()), playbook).await?;
    say(format_args!("Loading the demo of {}; this takes some seconds.", wanted.playbook));
    demo::load(&engine).await.map_err(|error| explain(&error))?;
    say("The demo is loaded. `chot serve --demo` serves it.");
    Ok(())
}

/// The playbook of the demo in this database, if there is one.
async fn demo_in_force(engine: &Engine) -> Result<Option<String>, Box<dyn std::error::Error>> {
    if !setup::has_demo_users(engine).await? {
        return Ok(None);
    }
    let (_, playbook) = engine.playbook().await?;
    Ok(Some(playbook.key.as_str().to_owned()))
}
