//! The source of the key that encrypts third-party secrets.

use std::path::{Path, PathBuf};

use chot_application::{Engine, setup};
use chot_persistence::secret_keys::{SecretFault, SecretKeys, require_all, wanted};
use clap::Args;

use crate::private_files;

type KeyResult<T> = Result<T, Box<dyn std::error::Error>>;

/// The key that encrypts third-party secrets in the database, such as the secret of a telephone exchange.
#[derive(Clone, Debug, Default, Args)]
pub struct SecretKeySettings {
    /// The key that encrypts third-party secrets in the database: 32 bytes in base64. Several keys are separated by commas: the
    /// first encrypts, all decrypt. Set it in the environment: other users can see command lines.
    #[arg(long, env = "CHOT_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<String>,

    /// The file of that key, if the key itself is not set. Default: `secret.key` beside the SQLite file, otherwise in `data`.
    /// `chot init` creates it. All processes on one database need the same key.
    #[arg(long, env = "CHOT_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
}

/// The folder for the files of a deployment on PostgreSQL.
const FOLDER: &str = "data";

impl SecretKeySettings {
    fn given(&self) -> Option<&str> {
        self.secret_key.as_deref().filter(|key| !key.is_empty())
    }

    fn file(&self, database: Option<&Path>) -> PathBuf {
        let beside = || database.and_then(Path::parent).unwrap_or(Path::new(FOLDER)).join("secret.key");
        self.secret_key_file.clone().unwrap_or_else(beside)
    }

    /// The keys, if there are any. `database` is the file of the database, if it is SQLite.
    fn read(&self, database: Option<&Path>) -> Result<Option<SecretKeys>, SecretFault> {
        let file = self.file(database);
        match self.given() {
            Some(key) => SecretKeys::parse(key).map(Some),
            None if file.exists() => SecretKeys::from_file(&file).map(Some),
            None => Ok(None),
        }
    }

    /// The engine with the keys, if there are any.
    ///
    /// # Errors
    /// If a key is not valid.
    pub fn attach(&self, engine: Engine, database: Option<&Path>) -> KeyResult<Engine> {
        Ok(match self.read(database)? {
            Some(keys) => engine.with_secret_keys(keys),
            None => engine,
        })
    }

    /// The engine with the keys. Creates the first key if the database does not need one yet.
    ///
    /// # Errors
    /// If a key that the database needs is missing, or a file cannot be created.
    pub async fn attach_or_make(&self, engine: Engine, database: Option<&Path>) -> KeyResult<Engine> {
        if self.read(database)?.is_none() && wanted(&engine.db).await?.is_empty() {
            self.make(database)?;
        }
        let engine = self.attach(engine, database)?;
        require_all(&engine.db).await?;
        Ok(engine)
    }

    fn make(&self, database: Option<&Path>) -> KeyResult<()> {
        let file = self.file(database);
        private_files::create(&file, &format!("{}\n", SecretKeys::generate()?))
            .map_err(|error| format!("the file for the key of secrets, {}, cannot be made: {error}", file.display()).into())
    }

    /// Removes the secrets whose key is lost. Creates a key if there is none at all. Returns the number of removed secrets.
    ///
    /// # Errors
    /// If a file cannot be created.
    pub async fn forget_unreadable(&self, engine: Engine, database: Option<&Path>) -> KeyResult<u64> {
        if self.read(database)?.is_none() {
            self.make(database)?;
        }
        Ok(setup::forget_unreadable_secrets(&self.attach(engine, database)?).await?)
    }

    /// Puts a new key before the other keys of the file and encrypts all secrets with it.
    ///
    /// # Errors
    /// If the key is set directly, a file cannot be written, or a secret cannot be decrypted.
    pub async fn rotate(&self, engine: Engine, database: Option<&Path>) -> KeyResult<usize> {
        if self.given().is_some() {
            return Err(
                "CHOT_SECRET_KEY is given: put a new key behind the one that it holds and start all processes again, then put \
                        the new one first and start them again, which encrypts everything with it; then the old one can go"
                    .into(),
            );
        }
        let file = self.file(database);
        require_all(&self.attach(engine.clone(), database)?.db).await?;
        let before = std::fs::read_to_string(&file)?;
        private_files::replace(&file, &format!("{}\n{before}", SecretKeys::generate()?))?;
        Ok(setup::encrypt_secrets(&self.attach(engine, database)?).await?)
    }
}
