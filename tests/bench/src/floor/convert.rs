//! A lead becomes account, contact and opportunity, with the statements that this takes and no more.

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{Data, Path};
use actix_web::{Error, HttpResponse, post};
use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{Floor, Person};

const LOCK: &str = "SELECT name_key, phone, contact_person::text, status, stage FROM leads \
    WHERE id = $1 AND conversion_id IS NULL AND archived_at IS NULL FOR UPDATE";

const DUPLICATES: &str = "SELECT id FROM leads WHERE archived_at IS NULL AND status <> 'converted' AND id <> $1 \
      AND (name_key = $2 OR phone = $3 OR phone = $4) \
    UNION ALL SELECT id FROM accounts WHERE archived_at IS NULL AND (name_key = $2 OR phone = $3 OR phone = $4) \
    UNION ALL SELECT id FROM contacts WHERE archived_at IS NULL AND (phone = $3 OR phone = $4) LIMIT 1";

const ACCOUNT: &str = "INSERT INTO accounts (id, version, kind, type, name, name_key, phone, email, tax_code, citizen_id, rank, \
      source, profile, description, owner_id, holder_id, tags, search_text, created_at, updated_at) \
    SELECT $2, 1, kind, 'prospect', name, name_key, phone, email, tax_code, citizen_id, rank, source, profile, description, \
      owner_id, owner_id, tags, search_text, $3, $3 FROM leads WHERE id = $1";

const CONTACT: &str = "INSERT INTO contacts (id, version, account_id, full_name, name_key, job_title, phone, email, search_text, \
      created_at, updated_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $4, $8, $8)";

const OPPORTUNITY: &str = "INSERT INTO opportunities (id, version, account_id, owner_id, lead_id, name, name_key, phone, \
      classification, status, stage, stage_entered_at, currency, stars, evidence_status, tags, search_text, created_at, updated_at) \
    SELECT $2, 1, $3, owner_id, id, name, name_key, phone, 'primary', 'open', 'consulting', $4, 'VND', 0, 'not_needed', \
      tags, search_text, $4, $4 FROM leads WHERE id = $1";

const CONVERSION: &str = "INSERT INTO conversions (id, version, status, lead_id, lead_status_before, lead_stage_before, account_id, \
      account_action, account_version, account_tags, contact_id, contact_action, contact_version, opportunities, carried, not_carried, created_at) \
    VALUES ($1, 1, 'active', $2, $3, $4, $5, 'create', 1, '[]', $6, 'create', 1, $7::text::jsonb, '[]', '[]', $8)";

const CONVERTED: &str = "UPDATE leads SET status = 'converted', stage = 'converted', conversion_id = $2, account_id = $3, \
    version = version + 1, updated_at = $4 WHERE id = $1";

#[derive(Serialize)]
struct Conversion {
    id: Uuid,
    version: i64,
    status: &'static str,
    lead_id: Uuid,
    lead_status_before: String,
    account_id: Uuid,
    account_action: &'static str,
    contact_id: Uuid,
    contact_action: &'static str,
    opportunities: [Opened; 1],
    created_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Opened {
    action: &'static str,
    id: Uuid,
}

#[post("/leads/{id}/convert")]
pub async fn convert(floor: Data<Floor>, id: Path<Uuid>) -> Result<HttpResponse, Error> {
    let (lead, now) = (*id, Utc::now().trunc_subsecs(6));
    let [account, contact, opportunity, conversion] = std::array::from_fn(|_| Uuid::now_v7());
    let mut client = floor.pool.get().await.map_err(ErrorInternalServerError)?;
    let tx = client.transaction().await.map_err(ErrorInternalServerError)?;
    let query = async |statement: &str, parameters: &[&(dyn ToSql + Sync)]| {
        let statement = tx.prepare_cached(statement).await.map_err(ErrorInternalServerError)?;
        tx.query(&statement, parameters).await.map_err(ErrorInternalServerError)
    };
    let locked = query(LOCK, &[&lead]).await?;
    let locked = locked.first().ok_or_else(|| ErrorInternalServerError("no such lead"))?;
    let (name_key, phone): (&str, Option<&str>) = (locked.get(0), locked.get(1));
    let (status, stage): (&str, Option<&str>) = (locked.get(3), locked.get(4));
    let person: Person = serde_json::from_str(locked.get(2))?;
    if !query(DUPLICATES, &[&lead, &name_key, &phone, &person.phone]).await?.is_empty() {
        return Ok(HttpResponse::Conflict().finish());
    }
    query(ACCOUNT, &[&lead, &account, &now]).await?;
    let person_key = person.full_name.to_lowercase();
    let of_person: [&(dyn ToSql + Sync); 8] =
        [&contact, &account, &person.full_name, &person_key, &person.job_title, &person.phone, &person.email, &now];
    query(CONTACT, &of_person).await?;
    query(OPPORTUNITY, &[&lead, &opportunity, &account, &now]).await?;
    let opportunities = [Opened { action: "create", id: opportunity }];
    let opened = serde_json::to_string(&opportunities)?;
    query(CONVERSION, &[&conversion, &lead, &status, &stage, &account, &contact, &opened, &now]).await?;
    query(CONVERTED, &[&lead, &conversion, &account, &now]).await?;
    let answer = Conversion {
        id: conversion,
        version: 1,
        status: "active",
        lead_id: lead,
        lead_status_before: status.to_owned(),
        account_id: account,
        account_action: "create",
        contact_id: contact,
        contact_action: "create",
        opportunities,
        created_at: now,
    };
    tx.commit().await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().json(answer))
}
