//! How the databases execute the lists with large tables: with indexes, and a deep page as cheaply as the first. The statements
//! are those of the product, recorded on their way to the database.

use std::sync::Mutex;

use chot_domain::identity::Actor;
use chot_domain::shared::read;
use chot_persistence::{Keys, Page, Paging, ReadDb, accounts, activities, attachments, leads, opportunities};
use chot_tests::fixtures::{account, attachment, company, id, opportunity};
use chot_tests::{Client, Kind, World, kind};
use sea_orm::entity::prelude::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use serde_json::{Value, json};

use super::at_once::{acting, colleagues, counted, database};

/// The database, with recorded statements.
struct Overheard {
    database: DatabaseConnection,
    asked: Mutex<Vec<Statement>>,
    keys: Keys,
}

#[async_trait::async_trait]
impl ConnectionTrait for Overheard {
    fn get_database_backend(&self) -> DbBackend {
        self.database.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.database.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.database.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(&statement);
        self.database.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(&statement);
        self.database.query_all_raw(statement).await
    }
}

impl ReadDb for Overheard {
    type Connection = Self;

    fn executor(&self) -> &Self {
        self
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl Overheard {
    async fn of(world: &World) -> Self {
        Self { database: database(world).await, asked: Mutex::default(), keys: Keys::default() }
    }

    /// Records a statement, except the reading of the cursor key, which happens once per process.
    fn note(&self, statement: &Statement) {
        if !statement.sql.contains("cursor_keys") {
            self.asked.lock().unwrap().push(statement.clone());
        }
    }

    /// The statements since the last call.
    fn taken(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// The plan of the first statement since the last call.
    async fn plan(&self) -> Vec<String> {
        self.plan_of(self.taken().into_iter().next().unwrap()).await
    }

    /// The plan of a statement, line by line, with the number of rows.
    async fn plan_of(&self, asked: Statement) -> Vec<String> {
        let (explain, column) = match kind() {
            Kind::Postgres => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT TEXT)", 0),
            Kind::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        };
        let statement = Statement { sql: format!("{explain} {}", asked.sql), ..asked };
        let lines = self.database.query_all_raw(statement).await.unwrap();
        lines.iter().map(|line| line.try_get_by_index(column).unwrap()).collect()
    }
}

const PEOPLE: u32 = 30;
const TABLES: [&str; 5] = ["leads", "accounts", "opportunities", "activities", "attachments"];

/// Copies the rows of a table; the named columns get other values.
async fn copied(database: &DatabaseConnection, table: &str, from: &str, others: &[(&str, &str)]) {
    let (backend, columns) = match kind() {
        Kind::Postgres => {
            (DbBackend::Postgres, format!("SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"))
        }
        Kind::Sqlite => (DbBackend::Sqlite, format!("SELECT name FROM pragma_table_info('{table}')")),
    };
    let rows = database.query_all_raw(Statement::from_string(backend, columns)).await.unwrap();
    let columns: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let value = |column: &String| {
        let other = others.iter().find(|(name, _)| name == column);
        other.map_or(format!("t.{column}"), |(_, value)| (*value).to_owned())
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let copy = format!("INSERT INTO {table} ({}) {NUMBERS} SELECT {} FROM {from}", columns.join(", "), values.join(", "));
    database.execute_unprepared(&copy).await.unwrap();
}

const NUMBERS: &str = "WITH RECURSIVE numbers (n) AS (SELECT 10001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10500)";

/// Copies every lead and account once for each number, with other times and statuses; each new account gets an opportunity.
async fn grown(database: &DatabaseConnection) {
    let (id, later) = match kind() {
        Kind::Postgres => ("gen_random_uuid()", "t.created_at + n * interval '1 second'"),
        Kind::Sqlite => ("randomblob(16)", "strftime('%Y-%m-%d %H:%M:%f', t.created_at, '+' || n || ' seconds') || '+00:00'"),
    };
    let often = [
        ("id", id),
        ("tax_code", "NULL"),
        ("name_key", "t.name_key || ' so ' || n"),
        ("search_text", "t.search_text || ' so ' || n"),
        ("created_at", later),
        ("updated_at", later),
        ("status", "CASE n % 10 WHEN 0 THEN 'contacting' ELSE t.status END"),
        ("type", "CASE n % 10 WHEN 0 THEN 'customer' ELSE t.type END"),
    ];
    copied(database, "leads", "leads t CROSS JOIN numbers", &often).await;
    copied(database, "accounts", "accounts t CROSS JOIN numbers", &often).await;
    let of_each_account = [
        ("id", id),
        ("account_id", "a.id"),
        ("name_key", "a.name_key"),
        ("search_text", "a.search_text"),
        ("created_at", "a.created_at"),
        ("updated_at", "a.updated_at"),
        ("status", "CASE a.type WHEN 'customer' THEN 'won' ELSE 'open' END"),
    ];
    let accounts = "accounts a JOIN opportunities t ON t.owner_id = a.owner_id AND t.account_id <> a.id";
    copied(database, "opportunities", accounts, &of_each_account).await;
    let of_each_customer = [
        ("id", id),
        ("account_id", "a.id"),
        ("created_at", "a.created_at"),
        ("updated_at", "a.updated_at"),
        ("starts_at", "a.created_at"),
        ("status", "CASE a.type WHEN 'customer' THEN 'done' ELSE 'planned' END"),
    ];
    let accounts = "accounts a JOIN activities t ON t.owner_id = a.owner_id AND t.account_id <> a.id";
    copied(database, "activities", accounts, &of_each_customer).await;
    let anything = if kind() == Kind::Postgres { "gen_random_uuid()::text" } else { "hex(randomblob(16))" };
    let file_of_each_account = [
        ("id", id),
        ("account_id", "a.id"),
        ("created_at", "a.created_at"),
        ("updated_at", "a.updated_at"),
        ("storage_key", anything),
        ("category", "CASE a.type WHEN 'customer' THEN 'quotation' END"),
    ];
    let accounts = "accounts a JOIN attachments t ON t.created_by = a.owner_id AND t.account_id <> a.id";
    copied(database, "attachments", accounts, &file_of_each_account).await;
    for table in TABLES {
        assert_eq!(counted(database, &format!("SELECT count(*) FROM {table}")).await, i64::from(PEOPLE) * 501, "{table}");
    }
    tidied_up(database).await;
}

/// PostgreSQL scans new entries of a search index one by one, and checks rows of an index, until a vacuum; a server runs it
/// automatically. Rows that are still visible to a transaction are vacuumed the next time.
async fn tidied_up(database: &DatabaseConnection) {
    if kind() == Kind::Sqlite {
        database.execute_unprepared("ANALYZE").await.unwrap();
        return;
    }
    let tables = TABLES.map(|table| format!("'{table}'")).join(", ");
    let untidy = format!("SELECT count(*) FROM pg_class WHERE relname IN ({tables}) AND relallvisible < relpages");
    for _ in 0..20 {
        database.execute_unprepared("VACUUM ANALYZE").await.unwrap();
        if counted(database, &untidy).await == 0 {
            return;
        }
    }
    panic!("the tables were not tidied up");
}

/// Thirty users, three of them in a team, each with about a hundred leads, accounts and opportunities.
struct Organisation {
    world: World,
    salesperson: Client,
    manager: Client,
    admin: Client,
}

async fn organisation() -> Organisation {
    let world = World::under("icheck").await;
    let team = world.team("Miền Bắc", None).await;
    let salesperson = world.member("salesperson", Some(&team)).await;
    let manager = world.member("manager", Some(&team)).await;
    let rights = [
        "leads:create",
        "accounts:read",
        "accounts:create",
        "opportunities:read",
        "opportunities:create",
        "activities:read",
        "activities:write",
        "attachments:write",
    ];
    let others = colleagues(&world, "salesperson", &rights, PEOPLE as usize - 2).await;
    for (person, number) in [&salesperson, &manager].into_iter().chain(&others).zip(0..) {
        person.post("/leads", company(number)).await.expect(201);
        let customer = account(person, number).await;
        opportunity(person, &customer, "Tem chống giả").await;
        let call = json!({"kind": "call", "subject": "Gọi", "account_id": customer["id"], "starts_at": "2026-11-24T02:00:00Z"});
        person.post("/activities", call).await.expect(201);
        attachment(person, "account_id", &customer).await;
    }
    grown(&database(&world).await).await;
    let admin = world.user("admin").await;
    Organisation { world, salesperson, manager, admin }
}

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
        "leads" => told(leads::list(reads, actor, &read(filter).unwrap(), &paging).await.unwrap()),
        "accounts" => told(accounts::list(reads, actor, &read(filter).unwrap(), &paging).await.unwrap()),
        "activities" => {
            let now = "2026-11-23T03:00:00Z".parse().unwrap();
            told(activities::list(reads, actor, now, &read(filter).unwrap(), &paging).await.unwrap())
        }
        "attachments" => told(attachments::list(reads, actor, &read(filter).unwrap(), &paging).await.unwrap()),
        _ => told(opportunities::list(reads, actor, &read(filter).unwrap(), &paging).await.unwrap()),
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
                reads.asked.lock().unwrap().clear();
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
        let fingerprint = leads::fingerprint(&reads, &actor, id).await.unwrap().unwrap();
        reads.taken();
        let found = leads::find_matches(&reads, &fingerprint, Some(id)).await.unwrap();
        assert!(found.len() > 20, "{found:?}");
        for statement in reads.taken() {
            let plan = reads.plan_of(statement).await;
            assert!(!plan.iter().any(|step| TABLES.iter().any(|table| walks(table, step))), "{}", plan.join("\n"));
        }
        let named = leads::duplicates(&reads, &actor, true, &found).await.unwrap();
        let seen = named.iter().filter(|one| one.name.is_some()).count();
        assert!(seen > 20 && reads.taken().len() <= 4, "{named:?}");

        leads::find_conversion(&reads, &actor, "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10".parse().unwrap()).await.unwrap();
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
        let board = opportunities::board(&reads, &ctx.actor, pipeline, &no_cards).await.unwrap();
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
        activities::calendar(&reads, &actor, &playbook, now, &week, &Paging::default()).await.unwrap();
        activities::due_today(&reads, &actor, &playbook, now, &read(json!({})).unwrap(), &Paging::default()).await.unwrap();
        let (found, _) = ask(&reads, "opportunities", &actor, json!({})).await;
        assert!(found > 0);
        for statement in reads.taken().into_iter().filter(|statement| statement.sql.contains("activities")) {
            let plan = reads.plan_of(statement).await;
            assert!(!plan.iter().any(|step| walks("activities", step)), "{}: {}", reader.role, plan.join("\n"));
        }
    }
}
