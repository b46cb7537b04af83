use chot_domain::accounts::{AccountDraft, AccountId, ContactDraft, ContactId};
use chot_domain::activities::ActivityId;
use chot_domain::identity::{Actor, Permission};
use chot_domain::leads::{ConversionId, LeadId, LeadState, MappedField, TargetAction, UnmappedField};
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::{Draft, Id, Json, Key};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DerivePartialModel, EntityTrait, QueryFilter, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::lead_visible_to;
use super::{ConversionStatus, LeadStatus as StoredStatus, TargetAction as StoredAction, conversion_row as row, row as lead_row};
use crate::related::{Strategy, in_lead};
use crate::storage::locked::Scoped;
use crate::storage::locked::{Locked, write};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError, Tx};

/// An opportunity of a conversion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConvertedOpportunity {
    /// Created or linked.
    pub action: TargetAction,
    /// The opportunity.
    #[schema(format = Uuid)]
    pub id: Uuid,
}

/// Fields of the lead that were carried over.
pub type StoredCarried = Col<Json<Vec<MappedField>>>;
/// Fields of the lead that were not carried over.
pub type StoredNotCarried = Col<Json<Vec<UnmappedField>>>;
/// The opportunities of a conversion.
pub type StoredOpportunities = Col<Json<Vec<ConvertedOpportunity>>>;
/// A linked account before the conversion. If it cannot be read, reverting fails; otherwise it would not restore the account.
pub(super) type StoredAccountDraft = Col<Json<AccountDraft>>;
/// A linked contact before the conversion.
pub(super) type StoredContactDraft = Col<Json<ContactDraft>>;
/// The tags added to the account.
pub(super) type StoredTagNames = Col<Json<Vec<String>>>;
/// The state of the lead before the conversion.
pub(super) type StoredLeadState = Col<Json<LeadState>>;
/// The planned calls that were cancelled.
pub(super) type StoredActivities = Col<Json<Vec<ActivityId>>>;

/// The conversion of a lead into a customer.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Conversion)]
pub struct ConversionView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// Active or reverted.
    pub status: ConversionStatus,
    /// The lead.
    #[schema(format = Uuid)]
    pub lead_id: Uuid,
    /// Status of the lead before the conversion.
    pub lead_status_before: StoredStatus,
    /// The account.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// Whether the account was created or linked.
    pub account_action: StoredAction,
    /// The contact.
    #[schema(format = Uuid)]
    pub contact_id: Option<Uuid>,
    /// Whether the contact was created, linked or skipped.
    pub contact_action: StoredAction,
    /// The opportunities.
    #[schema(value_type = Vec<ConvertedOpportunity>, max_items = 20)]
    pub opportunities: StoredOpportunities,
    /// Fields of the lead that were carried over, with their targets.
    #[schema(value_type = Vec<MappedField>, max_items = 200)]
    pub carried: StoredCarried,
    /// Fields of the lead that were not carried over, with the reasons.
    #[schema(value_type = Vec<UnmappedField>, max_items = 200)]
    pub not_carried: StoredNotCarried,
    /// Who converted the lead.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was converted.
    pub created_at: DateTime<Utc>,
    /// Who reverted it.
    #[schema(format = Uuid)]
    pub reverted_by: Option<Uuid>,
    /// When it was reverted.
    pub reverted_at: Option<DateTime<Utc>>,
}

/// Filter for conversions.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ConversionFilter {
    /// Only conversions of this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only conversions into this account.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only active or only reverted conversions.
    #[param(inline)]
    pub status: Option<chot_domain::leads::ConversionStatus>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for ConversionFilter {}

/// A conversion to insert.
pub struct NewConversion {
    /// Its identifier.
    pub id: ConversionId,
    /// The lead.
    pub lead: LeadId,
    /// The state of the lead before.
    pub lead_before: LeadState,
    /// The planned calls that were cancelled.
    pub cancelled_activities: Vec<ActivityId>,
    /// The account, the action, its version after the conversion, and its data before if it was linked.
    pub account: (AccountId, TargetAction, i64, Option<AccountDraft>),
    /// The tags of the lead that the account did not have before.
    pub account_tags: Vec<String>,
    /// The contact, in the same form.
    pub contact: Option<(ContactId, TargetAction, i64, Option<ContactDraft>)>,
    /// The opportunities, each created or linked.
    pub opportunities: Vec<(OpportunityId, TargetAction)>,
    /// Fields of the lead that were carried over.
    pub carried: Vec<MappedField>,
    /// Fields of the lead that were not carried over.
    pub not_carried: Vec<UnmappedField>,
}

/// Inserts a conversion. The database refuses a second one of the same lead.
pub async fn insert_conversion(tx: &Tx, new: NewConversion) -> Result<(), StoreError> {
    let (account_id, account_action, account_version, account_before) = new.account;
    let contact = new.contact.as_ref();
    let opportunities: Vec<_> =
        new.opportunities.iter().map(|(id, action)| ConvertedOpportunity { action: *action, id: id.uuid() }).collect();
    let row = row::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        status: Set(Col(chot_domain::leads::ConversionStatus::Active)),
        lead_id: Set(new.lead.uuid()),
        lead_status_before: Set(Col(new.lead_before.status)),
        lead_stage_before: Set(new.lead_before.stage.as_ref().map(Into::into)),
        lead_before: Set(Some(Col(Json(new.lead_before)))),
        cancelled_activities: Set(Some(Col(Json(new.cancelled_activities)))),
        account_id: Set(account_id.uuid()),
        account_action: Set(Col(account_action)),
        account_version: Set(account_version),
        account_before: Set(account_before.map(|before| Col(Json(before)))),
        account_tags: Set(Col(Json(new.account_tags))),
        contact_id: Set(contact.map(|(id, ..)| id.uuid())),
        contact_action: Set(Col(contact.map_or(TargetAction::Skip, |(_, action, ..)| *action))),
        contact_version: Set(contact.map(|(_, _, version, _)| *version)),
        contact_before: Set(contact.and_then(|(.., before)| before.clone()).map(|before| Col(Json(before)))),
        opportunities: Set(Col(Json(opportunities))),
        carried: Set(Col(Json(new.carried))),
        not_carried: Set(Col(Json(new.not_carried))),
        created_by: Set(tx.actor.user().map(|user| user.uuid())),
        created_at: Set(tx.now),
        reverted_by: Set(None),
        reverted_at: Set(None),
    };
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// A conversion, locked until the end of the unit of work.
pub type LockedConversion = Locked<row::Model>;

impl Locked<row::Model> {
    /// Whether it is active.
    pub fn is_active(&self) -> bool {
        self.0.status.0 == chot_domain::leads::ConversionStatus::Active
    }

    /// When the lead was converted.
    pub fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The lead.
    pub fn lead_id(&self) -> LeadId {
        Id::new(self.0.lead_id)
    }

    /// The state of the lead before. Older conversions contain only its status and stage.
    pub fn lead_before(&self, now: &LeadState) -> LeadState {
        self.0.lead_before.clone().map_or_else(
            || LeadState {
                status: self.0.lead_status_before.0,
                stage: self.0.lead_stage_before.clone().map(Key::from_stored),
                ..now.clone()
            },
            |before| before.0.0,
        )
    }

    /// The planned calls that were cancelled.
    pub fn cancelled_activities(&self) -> Vec<ActivityId> {
        self.0.cancelled_activities.clone().map(|cancelled| cancelled.0.0).unwrap_or_default()
    }

    /// The account, the action, its version after the conversion, and its data before if it was linked.
    pub fn account(&self) -> (AccountId, TargetAction, i64, Option<AccountDraft>) {
        let before = self.0.account_before.clone().map(|before| before.0.0);
        (Id::new(self.0.account_id), self.0.account_action.0, self.0.account_version, before)
    }

    /// The contact, in the same form.
    pub fn contact(&self) -> Option<(ContactId, TargetAction, i64, Option<ContactDraft>)> {
        let (id, version) = (self.0.contact_id?, self.0.contact_version?);
        let before = self.0.contact_before.clone().map(|before| before.0.0);
        Some((Id::new(id), self.0.contact_action.0, version, before))
    }

    /// The tags added to the account.
    pub fn account_tags(&self) -> Vec<String> {
        self.0.account_tags.0.0.clone()
    }

    /// The opportunities created.
    pub fn created_opportunities(&self) -> Vec<OpportunityId> {
        let all = self.0.opportunities.0.0.iter();
        all.filter(|one| one.action == TargetAction::Create).map(|one| Id::new(one.id)).collect()
    }
}

/// Marks a conversion as reverted.
pub async fn mark_reverted(tx: &Tx, conversion: &LockedConversion) -> Result<(), StoreError> {
    let reverted = row::ActiveModel {
        status: Set(Col(chot_domain::leads::ConversionStatus::Reverted)),
        reverted_by: Set(tx.actor.user().map(|user| user.uuid())),
        reverted_at: Set(Some(tx.now)),
        ..conversion.changed(tx)
    };
    write(tx, reverted).await
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::LeadsRead)?;
        Ok(in_lead(actor, row::Column::LeadId, Strategy::EachRow))
    }
}

/// A conversion is visible to everybody who sees its lead.
fn visible_conversions(actor: &Actor) -> Result<sea_orm::Select<row::Entity>, StoreError> {
    // A join, because a subquery would list every visible lead, regardless of the filter.
    Ok(row::Entity::find().inner_join(lead_row::Entity).filter(lead_visible_to(actor)?))
}

/// One conversion, if its lead is visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn find_conversion(db: &dyn ReadDb, actor: &Actor, id: ConversionId) -> Result<Option<ConversionView>, StoreError> {
    let select = visible_conversions(actor)?.filter(row::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// One page of the conversions of leads visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read leads; `invalid_cursor`.
pub async fn list_conversions(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &ConversionFilter,
    paging: &Paging,
) -> Result<Page<ConversionView>, StoreError> {
    let select = visible_conversions(actor)?
        .apply_if(filter.lead_id, |select, value| select.filter(row::Column::LeadId.eq(value.uuid())))
        .apply_if(filter.account_id, |select, value| select.filter(row::Column::AccountId.eq(value.uuid())))
        .apply_if(filter.status, |select, value| select.filter(row::Column::Status.eq(Col(value))));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}
