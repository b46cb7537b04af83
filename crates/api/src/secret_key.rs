//! Where the key that encrypts the secrets of others comes from.

use std::path::{Path, PathBuf};

use chot_application::{Engine, setup};
use chot_persistence::secret_keys::{SecretFault, SecretKeys, demand, wanted};
use clap::Args;

use crate::private_files;

type KeyResult<T> = Result<T, Box<dyn std::error::Error>>;

/// The key that encrypts the secrets of others, such as of a telephone exchange, in the database.
#[derive(Clone, Debug, Default, Args)]
pub struct SecretKeySettings {
    /// The key that encrypts the secrets of others in the database: 32 bytes in base64. Of several, separated by commas, the first encrypts
    /// and all decrypt. Give it by the environment: command lines are seen by others.
    #[arg(long, env = "CHOT_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<String>,

    /// The file of that key, if it is not given itself; `secret.key` beside the SQLite file, or in `data`, if not said. `chot init` makes
    /// it. All processes on one database want the same.
    #[arg(long, env = "CHOT_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
}

/// The folder of what belongs to a deployment on PostgreSQL.
const FOLDER: &str = "data";

impl SecretKeySettings {
    fn given(&self) -> Option<&str> {
        self.secret_key.as_deref().filter(|key| !key.is_empty())
    }

    fn file(&self, database: Option<&Path>) -> PathBuf {
        let beside = || database.and_then(Path::parent).unwrap_or(Path::new(FOLDER)).join("secret.key");
        self.secret_key_file.clone().unwrap_or_else(beside)
    }

    /// The keys, if there are any. `database` is the file of the database, if it is one.
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
    /// What is wrong with them.
    pub fn attach(&self, engine: Engine, database: Option<&Path>) -> KeyResult<Engine> {
        Ok(match self.read(database)? {
            Some(keys) => engine.with_secret_keys(keys),
            None => engine,
        })
    }

    /// The engine with the keys. The first is made if the database wants none yet.
    ///
    /// # Errors
    /// A key that the database wants and that is missing here; a file that cannot be made.
    pub async fn attach_or_make(&self, engine: Engine, database: Option<&Path>) -> KeyResult<Engine> {
        if self.read(database)?.is_none() && wanted(&engine.db).await?.is_empty() {
            self.make(database)?;
        }
        let engine = self.attach(engine, database)?;
        demand(&engine.db).await?;
        Ok(engine)
    }

    fn make(&self, database: Option<&Path>) -> KeyResult<()> {
        let file = self.file(database);
        private_files::create(&file, &format!("{}\n", SecretKeys::generate()?))
            .map_err(|error| format!("the file for the key of secrets, {}, cannot be made: {error}", file.display()).into())
    }

    /// Removes the secrets whose key is lost, with a new key if there is none at all. Returns how many secrets that were.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub async fn forget_unreadable(&self, engine: Engine, database: Option<&Path>) -> KeyResult<u64> {
        if self.read(database)?.is_none() {
            self.make(database)?;
        }
        Ok(setup::forget_unreadable_secrets(&self.attach(engine, database)?).await?)
    }

    /// Puts a new key before the others of the file and encrypts all secrets with it.
    ///
    /// # Errors
    /// Where the key is given itself; a file that cannot be written; a secret that cannot be decrypted.
    pub async fn rotate(&self, engine: Engine, database: Option<&Path>) -> KeyResult<usize> {
        if self.given().is_some() {
            return Err(
                "CHOT_SECRET_KEY is given: put a new key behind the one that it holds and start all processes again, then put \
                        the new one first and start them again, which encrypts everything with it; then the old one can go"
                    .into(),
            );
        }
        let file = self.file(database);
        demand(&self.attach(engine.clone(), database)?.db).await?;
        let before = std::fs::read_to_string(&file)?;
        private_files::replace(&file, &format!("{}\n{before}", SecretKeys::generate()?))?;
        Ok(setup::encrypt_secrets(&self.attach(engine, database)?).await?)
    }
}
