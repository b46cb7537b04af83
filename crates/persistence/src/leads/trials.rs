use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::leads::{GrantTrial, LeadId, TrialId};
use chot_domain::shared::{Draft, Id};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DerivePartialModel, EntityTrait, QueryFilter, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{TrialStatus, trial_row as row};
use crate::related::{Strategy, in_lead};
use crate::storage::locked::Scoped;
use crate::storage::locked::{Locked, write};
use crate::storage::page::{PageRequest, Paging, page};
use crate::{Col, Page, ReadDb, StoreError, Tx};

/// Free use of the product by somebody who may buy it.
// R-EDU-30, R-EDU-38.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Trial)]
pub struct TrialView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// The lead that it was granted to.
    #[schema(format = Uuid)]
    pub lead_id: Uuid,
    /// Whether it still runs.
    pub status: TrialStatus,
    /// Where the customer finds it.
    #[schema(max_length = 500, example = "https://dung-thu.emso.vn/sao-mai")]
    pub link: Option<String>,
    /// More about it.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Since when.
    pub starts_at: DateTime<Utc>,
    /// Until when, if it is not ended before.
    pub ends_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who granted it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Which trials are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TrialFilter {
    /// Only trials of this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only those that run, or only those that are over.
    #[param(inline)]
    pub status: Option<chot_domain::leads::TrialStatus>,
    /// Only trials that end before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub ends_at_lt: Option<DateTime<Utc>>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: TrialSort,
}

impl Draft for TrialFilter {}

/// What trials can be sorted by.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TrialSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// The oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// What ends first.
    #[serde(rename = "ends_at")]
    EndingFirst,
}

/// A trial as it is, locked by the unit of work until its end.
pub type LockedTrial = Locked<row::Model>;

impl Locked<row::Model> {
    /// The lead that it was granted to.
    pub fn lead_id(&self) -> LeadId {
        Id::new(self.0.lead_id)
    }

    /// Whether it still runs.
    pub fn status(&self) -> chot_domain::leads::TrialStatus {
        self.0.status.0
    }
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::LeadsRead)?;
        Ok(in_lead(actor, row::Column::LeadId, Strategy::EachRow))
    }
}

/// One page of the trials of leads that the actor may see.
///
/// # Errors
/// `forbidden` without the right to read leads; when the cursor is not of this list.
pub async fn list_trials(
    db: &impl ReadDb,
    actor: &Actor,
    filter: &TrialFilter,
    paging: &Paging,
) -> Result<Page<TrialView>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    let asked = if filter.lead_id.is_some() { Strategy::EachRow } else { Strategy::ByIndex };
    let select = row::Entity::find()
        .filter(in_lead(actor, row::Column::LeadId, asked))
        .apply_if(filter.lead_id, |select, value| select.filter(row::Column::LeadId.eq(value.uuid())))
        .apply_if(filter.status, |select, value| select.filter(row::Column::Status.eq(Col(value))))
        .apply_if(filter.ends_at_lt, |select, value| select.filter(row::Column::EndsAt.lt(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One trial, if the actor may see its lead.
///
/// # Errors
/// `forbidden` without the right to read leads.
pub async fn find_trial(db: &impl ReadDb, actor: &Actor, id: TrialId) -> Result<Option<TrialView>, StoreError> {
    let select = row::Entity::find_by_id(id.uuid()).filter(row::Model::visible_to(actor)?);
    Ok(select.into_partial_model().one(db.executor()).await?)
}

/// Writes a new trial, from now on.
///
/// # Errors
/// `already_exists` while another one of the lead runs.
pub async fn insert_trial(
    tx: &Tx,
    id: TrialId,
    lead: LeadId,
    order: &GrantTrial,
    ends_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        lead_id: Set(lead.uuid()),
        status: Set(Col(chot_domain::leads::TrialStatus::Running)),
        link: Set(order.link.as_ref().map(Into::into)),
        note: Set(order.note.as_ref().map(Into::into)),
        starts_at: Set(tx.now),
        ends_at: Set(ends_at),
        ended_at: Set(None),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
    };
    row::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Writes that a trial is over.
pub async fn end_trial(tx: &Tx, trial: &LockedTrial) -> Result<(), StoreError> {
    let ended = row::ActiveModel {
        status: Set(Col(chot_domain::leads::TrialStatus::Ended)),
        ended_at: Set(Some(tx.now)),
        ..trial.changed(tx)
    };
    write(tx, ended).await
}
