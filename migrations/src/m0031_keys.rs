use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

use crate::script;

/// Keys of the deployment: a random key that binds cursors, the time from which a signing key signs, and the external keys that
/// encrypt third-party secrets.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
-- The key that binds the cursors of lists to their list, filter and caller.
CREATE TABLE cursor_keys (
    secret text NOT NULL PRIMARY KEY
);

-- A key is published before it signs. One that says nothing signs since it was made.
ALTER TABLE signing_keys ADD COLUMN signs_from timestamptz NULL;

-- The keys that encrypt the secrets of others, by their identifiers. The keys themselves are kept outside.
CREATE TABLE secret_keys (
    id text NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- The key with which the secret of an exchange is encrypted; none, if it was written before there were any.
ALTER TABLE telephone_exchanges ADD COLUMN secret_key_id text NULL;
";

const DOWN: [&str; 4] = [
    "ALTER TABLE telephone_exchanges DROP COLUMN secret_key_id;\n",
    "DROP TABLE secret_keys;\n",
    "ALTER TABLE signing_keys DROP COLUMN signs_from;\n",
    "DROP TABLE cursor_keys;\n",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        script::run(manager, UP).await?;
        let mut secret = [0_u8; 32];
        OsRng.try_fill_bytes(&mut secret).map_err(|error| DbErr::Custom(error.to_string()))?;
        let insert = "INSERT INTO cursor_keys (secret) VALUES ($1)";
        let statement = Statement::from_sql_and_values(manager.get_database_backend(), insert, [STANDARD.encode(secret).into()]);
        manager.get_connection().execute_raw(statement).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in DOWN {
            script::run(manager, statement).await?;
        }
        Ok(())
    }
}
