//! The PostgreSQL server as its administrator sees it: fresh databases, rest, plans.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::Outcome;
use crate::process::Cluster;

/// A server, by an address of its own maintenance database.
pub struct Postgres {
    runtime: Runtime,
    url: String,
}

impl Postgres {
    /// The server of `TEST_DATABASE_URL`.
    pub fn of_environment() -> Outcome<Self> {
        let url = std::env::var("TEST_DATABASE_URL").map_err(|_| "TEST_DATABASE_URL is not set: run `make bench`")?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { runtime, url })
    }

    /// Its version.
    pub fn version(&self) -> Outcome<String> {
        self.text(&self.url, "SHOW server_version")
    }

    /// Settings on which speed depends, as `name = value`.
    pub fn settings(&self) -> Outcome<String> {
        self.text(
            &self.url,
            "SELECT string_agg(name || ' = ' || setting, ', ' ORDER BY name) FROM pg_settings
             WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')",
        )
    }

    /// All its processes.
    pub fn cluster(&self) -> Outcome<Cluster> {
        Cluster::of_backend(self.text(&self.url, "SELECT pg_backend_pid()::text")?.parse()?)
    }

    /// A new, empty database; one of that name from a run before is dropped.
    pub fn fresh_database(&self, name: &str) -> Outcome<String> {
        self.execute(&self.url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        self.execute(&self.url, &format!("CREATE DATABASE {name}"))?;
        let (base, parameters) = self.url.split_once('?').map_or((self.url.as_str(), None), |(base, rest)| (base, Some(rest)));
        let (server, _) = base.rsplit_once('/').ok_or("TEST_DATABASE_URL names no database")?;
        Ok(format!("{server}/{name}{}", parameters.map(|rest| format!("?{rest}")).unwrap_or_default()))
    }

    /// Drops a database.
    pub fn drop_database(&self, name: &str) -> Outcome<()> {
        self.execute(&self.url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    }

    /// Does now what autovacuum would do later, and keeps it from doing so while something is measured.
    pub fn rest(&self, url: &str) -> Outcome<()> {
        let tables = "SELECT string_agg(quote_ident(tablename), ',') FROM pg_tables WHERE schemaname = 'public'";
        for table in self.text(url, tables)?.split(',') {
            self.execute(url, &format!("ALTER TABLE {table} SET (autovacuum_enabled = off)"))?;
        }
        self.execute(url, "VACUUM (ANALYZE)")?;
        self.execute(url, "CHECKPOINT")
    }

    /// From now on, tells everyone who connects to this database the plan of each statement. False, if the server cannot.
    pub fn tell_plans(&self, url: &str, name: &str) -> Outcome<bool> {
        if self.execute(url, "LOAD 'auto_explain'").is_err() {
            return Ok(false);
        }
        for setting in
            ["session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_level = notice"]
        {
            self.execute(url, &format!("ALTER DATABASE {name} SET {setting}"))?;
        }
        Ok(true)
    }

    /// Tells no plans any more.
    pub fn keep_plans(&self, name: &str) -> Outcome<()> {
        self.execute(&self.url, &format!("ALTER DATABASE {name} RESET ALL"))
    }

    /// Runs a statement.
    pub fn execute(&self, url: &str, statement: &str) -> Outcome<()> {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute(statement).await.map_err(|error| match error.as_db_error() {
                Some(refused) => format!("{statement}: {}", refused.message()),
                None => error.to_string(),
            })?;
            Ok(())
        })
    }

    /// The text that a query answers.
    pub fn text(&self, url: &str, query: &str) -> Outcome<String> {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            Ok(client.query_one(query, &[]).await?.try_get(0)?)
        })
    }
}

/// Makes a `chot serve` write the plans that it is told into its log.
pub fn hear_plans(command: &mut Command) -> &mut Command {
    command.env("RUST_LOG", "warn,sqlx::postgres::notice=info").env("CHOT_DATABASE_CONNECTIONS", "1").arg("--no-worker")
}

/// A statement, from its WHERE on, and its plan: the last one in the log that reads leads in an order.
pub fn last_plan(log: &Path) -> Outcome<String> {
    let log = fs::read_to_string(log)?;
    let mut told = log.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let message = line["fields"]["message"].as_str()?.to_owned();
        (message.contains("FROM \"leads\"") && message.contains("ORDER BY")).then_some(message)
    });
    let message = told.next_back().ok_or("no plan was told")?;
    let mut plan = String::new();
    for line in message.lines().skip(1) {
        if let Some(statement) = line.strip_prefix("Query Text: ") {
            let end = statement.find(" WHERE ").map_or(statement, |place| &statement[place + 1..]);
            writeln!(plan, "{end}")?;
        } else if !line.starts_with("Query ") {
            writeln!(plan, "{line}")?;
        }
    }
    Ok(plan)
}
