//! The floor: what the same queries cost in the same web framework when they are written by hand on tokio-postgres, without
//! authentication, rights, checks, events or versions. It answers the same bodies from the same tables.

mod convert;

use std::fmt::Write as _;

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, Error, HttpResponse, HttpServer, get, post};
use chrono::{DateTime, SubsecRound, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};
use uuid::Uuid;

use crate::Outcome;

/// Serves on an address, from a database that the program has set up.
pub fn serve(listen: &str, database: &str) -> Outcome<()> {
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(database.parse()?, NoTls, manager);
    let pool = Pool::builder(manager).max_size(10).runtime(Runtime::Tokio1).build()?;
    let floor = Data::new(Floor { pool, statements: Statements::new() });
    let server = move || {
        App::new().app_data(floor.clone()).service(ready).service(list).service(get_one).service(create).service(convert::convert)
    };
    let server = HttpServer::new(server).workers(1).bind(listen)?;
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}

struct Floor {
    pool: Pool,
    statements: Statements,
}

impl Floor {
    async fn query(&self, statement: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let client = self.pool.get().await.map_err(ErrorInternalServerError)?;
        let statement = client.prepare_cached(statement).await.map_err(ErrorInternalServerError)?;
        client.query(&statement, parameters).await.map_err(ErrorInternalServerError)
    }
}

/// The texts of all statements, built once.
struct Statements {
    get: String,
    list: String,
    list_after: String,
    list_status: String,
    list_status_after: String,
    create: String,
}

const COLUMNS: &str = "l.id, l.version, l.kind, l.status, l.stage, l.name, l.phone, l.email, l.contact_points::text, l.tax_code, \
    l.citizen_id, l.source, l.rank, l.product_id, l.contact_person::text, l.profile::text, l.need, l.description, l.owner_id, \
    OWNER, l.assigned_at, l.is_returning_customer, l.verification, l.close_reason, l.close_note, l.follow_up_at, \
    l.is_follow_up_due, l.form_id, l.conversion_id, l.account_id, l.tags::text, l.created_by, l.created_at, l.updated_at, l.archived_at, \
    l.custom_fields::text, l.recall_at, \
    (SELECT json_build_object('id', a.id, 'kind', a.kind, 'subject', a.subject, 'starts_at', a.starts_at)::text FROM activities a \
     WHERE a.lead_id = l.id AND a.status = 'planned' AND a.archived_at IS NULL ORDER BY a.starts_at, a.id LIMIT 1)";

impl Statements {
    fn new() -> Self {
        let columns = COLUMNS.replace("OWNER", "u.full_name");
        let select = format!("SELECT {columns} FROM leads l LEFT JOIN users u ON u.id = l.owner_id WHERE");
        let newest =
            |condition: &str| format!("{select} l.archived_at IS NULL{condition} ORDER BY l.created_at DESC, l.id DESC LIMIT $1");
        let working = " AND l.status <> 'junk'";
        let returned = COLUMNS.replace("OWNER", "NULL");
        Self {
            get: format!("{select} l.id = $1"),
            list: newest(working),
            list_after: newest(&format!("{working} AND (l.created_at, l.id) < ($2, $3)")),
            list_status: newest(" AND l.status = $2"),
            list_status_after: newest(" AND l.status = $2 AND (l.created_at, l.id) < ($3, $4)"),
            create: format!(
                "INSERT INTO leads AS l (id, version, kind, status, stage, name, name_key, phone, email, contact_points, source, \
                 contact_person, profile, need, description, is_returning_customer, is_follow_up_due, tags, search_text, \
                 created_at, updated_at) VALUES ($1, 1, $2, 'new', 'new', $3, $4, $5, $6, '[]', $7, $8::text::jsonb, $9::text::jsonb, $10, \
                 $11, false, false, '[]', $12, $13, $13) RETURNING {returned}"
            ),
        }
    }
}

#[derive(Serialize)]
struct Lead<'a> {
    id: Uuid,
    version: i64,
    kind: &'a str,
    status: &'a str,
    stage: Option<&'a str>,
    name: &'a str,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    contact_points: Option<&'a RawValue>,
    tax_code: Option<&'a str>,
    citizen_id: Option<&'a str>,
    source: &'a str,
    rank: Option<&'a str>,
    product_id: Option<Uuid>,
    contact_person: Option<&'a RawValue>,
    profile: Option<&'a RawValue>,
    need: Option<&'a str>,
    description: Option<&'a str>,
    owner_id: Option<Uuid>,
    owner_name: Option<&'a str>,
    assigned_at: Option<DateTime<Utc>>,
    is_returning_customer: bool,
    verification: Option<&'a str>,
    close_reason: Option<&'a str>,
    close_note: Option<&'a str>,
    follow_up_at: Option<DateTime<Utc>>,
    is_follow_up_due: bool,
    form_id: Option<Uuid>,
    conversion_id: Option<Uuid>,
    account_id: Option<Uuid>,
    tags: Option<&'a RawValue>,
    created_by: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    archived_at: Option<DateTime<Utc>>,
    custom_fields: Option<&'a RawValue>,
    recall_at: Option<DateTime<Utc>>,
    next_activity: Option<&'a RawValue>,
}

impl<'a> Lead<'a> {
    fn of(row: &'a Row) -> Result<Self, Error> {
        let json = |place: usize| -> Result<Option<&'a RawValue>, Error> {
            Ok(row.get::<_, Option<&str>>(place).map(serde_json::from_str).transpose()?)
        };
        Ok(Self {
            id: row.get(0),
            version: row.get(1),
            kind: row.get(2),
            status: row.get(3),
            stage: row.get(4),
            name: row.get(5),
            phone: row.get(6),
            email: row.get(7),
            contact_points: json(8)?,
            tax_code: row.get(9),
            citizen_id: row.get(10),
            source: row.get(11),
            rank: row.get(12),
            product_id: row.get(13),
            contact_person: json(14)?,
            profile: json(15)?,
            need: row.get(16),
            description: row.get(17),
            owner_id: row.get(18),
            owner_name: row.get(19),
            assigned_at: row.get(20),
            is_returning_customer: row.get(21),
            verification: row.get(22),
            close_reason: row.get(23),
            close_note: row.get(24),
            follow_up_at: row.get(25),
            is_follow_up_due: row.get(26),
            form_id: row.get(27),
            conversion_id: row.get(28),
            account_id: row.get(29),
            tags: json(30)?,
            created_by: row.get(31),
            created_at: row.get(32),
            updated_at: row.get(33),
            archived_at: row.get(34),
            custom_fields: json(35)?,
            recall_at: row.get(36),
            next_activity: json(37)?,
        })
    }
}

#[get("/health/ready")]
async fn ready() -> &'static str {
    "ok"
}

#[get("/leads/{id}")]
async fn get_one(floor: Data<Floor>, id: Path<Uuid>) -> Result<HttpResponse, Error> {
    let rows = floor.query(&floor.statements.get, &[&*id]).await?;
    Ok(match rows.first() {
        Some(row) => HttpResponse::Ok().json(Lead::of(row)?),
        None => HttpResponse::NotFound().finish(),
    })
}

#[derive(Deserialize)]
struct Asked {
    limit: i64,
    status: Option<String>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct Page<'a> {
    data: Vec<Lead<'a>>,
    page: Links,
}

#[derive(Serialize)]
struct Links {
    next_cursor: Option<String>,
    has_more: bool,
}

#[get("/leads")]
async fn list(floor: Data<Floor>, asked: Query<Asked>) -> Result<HttpResponse, Error> {
    let statements = &floor.statements;
    let most = asked.limit + 1;
    let rows = match (&asked.status, asked.cursor.as_deref().map(after).transpose()?) {
        (None, None) => floor.query(&statements.list, &[&most]).await?,
        (None, Some((at, id))) => floor.query(&statements.list_after, &[&most, &at, &id]).await?,
        (Some(status), None) => floor.query(&statements.list_status, &[&most, status]).await?,
        (Some(status), Some((at, id))) => floor.query(&statements.list_status_after, &[&most, status, &at, &id]).await?,
    };
    let shown = rows.len().min(usize::try_from(asked.limit).map_err(ErrorInternalServerError)?);
    let data = rows[..shown].iter().map(Lead::of).collect::<Result<Vec<_>, _>>()?;
    let has_more = rows.len() > shown;
    let next_cursor = data.last().filter(|_| has_more).map(|last| cursor(last.created_at, last.id));
    Ok(HttpResponse::Ok().json(Page { data, page: Links { next_cursor, has_more } }))
}

/// A cursor that nobody protects: microseconds and identifier.
pub fn cursor(at: DateTime<Utc>, id: Uuid) -> String {
    let mut cursor = id.simple().to_string();
    let _ = write!(cursor, "{}", at.timestamp_micros());
    cursor
}

fn after(cursor: &str) -> Result<(DateTime<Utc>, Uuid), Error> {
    let read = || {
        let (id, micros) = cursor.split_at_checked(32)?;
        Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
    };
    read().ok_or_else(|| ErrorInternalServerError("no cursor"))
}

#[derive(Deserialize)]
struct Draft {
    kind: String,
    name: String,
    phone: Option<String>,
    email: Option<String>,
    source: String,
    contact_person: Option<Person>,
    #[serde(default)]
    profile: Profile,
    need: Option<String>,
    description: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Person {
    full_name: String,
    job_title: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Profile {
    identity_issued_by: Option<String>,
    identity_issued_on: Option<String>,
    date_of_birth: Option<String>,
    business_type: Option<String>,
    way_of_selling: Option<String>,
    line_of_business: Option<String>,
    address: Option<Address>,
    website: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Address {
    text: String,
    province_code: Option<String>,
    commune_code: Option<String>,
}

#[post("/leads")]
async fn create(floor: Data<Floor>, Json(draft): Json<Draft>) -> Result<HttpResponse, Error> {
    let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
    let person = draft.contact_person.as_ref().map(serde_json::to_string).transpose()?;
    let profile = serde_json::to_string(&draft.profile)?;
    let name_key = draft.name.to_lowercase();
    let search_text = [Some(&name_key), draft.phone.as_ref(), draft.email.as_ref()];
    let search_text = search_text.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    let parameters: [&(dyn ToSql + Sync); 13] = [
        &id,
        &draft.kind,
        &draft.name,
        &name_key,
        &draft.phone,
        &draft.email,
        &draft.source,
        &person,
        &profile,
        &draft.need,
        &draft.description,
        &search_text,
        &now,
    ];
    let rows = floor.query(&floor.statements.create, &parameters).await?;
    let row = rows.first().ok_or_else(|| ErrorInternalServerError("nothing was written"))?;
    Ok(HttpResponse::Created().json(Lead::of(row)?))
}
