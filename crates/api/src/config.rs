//! The settings. Only the command line reads them, once; other code does not read the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chot_application::{Engine, Mailer};
use chot_persistence::attachments::Files;
use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::notifications::texts;
use crate::secret_key::SecretKeySettings;
use crate::web::masking::secrets_of;
use crate::web::network::parse_network;

/// The settings of the database.
#[derive(Clone, Debug, Args)]
pub struct DatabaseSettings {
    /// The database: `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(long, env = "CHOT_DATABASE_URL", default_value = "sqlite://data/chot.db", hide_env_values = true)]
    pub database_url: String,

    /// The maximum number of connections of this process to PostgreSQL.
    #[arg(long, env = "CHOT_DATABASE_CONNECTIONS", default_value_t = 10)]
    pub database_connections: u32,

    /// The key that encrypts third-party secrets in it.
    #[command(flatten)]
    pub secret_key: SecretKeySettings,
}

impl DatabaseSettings {
    /// The file of the database, if it is SQLite.
    pub fn file(&self) -> Option<&Path> {
        self.database_url.strip_prefix("sqlite://").map(Path::new)
    }

    /// The parts of these settings that must never be shown.
    pub fn secrets(&self) -> Vec<String> {
        let keys = self.secret_key.secret_key.iter().flat_map(|keys| keys.split(','));
        let keys = keys.map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned);
        secrets_of(&self.database_url).into_iter().chain(keys).collect()
    }
}

/// Where files are stored, and how large they may be.
#[derive(Clone, Debug, Args)]
pub struct FileSettings {
    /// The folder in which attachments are stored. All processes on one database share it.
    #[arg(long, env = "CHOT_ATTACHMENTS", default_value = Files::FOLDER)]
    pub attachments: PathBuf,

    /// The maximum size of a file, in bytes.
    #[arg(long, env = "CHOT_ATTACHMENT_BYTES", default_value_t = Files::LARGEST)]
    pub attachment_bytes: u64,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self { attachments: Files::FOLDER.into(), attachment_bytes: Files::LARGEST }
    }
}

impl FileSettings {
    /// Where the content of files is stored.
    pub fn place(&self) -> Files {
        Files::in_folder(&self.attachments, self.attachment_bytes)
    }
}

/// The settings that the server and a separate worker share.
#[derive(Clone, Debug, Default, Args)]
pub struct RunSettings {
    /// Where files are stored.
    #[command(flatten)]
    pub files: FileSettings,

    /// A deployment for tests: its clock can be moved. Never use it in production.
    #[arg(long, env = "CHOT_SANDBOX", value_parser = clap::builder::BoolishValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub sandbox: bool,

    /// Serve the demo that `chot demo` has loaded. Its clock can be moved, and pages of this machine may call it from a browser.
    #[arg(long)]
    pub demo: bool,

    /// How e-mails are sent.
    #[command(flatten)]
    pub mail: MailSettings,
}

impl RunSettings {
    /// The parts of these settings that must never be shown.
    pub fn secrets(&self) -> Vec<String> {
        self.mail.smtp_url.as_deref().map(secrets_of).unwrap_or_default()
    }

    /// The engine with these settings.
    ///
    /// # Errors
    /// If a setting is not valid.
    pub fn equip(&self, engine: Engine) -> Result<Engine, String> {
        let engine = engine.keeping(self.files.place()).with_mailer(self.mail.mailer()?);
        Ok(if self.sandbox || self.demo { engine.in_sandbox() } else { engine })
    }
}

/// How the server listens and what it allows.
#[derive(Clone, Debug, Args)]
pub struct ServerSettings {
    /// The settings that workers need too.
    #[command(flatten)]
    pub run: RunSettings,

    /// The address to listen on.
    #[arg(long, env = "CHOT_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Whether rate limits apply; `off` is for load tests on loopback.
    #[arg(long, env = "CHOT_RATE_LIMITS", default_value = "on")]
    pub rate_limits: Switch,

    /// Origins whose pages may call the API from a browser, separated by commas.
    #[arg(long, env = "CHOT_ALLOWED_ORIGINS", value_delimiter = ',')]
    pub allowed_origins: Vec<String>,

    /// Proxies in front of the server, as addresses or networks, separated by commas. Their `X-Forwarded-For` is trusted.
    #[arg(long, env = "CHOT_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,

    /// The number of threads that handle requests. Default: one for each core.
    #[arg(long, env = "CHOT_WORKERS")]
    pub workers: Option<usize>,

    /// Whether Swagger UI and the contract are served, at `/docs/` and `/openapi.json`.
    #[arg(long, env = "CHOT_DOCS", default_value = "on")]
    pub docs: Switch,

    /// A separate address for the metrics, for example one that is not reachable from outside. Default: the metrics are served
    /// together with everything else.
    #[arg(long, env = "CHOT_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// Serve only, and leave timers and deliveries to other processes.
    #[arg(long)]
    pub no_worker: bool,
}

/// How e-mails are sent.
#[derive(Clone, Debug, Default, Args)]
pub struct MailSettings {
    /// The mail server: `smtps://USER:PASSWORD@HOST`, `smtp://…?tls=required` for STARTTLS, or `smtp://HOST:PORT` in your own
    /// network. Without it no e-mails are sent. All processes on one database use the same.
    #[arg(long, env = "CHOT_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// The sender of e-mails: `Chốt <crm@congty.example.vn>`.
    #[arg(long, env = "CHOT_MAIL_FROM")]
    pub mail_from: Option<String>,
}

impl MailSettings {
    /// The mailer, if e-mails are configured.
    ///
    /// # Errors
    /// If a setting is not valid.
    pub fn mailer(&self) -> Result<Option<Mailer>, String> {
        let Some(url) = self.smtp_url.as_ref().filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        let from = self.mail_from.as_ref().ok_or("CHOT_SMTP_URL is given, and CHOT_MAIL_FROM is not: who are e-mails from?")?;
        Mailer::new(url, from, texts::render_email).map(Some)
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}
