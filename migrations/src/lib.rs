//! The database schema: one script for each change, with its context in the name. Scripts are applied in order and never edited
//! after a release.

use sea_orm_migration::prelude::*;

mod m0009_search;
mod m0031_keys;
mod m0032_words;
mod m0033_states;
mod script;

use script::Script;

/// All changes of the schema, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Script {
                name: "m0001_identity",
                up: include_str!("m0001_identity.sql"),
                down: &[
                    "DROP TABLE signing_keys",
                    "DROP TABLE api_keys",
                    "DROP TABLE refresh_tokens",
                    "DROP TABLE sessions",
                    "DROP TABLE users",
                    "DROP TABLE teams",
                ],
            }),
            Box::new(Script { name: "m0002_playbook", up: include_str!("m0002_playbook.sql"), down: &["DROP TABLE playbooks"] }),
            Box::new(Script {
                name: "m0003_events",
                up: include_str!("m0003_events.sql"),
                down: &[
                    "DROP TABLE idempotency_keys",
                    "DROP TABLE timers",
                    "DROP TABLE feed",
                    "DROP TABLE event_values",
                    "DROP TABLE events",
                ],
            }),
            Box::new(Script { name: "m0004_catalog", up: include_str!("m0004_catalog.sql"), down: &["DROP TABLE products"] }),
            Box::new(Script {
                name: "m0005_accounts",
                up: include_str!("m0005_accounts.sql"),
                down: &["DROP TABLE contacts", "DROP TABLE accounts"],
            }),
            Box::new(Script {
                name: "m0006_leads",
                up: include_str!("m0006_leads.sql"),
                down: &[
                    "DROP TABLE lead_submissions",
                    "DROP TABLE lead_contact_points",
                    "DROP TABLE leads",
                    "DROP TABLE lead_forms",
                ],
            }),
            Box::new(Script {
                name: "m0007_opportunities",
                up: include_str!("m0007_opportunities.sql"),
                down: &["DROP TABLE taggings", "DROP TABLE opportunity_products", "DROP TABLE opportunities"],
            }),
            Box::new(Script {
                name: "m0008_conversions",
                up: include_str!("m0008_conversions.sql"),
                down: &["DROP TABLE conversions"],
            }),
            Box::new(m0009_search::Migration),
            Box::new(Script {
                name: "m0010_lists",
                up: include_str!("m0010_lists.sql"),
                down: &[
                    "DROP INDEX contacts_by_change",
                    "DROP INDEX opportunities_by_revenue",
                    "DROP INDEX opportunities_by_close",
                    "DROP INDEX leads_by_follow_up",
                    "ALTER TABLE opportunities DROP COLUMN close_key",
                    "ALTER TABLE opportunities DROP COLUMN revenue_key",
                    "ALTER TABLE leads DROP COLUMN follow_up_key",
                ],
            }),
            Box::new(Script {
                name: "m0011_timers",
                up: include_str!("m0011_timers.sql"),
                down: &["DROP TABLE sandbox_clock", "DROP INDEX timers_state_by_due", "DROP INDEX timers_by_due"],
            }),
            Box::new(Script {
                name: "m0012_activities",
                up: include_str!("m0012_activities.sql"),
                down: &[
                    "DROP TABLE calendar_feeds",
                    "DROP INDEX leads_holder",
                    "DROP INDEX events_parent",
                    "ALTER TABLE events DROP COLUMN parent_id",
                    "DROP TABLE activities",
                ],
            }),
            Box::new(Script {
                name: "m0013_attachments",
                up: include_str!("m0013_attachments.sql"),
                down: &["DROP TABLE attachments"],
            }),
            Box::new(Script {
                name: "m0014_notifications",
                up: include_str!("m0014_notifications.sql"),
                down: &["DROP TABLE deliveries", "DROP TABLE notification_preferences", "DROP TABLE notifications"],
            }),
            Box::new(Script {
                name: "m0015_evidence",
                up: include_str!("m0015_evidence.sql"),
                down: &[
                    "DROP INDEX opportunities_with_evidence",
                    "DROP INDEX opportunities_closed_without_evidence",
                    "DROP INDEX opportunities_wanting_evidence",
                    "DROP INDEX opportunities_evidence_check",
                    "ALTER TABLE opportunities DROP COLUMN newest_proof_id",
                    "ALTER TABLE opportunities DROP COLUMN evidence_changed_at",
                    "ALTER TABLE opportunities DROP COLUMN open_since",
                    "DROP TABLE evidence_checks",
                    "DROP TABLE evidence_reviews",
                    "DROP TABLE evidence",
                ],
            }),
            Box::new(Script {
                name: "m0016_telephony",
                up: include_str!("m0016_telephony.sql"),
                down: &["DROP TABLE calls", "DROP TABLE telephone_exchanges"],
            }),
            Box::new(Script {
                name: "m0017_custom_fields",
                up: include_str!("m0017_custom_fields.sql"),
                down: &["ALTER TABLE accounts DROP COLUMN custom_fields", "ALTER TABLE leads DROP COLUMN custom_fields"],
            }),
            Box::new(Script {
                name: "m0018_customer_status",
                up: include_str!("m0018_customer_status.sql"),
                down: &["DROP INDEX accounts_customer_status", "ALTER TABLE accounts DROP COLUMN customer_status"],
            }),
            Box::new(Script {
                name: "m0019_teamwork",
                up: include_str!("m0019_teamwork.sql"),
                down: &["DROP TABLE support_requests"],
            }),
            Box::new(Script {
                name: "m0020_recall",
                up: include_str!("m0020_recall.sql"),
                down: &["DROP TABLE lead_assignments", "DROP INDEX leads_recall", "ALTER TABLE leads DROP COLUMN recall_at"],
            }),
            Box::new(Script {
                name: "m0021_cadence",
                up: include_str!("m0021_cadence.sql"),
                down: &[
                    "ALTER TABLE opportunities DROP COLUMN closing_due_at",
                    "ALTER TABLE opportunities DROP COLUMN demonstrated_at",
                    "DROP INDEX activities_prompted_by",
                    "ALTER TABLE activities DROP COLUMN prompted_by_id",
                    "ALTER TABLE activities DROP COLUMN rule",
                ],
            }),
            Box::new(Script { name: "m0022_trials", up: include_str!("m0022_trials.sql"), down: &["DROP TABLE trials"] }),
            Box::new(Script {
                name: "m0023_replay_sight",
                up: include_str!("m0023_replay_sight.sql"),
                down: &["ALTER TABLE idempotency_keys DROP COLUMN seen_record"],
            }),
            Box::new(Script {
                name: "m0024_cleaning",
                up: include_str!("m0024_cleaning.sql"),
                down: &["DROP INDEX sessions_expires", "DROP INDEX sessions_ended", "DROP INDEX timers_finished"],
            }),
            Box::new(Script {
                name: "m0025_check_failures",
                up: include_str!("m0025_check_failures.sql"),
                down: &["ALTER TABLE evidence_checks DROP COLUMN failures"],
            }),
            Box::new(Script {
                name: "m0030_key_families",
                up: include_str!("m0030_key_families.sql"),
                down: &[
                    "ALTER TABLE calendar_feeds DROP COLUMN api_key_id",
                    "DROP INDEX api_keys_parent",
                    "ALTER TABLE api_keys DROP COLUMN parent_id",
                ],
            }),
            Box::new(m0031_keys::Migration),
            Box::new(m0032_words::Migration),
            Box::new(m0033_states::Migration),
            Box::new(Script {
                name: "m0034_names",
                up: include_str!("m0034_names.sql"),
                down: &[
                    "DROP INDEX events_kind",
                    "DROP INDEX events_occurred",
                    "UPDATE events SET kind = 'evidence.drawn' WHERE kind = 'evidence.sampled'",
                    "UPDATE events SET kind = 'activity.fell_due' WHERE kind = 'activity.due'",
                    "UPDATE events SET kind = 'opportunity.closing_time_passed' WHERE kind = 'opportunity.closing_overdue'",
                    "UPDATE events SET kind = 'opportunity.demonstrated' WHERE kind = 'opportunity.demo_given'",
                    "ALTER TABLE activities RENAME COLUMN is_too_long TO is_over_length",
                    "ALTER TABLE activities RENAME COLUMN reminder_of_id TO prompted_by_id",
                ],
            }),
            Box::new(Script {
                name: "m0036_indexes",
                up: include_str!("m0036_indexes.sql"),
                down: &[
                    "DROP INDEX opportunities_archived_by_time",
                    "DROP INDEX opportunities_next_approach",
                    "DROP INDEX opportunities_stars_by_time",
                    "DROP INDEX opportunities_classification_by_time",
                    "DROP INDEX accounts_archived_by_time",
                    "DROP INDEX accounts_rank_by_time",
                    "DROP INDEX accounts_kind_by_time",
                    "DROP INDEX leads_archived_by_time",
                    "DROP INDEX leads_product_by_time",
                    "DROP INDEX leads_rank_by_time",
                    "DROP INDEX leads_kind_by_time",
                    "DROP INDEX opportunity_products_place",
                ],
            }),
        ]
    }
}
