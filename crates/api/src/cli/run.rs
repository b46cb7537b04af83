//! `chot serve` and `chot work`.

use chot_application::{Engine, demo, setup, worker};
use chot_persistence::secret_keys::require_all;
use tokio::sync::watch;

use super::{CommandResult, connect, say};
use crate::config::{DatabaseSettings, RunSettings, ServerSettings, Switch};
use crate::log;
use crate::private_files;
use crate::server;
use crate::server::Running;
use crate::web::shutdown::{end_in_time, wait_for_stop_signal};

/// Runs the server until a signal stops it.
pub async fn serve(database: &DatabaseSettings, settings: &ServerSettings) -> CommandResult {
    let engine = ready(database, &settings.run).await?;
    let running = server::start(engine.clone(), settings).await?;
    say_ready(&running, settings);
    if settings.run.demo {
        say_sign_ins(&engine).await?;
    }
    running.until_stopped().await?;
    Ok(())
}

/// Runs timers and deliveries until a signal stops it.
pub async fn work(database: &DatabaseSettings, settings: &RunSettings) -> CommandResult {
    let engine = ready(database, settings).await?;
    let (stop, stopping) = watch::channel(false);
    let worker = actix_web::rt::spawn(worker::run(engine.clone(), stopping));
    wait_for_stop_signal().await?;
    stop.send(true)?;
    end_in_time(Some(worker), engine.db).await;
    Ok(())
}

/// The engine of a deployment that is completely set up.
async fn ready(database: &DatabaseSettings, settings: &RunSettings) -> Result<Engine, Box<dyn std::error::Error>> {
    log::start();
    let engine = connect(database).await?;
    let is_embedded = engine.db.is_embedded();
    if is_embedded {
        engine.db.migrate().await?;
    }
    if let Some(missing) = setup::missing(&engine).await? {
        return Err(what_to_do(missing).into());
    }
    if setup::has_demo_users(&engine).await? != settings.demo {
        return Err(what_is_demo(settings.demo).into());
    }
    let engine = match is_embedded {
        true => database.secret_key.attach_or_make(engine, database.file()).await?,
        false => database.secret_key.attach(engine, None)?,
    };
    require_all(&engine.db).await?;
    setup::encrypt_secrets(&engine).await?;
    private_files::restrict_folder(&settings.files.attachments)?;
    Ok(settings.equip(engine)?)
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

fn what_is_demo(is_asked_for: bool) -> &'static str {
    match is_asked_for {
        true => "there is no demo in this database: leave `--demo` out, or load a demo into an empty database with `chot demo`",
        false => {
            "this database holds the users of a demo, whose password everybody knows: serve it with `--demo`, or set up a database of your own with `chot --database-url … init`"
        }
    }
}

fn say_ready(running: &Running, settings: &ServerSettings) {
    say(format_args!("Ready: http://{}", running.address));
    if settings.docs == Switch::On {
        say(format_args!("  Swagger UI  http://{}/docs/", running.address));
    }
    if let Some(address) = running.metrics_address {
        say(format_args!("  Metrics     http://{address}/metrics"));
    }
}

async fn say_sign_ins(engine: &Engine) -> CommandResult {
    let (_, playbook) = engine.playbook().await?;
    say("  Sign in with POST /api/v1/auth/login as one of these:");
    for sign_in in demo::sign_ins(playbook.key.as_str()) {
        say(format_args!("    {:<20} {:<36} {}", sign_in.role, sign_in.email, sign_in.password));
    }
    Ok(())
}
