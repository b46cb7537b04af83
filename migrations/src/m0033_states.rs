use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::script;

/// Timers follow from the stored state: the due time of an activity, and the complete state of a lead before its conversion. The
/// plans of a record in the pool have no owner.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
-- When the owner of what a rule has planned is reminded. None, once that happened.
ALTER TABLE activities ADD COLUMN due_at timestamptz NULL;

UPDATE activities SET due_at = starts_at WHERE EXISTS (SELECT 1 FROM timers
    WHERE timers.subject_id = activities.id AND timers.kind = 'activity_due' AND timers.state = 'pending');

-- The state of the lead before the conversion, and the planned calls that the conversion cancelled.
ALTER TABLE conversions ADD COLUMN lead_before jsonb NULL;

ALTER TABLE conversions ADD COLUMN cancelled_activities jsonb NULL;

-- What hangs on the leads in the pool is found through these.
CREATE INDEX leads_pool ON leads (owner_id, id) WHERE owner_id IS NULL;
";

const DOWN: [&str; 4] = [
    "DROP INDEX leads_pool;\n",
    "ALTER TABLE conversions DROP COLUMN cancelled_activities;\n",
    "ALTER TABLE conversions DROP COLUMN lead_before;\n",
    "ALTER TABLE activities DROP COLUMN due_at;\n",
];

const OWNED: &str = "owner_id uuid_text NOT NULL REFERENCES";
const MAY_WAIT: &str = "owner_id uuid_text REFERENCES";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                script::redefine_in_sqlite(manager, "activities", |definition| definition.replace(OWNED, MAY_WAIT)).await?;
            }
            _ => script::run(manager, "ALTER TABLE activities ALTER COLUMN owner_id DROP NOT NULL;\n").await?,
        }
        script::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in DOWN {
            script::run(manager, statement).await?;
        }
        Ok(())
    }
}
