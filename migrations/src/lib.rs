//! The database schema: one file per change, with its context in the name, applied in order and never edited once released.

use sea_orm_migration::prelude::*;

mod portable;

mod m0001_identity;
mod m0002_playbook;
mod m0003_events;
mod m0004_catalog;
mod m0005_accounts;
mod m0006_leads;
mod m0007_opportunities;
mod m0008_conversions;
mod m0009_search;

/// All changes of the schema, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_identity::Migration),
            Box::new(m0002_playbook::Migration),
            Box::new(m0003_events::Migration),
            Box::new(m0004_catalog::Migration),
            Box::new(m0005_accounts::Migration),
            Box::new(m0006_leads::Migration),
            Box::new(m0007_opportunities::Migration),
            Box::new(m0008_conversions::Migration),
            Box::new(m0009_search::Migration),
        ]
    }
}
