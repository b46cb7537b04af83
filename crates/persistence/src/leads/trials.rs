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

/// A trial: free use of the product for a limited time.
// R-EDU-30, R-EDU-38.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Trial)]
pub struct TrialView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The lead of the trial.
    #[schema(format = Uuid)]
    pub lead_id: Uuid,
    /// Running or ended.
    pub status: TrialStatus,
    /// Where the customer finds the trial.
    #[schema(max_length = 500, example = "https://dung-thu.emso.vn/sao-mai")]
    pub link: Option<String>,
    /// Further details.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// Actual end.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who granted it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was granted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Filter for trials.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TrialFilter {
    /// Only trials of this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only running or only ended trials.
    #[param(inline)]
    pub status: Option<chot_domain::leads::TrialStatus>,
    /// Only trials that end before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub ends_at_lt: Option<DateTime<Utc>>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TrialSort,
}

impl Draft for TrialFilter {}

/// Sort orders of trials.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TrialSort {
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// Oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// Earliest end first.
    #[serde(rename = "ends_at")]
    EndingFirst,
}

/// A trial, locked until the end of the unit of work.
pub type LockedTrial = Locked<row::Model>;

impl Locked<row::Model> {
    /// The lead of the trial.
    pub fn lead_id(&self) -> LeadId {
        Id::new(self.0.lead_id)
    }

    /// Running or ended.
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

/// One page of the trials of leads visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads; `invalid_cursor`.
pub async fn list_trials(
    db: &dyn ReadDb,
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

/// One trial, if its lead is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn find_trial(db: &dyn ReadDb, actor: &Actor, id: TrialId) -> Result<Option<TrialView>, StoreError> {
    let select = row::Entity::find_by_id(id.uuid()).filter(row::Model::visible_to(actor)?);
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// Inserts a trial that starts now.
///
/// # Errors
/// `already_exists` if another trial of the lead is running.
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
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Marks a trial as ended.
pub async fn end_trial(tx: &Tx, trial: &LockedTrial) -> Result<(), StoreError> {
    let ended = row::ActiveModel {
        status: Set(Col(chot_domain::leads::TrialStatus::Ended)),
        ended_at: Set(Some(tx.now)),
        ..trial.changed(tx)
    };
    write(tx, ended).await
}
