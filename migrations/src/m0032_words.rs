use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::script;

/// Enumerations grow, and the types in the code validate them. Constraints in the database would only refuse values of newer
/// processes.
#[derive(DeriveMigrationName)]
pub struct Migration;

const CHECKED: [(&str, &[&str]); 14] = [
    ("timers", &["state"]),
    ("accounts", &["kind", "type"]),
    ("leads", &["kind"]),
    ("opportunities", &["classification", "status"]),
    ("conversions", &["status"]),
    ("activities", &["kind", "status"]),
    ("deliveries", &["state"]),
    ("evidence", &["kind"]),
    ("evidence_reviews", &["outcome"]),
    ("evidence_checks", &["state"]),
    ("calls", &["status", "direction"]),
    ("support_requests", &["status", "verdict"]),
    ("lead_assignments", &["cause"]),
    ("trials", &["status"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in CHECKED {
            if manager.get_database_backend() == DbBackend::Sqlite {
                script::redefine_in_sqlite(manager, table, |definition| without_checks(definition, columns)).await?;
                continue;
            }
            for column in columns {
                let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_check;\n");
                script::run(manager, &drop).await?;
            }
        }
        Ok(())
    }

    /// Values stored in the meantime may violate the constraints.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

fn without_checks(definition: &str, columns: &[&str]) -> String {
    let mut rest = definition.to_owned();
    for column in columns {
        let begin = format!(" CHECK ({column} IN (");
        if let Some((before, after)) = rest.split_once(&begin)
            && let Some((_, after)) = after.split_once("))")
        {
            rest = format!("{before}{after}");
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_constraints_of_the_named_columns_go() {
        let table = "CREATE TABLE t (a text NOT NULL CHECK (a IN ('x', 'y')), b text CHECK (b > 0), c text CHECK (c IN ('z')))";
        assert_eq!(without_checks(table, &["a", "c"]), "CREATE TABLE t (a text NOT NULL, b text CHECK (b > 0), c text)");
    }
}
