//! Every filter of a list, for every scope and sort order: an index serves it or narrows it.

use std::collections::BTreeSet;

use chot_tests::contract;
use chot_tests::{Kind, kind};
use serde_json::{Value, json};

use super::super::at_once::acting;
use super::organisation::{TABLES, organisation};
use super::overheard::Overheard;
use super::{ask, touched};

/// A value that few or no records have, for each filter of a list.
fn filters(table: &str) -> Vec<(&'static str, Value)> {
    let nobody = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";
    let (past, future) = ("2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z");
    let common = [
        ("q", json!("khong co")),
        ("owner_id", json!(nobody)),
        ("owner_id_in", json!(nobody)),
        ("tag", json!("nowhere")),
        ("stage", json!("nowhere")),
        ("created_at_gte", json!(future)),
        ("created_at_lt", json!(past)),
        ("updated_at_gte", json!(future)),
        ("is_archived", json!(true)),
    ];
    let identity = [
        ("kind", json!("individual")),
        ("rank", json!("nowhere")),
        ("phone", json!("+84999999999")),
        ("email", json!("nobody@example.vn")),
        ("tax_code", json!("0100109106")),
        ("citizen_id", json!("001099000001")),
    ];
    match table {
        "leads" => {
            let of_leads = [
                ("status", json!("junk")),
                ("status_in", json!("junk,converted")),
                ("source", json!("nowhere")),
                ("product_id", json!(nobody)),
                ("form_id", json!(nobody)),
                ("is_follow_up_due", json!(true)),
                ("in_pool", json!(true)),
                ("recall_at_lt", json!(past)),
            ];
            common.into_iter().chain(identity).chain(of_leads).collect()
        }
        "accounts" => {
            let of_accounts = [("type", json!("inactive")), ("customer_status", json!("nowhere")), ("parent_id", json!(nobody))];
            common.into_iter().chain(identity).chain(of_accounts).collect()
        }
        _ => {
            let of_opportunities = [
                ("status", json!("lost")),
                ("status_in", json!("lost")),
                ("classification", json!("secondary")),
                ("evidence_status", json!("warned")),
                ("evidence_status_in", json!("warned")),
                ("account_id", json!(nobody)),
                ("product_id", json!(nobody)),
                ("stars_gte", json!(3)),
                ("next_approach_on_lte", json!("2020-01-01")),
            ];
            common.into_iter().chain(of_opportunities).collect()
        }
    }
}

/// The sort orders of a list, its default first, and the names of its filters, as the contract states them.
fn described(table: &str) -> (Vec<String>, BTreeSet<String>) {
    let operation = contract().operation("get", &format!("/api/v1/{table}")).unwrap();
    let parameters = operation["parameters"].as_array().unwrap();
    let named = parameters.iter().filter_map(|parameter| parameter["name"].as_str().map(|name| (name, parameter)));
    let (sorts, filters): (Vec<_>, Vec<_>) = named.partition(|(name, _)| *name == "sort");
    let schema = sorts[0].1["schema"]["$ref"].as_str().unwrap().trim_start_matches('#');
    let sorts = contract().document.pointer(schema).unwrap()["enum"].as_array().unwrap();
    let sorts = sorts.iter().map(|sort| sort.as_str().unwrap().to_owned()).collect();
    (sorts, filters.into_iter().map(|(name, _)| name.to_owned()).collect())
}

/// The largest number of rows that a plan may read: those of one person, and some for each record of the page.
const MOST: f64 = 700.0;

/// Whether a plan reads most of a table.
fn reads_too_much(plan: &[String], sorts_by_default: bool) -> bool {
    match kind() {
        Kind::Postgres => touched(plan) > MOST,
        // SQLite estimates all values of a column alike. With another sort order it may prefer the index of that order.
        Kind::Sqlite => sorts_by_default && plan.iter().any(|step| TABLES.iter().any(|table| is_scan(table, step))),
    }
}

/// Whether a step of SQLite reads a whole table, or all that is not archived.
fn is_scan(table: &str, step: &str) -> bool {
    let mut words = step.split_whitespace();
    words.next() == Some("SCAN") && words.next() == Some(table) && !step.contains("_archived_by_time")
}

#[tokio::test]
async fn an_index_serves_or_narrows_every_filter_in_every_scope_and_order() {
    let organisation = organisation().await;
    let reads = Overheard::of(&organisation.world).await;
    let mut too_much = Vec::new();
    for table in ["leads", "accounts", "opportunities"] {
        let (sorts, documented) = described(table);
        let filters = filters(table);
        assert_eq!(filters.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>(), documented, "{table}");
        for reader in [&organisation.salesperson, &organisation.manager, &organisation.admin] {
            let actor = acting(&organisation.world, reader).await.actor;
            for (name, value) in &filters {
                for (index, sort) in sorts.iter().enumerate() {
                    let query = json!({*name: value, "sort": sort});
                    ask(&reads, table, &actor, query.clone()).await;
                    let plan = reads.plan().await;
                    if reads_too_much(&plan, index == 0) {
                        too_much.push(format!("{table} of the {} by {query}:\n{}", reader.role, plan.join("\n")));
                    }
                }
            }
        }
    }
    assert!(too_much.is_empty(), "{} plans:\n{}", too_much.len(), too_much.join("\n\n"));
}
