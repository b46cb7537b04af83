//! An organisation with large tables.

use chot_tests::fixtures::{account, attachment, company, opportunity};
use chot_tests::{Client, Kind, World, kind};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;

use super::super::at_once::{colleagues, counted, database};

/// The number of users.
pub const PEOPLE: u32 = 30;
/// The tables of the lists.
pub const TABLES: [&str; 5] = ["leads", "accounts", "opportunities", "activities", "attachments"];

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
pub struct Organisation {
    pub world: World,
    pub salesperson: Client,
    pub manager: Client,
    pub admin: Client,
}

/// Creates the organisation.
pub async fn organisation() -> Organisation {
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
