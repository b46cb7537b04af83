//! How the databases execute the lists with large tables: with indexes, and a deep page as cheaply as the first. The statements
//! are those of the product, recorded on their way to the database.

mod matrix;
mod organisation;
mod overheard;

use chot_domain::identity::Actor;
use chot_domain::shared::read;
use chot_persistence::{Page, Paging, accounts, activities, attachments, leads, opportunities};
use chot_tests::fixtures::id;
use chot_tests::{Kind, kind};
use serde_json::{Value, json};

use super::at_once::acting;
use organisation::{PEOPLE, TABLES, organisation};
use overheard::Overheard;

/// Requests one page of a list. Returns the number of records and the next cursor.
async fn ask(reads: &Overheard, table: &str, actor: &Actor, filter: Value) -> (usize, Option<String>) {
    ask_from(reads, table, actor, filter, None).await
}

/// The same for the page at a cursor.
async fn ask_from(
    reads: &Overheard,
    table: &str,
    actor: &Actor,
    filter: Value,
    cursor: Option<String>,
) -> (usize, Option<String>) {
    let paging = Paging { cursor, ..Paging::default() };
    fn told<V>(page: Page<V>) -> (usize, Option<String>) {
        (page.data.len(), page.page.next_cursor)
    }
    match table {
        "leads" => told(leads::list(&reads.db, actor, &read(filter).unwrap(), &paging).await.unwrap()),
        "accounts" => told(accounts::list(&reads.db, actor, &read(filter).unwrap(), &paging).await.unwrap()),
        "activities" => {
            let now = "2026-11-23T03:00:00Z".parse().unwrap();
            told(activities::list(&reads.db, actor, now, &read(filter).unwrap(), &paging).await.unwrap())
        }
        "attachments" => told(attachments::list(&reads.db, actor, &read(filter).unwrap(), &paging).await.unwrap()),
        _ => told(opportunities::list(&reads.db, actor, &read(filter).unwrap(), &paging).await.unwrap()),
    }
}

/// Whether a step of a plan scans a whole table without an index.
fn reads_all_of(table: &str, step: &str) -> bool {
    match kind() {
        Kind::Postgres => step.contains(&format!("Seq Scan on {table}")),
        Kind::Sqlite => step.trim() == format!("SCAN {table}"),
    }
}

#[tokio::test]
async fn every_list_is_answered_from_an_index_however_far_the_reader_reaches() {
    let organisation = organisation().await;
    let reads = Overheard::of(&organisation.world).await;
    let mut without = Vec::new();
    for reader in [&organisation.salesperson, &organisation.manager, &organisation.admin] {
        let actor = acting(&organisation.world, reader).await.actor;
        for table in TABLES {
            let one_in_ten = match table {
                "leads" => json!({"status": "contacting"}),
                "accounts" => json!({"type": "customer"}),
                "activities" => json!({"status": "done"}),
                "attachments" => json!({"category": "quotation"}),
                _ => json!({"status": "won"}),
            };
            let own_order = match table {
                "leads" => &["name", "follow_up_at"][..],
                "opportunities" => &["name", "expected_close_on", "-expected_revenue"],
                "activities" => &["starts_at", "-starts_at"],
                "attachments" => &["created_at"],
                _ => &["name"],
            };
            let by_change: &[&str] = if table == "attachments" { &[] } else { &["-updated_at", "updated_at"] };
            let sorts = by_change.iter().chain(own_order).map(|sort| json!({"sort": sort}));
            let searched = (!["activities", "attachments"].contains(&table)).then(|| json!({"q": "so 10077"}));
            for query in [json!({}), one_in_ten].into_iter().chain(searched).chain(sorts) {
                let (found, _) = ask(&reads, table, &actor, query.clone()).await;
                assert!(found > 0, "the {} finds no {table} by {query}", reader.role);
                let plan = reads.plan().await;
                // For tables of this size PostgreSQL prefers a scan to looking up each row that belongs to a visible record.
                let hangs_on_records = ["activities", "attachments"].contains(&table);
                let may_read_all = hangs_on_records && kind() == Kind::Postgres;
                if !may_read_all && plan.iter().any(|step| TABLES.iter().any(|of| reads_all_of(of, step))) {
                    without.push(format!("{table} of the {} by {query}:\n{}", reader.role, plan.join("\n")));
                }
            }
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n\n"));
}

/// The number of rows of records that a plan reads, returned or not.
fn touched(plan: &[String]) -> f64 {
    let number_behind = |step: &str, word: &str| -> Option<f64> {
        let text = step.split(word).nth(1)?;
        text.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?.parse().ok()
    };
    let (mut sum, mut loops) = (0.0, None);
    for step in plan {
        if step.contains("Scan") {
            let counts = TABLES.iter().any(|table| step.contains(&format!(" on {table} ")));
            loops = number_behind(step, "loops=").filter(|_| counts);
            sum += loops.unwrap_or_default() * number_behind(step, "actual rows=").unwrap_or_default();
        }
        sum += loops.unwrap_or_default() * number_behind(step, "Rows Removed by Filter: ").unwrap_or_default();
    }
    sum
}

/// Opportunities are checked only with a scope of `all`: a user's own are found through the accounts and then sorted.
#[tokio::test]
async fn a_deep_page_touches_no_more_than_the_first() {
    let organisation = organisation().await;
    let reads = Overheard::of(&organisation.world).await;
    for (reader, pages, tables) in [
        (&organisation.salesperson, 8, &TABLES[..2]),
        (&organisation.manager, 16, &TABLES[..2]),
        (&organisation.admin, 40, &TABLES[..]),
    ] {
        let actor = acting(&organisation.world, reader).await.actor;
        for table in tables {
            let (_, mut next) = ask(&reads, table, &actor, json!({})).await;
            let first = reads.plan().await;
            for _ in 1..pages {
                reads.forget();
                next = ask_from(&reads, table, &actor, json!({}), next).await.1;
            }
            let deep = reads.plan().await;
            let told = format!("{table} of the {}:\n{}\n\n{}", reader.role, first.join("\n"), deep.join("\n"));
            match kind() {
                Kind::Postgres => assert!(touched(&deep) <= touched(&first) + f64::from(PEOPLE), "{told}"),
                Kind::Sqlite => {
                    let begins_at_cursor = format!("SEARCH {table} USING INDEX");
                    let jumps = |step: &String| step.starts_with(&begins_at_cursor) && step.contains("(created_at,id)<");
                    assert!(deep.iter().any(jumps) && !deep.iter().any(|step| step.contains("TEMP B-TREE")), "{told}");
                }
            }
        }
    }
}

/// Whether a step of a plan reads a whole table, even with an index.
fn walks(table: &str, step: &str) -> bool {
    match kind() {
        Kind::Postgres => step.contains(&format!("Seq Scan on {table} ")),
        Kind::Sqlite => step.trim().starts_with(&format!("SCAN {table}")),
    }
}

#[tokio::test]
async fn duplicates_are_found_by_indexes_and_named_by_a_few_queries_however_many_they_are() {
    let organisation = organisation().await;
    let reads = Overheard::of(&organisation.world).await;
    let asked = organisation.salesperson.all("/leads?sort=created_at").await.swap_remove(0);
    for reader in [&organisation.salesperson, &organisation.admin] {
        let actor = acting(&organisation.world, reader).await.actor;
        let id = id(&asked).parse().unwrap();
        let fingerprint = leads::fingerprint(&reads.db, &actor, id).await.unwrap().unwrap();
        reads.taken();
        let found = leads::find_matches(&reads.db, &fingerprint, Some(id)).await.unwrap();
        assert!(found.len() > 20, "{found:?}");
        for statement in reads.taken() {
            let plan = reads.plan_of(statement).await;
            assert!(!plan.iter().any(|step| TABLES.iter().any(|table| walks(table, step))), "{}", plan.join("\n"));
        }
        let named = leads::duplicates(&reads.db, &actor, true, &found).await.unwrap();
        let seen = named.iter().filter(|one| one.name.is_some()).count();
        assert!(seen > 20 && reads.taken().len() <= 4, "{named:?}");

        leads::find_conversion(&reads.db, &actor, "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10".parse().unwrap()).await.unwrap();
        let plan = reads.plan().await;
        assert!(!plan.iter().any(|step| walks("leads", step)), "{}", plan.join("\n"));
    }
}

#[tokio::test]
async fn a_board_is_counted_without_a_look_at_the_rows() {
    let organisation = organisation().await;
    let reads = Overheard::of(&organisation.world).await;
    let ctx = acting(&organisation.world, &organisation.admin).await;
    for pipeline in &ctx.playbook.pipelines {
        let no_cards = read(json!({"cards_per_column": 0})).unwrap();
        let board = opportunities::board(&reads.db, &ctx.actor, pipeline, &no_cards).await.unwrap();
        assert!(board.columns.iter().any(|column| column.count > 0), "{:?}", pipeline.key);
        for statement in reads.taken() {
            let plan = reads.plan_of(statement).await;
            let counts = |step: &String| step.contains("COVERING INDEX") || step.contains("Index Only Scan");
            assert!(plan.iter().any(counts), "{}", plan.join("\n"));
        }
    }
}

#[tokio::test]
async fn a_calendar_and_what_comes_next_are_found_by_indexes() {
    let organisation = organisation().await;
    let reads = Overheard::of(&organisation.world).await;
    let playbook = acting(&organisation.world, &organisation.admin).await.playbook;
    let now = "2026-11-23T03:00:00Z".parse().unwrap();
    for reader in [&organisation.salesperson, &organisation.manager, &organisation.admin] {
        let actor = acting(&organisation.world, reader).await.actor;
        let week = read(json!({"from": "2026-11-23", "to": "2026-11-29"})).unwrap();
        activities::calendar(&reads.db, &actor, &playbook, now, &week, &Paging::default()).await.unwrap();
        activities::due_today(&reads.db, &actor, &playbook, now, &read(json!({})).unwrap(), &Paging::default()).await.unwrap();
        let (found, _) = ask(&reads, "opportunities", &actor, json!({})).await;
        assert!(found > 0);
        for statement in reads.taken().into_iter().filter(|statement| statement.sql.contains("activities")) {
            let plan = reads.plan_of(statement).await;
            assert!(!plan.iter().any(|step| walks("activities", step)), "{}: {}", reader.role, plan.join("\n"));
        }
    }
}
