use std::collections::BTreeMap;

use chot_domain::identity::{Actor, Permission};
use chot_domain::leads::{FormField, LeadFormDraft, LeadFormId, LeadId, Submission};
use chot_domain::shared::{Draft, Id, Json, Key, Text};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, DerivePartialModel, EntityTrait, PaginatorTrait, QueryFilter, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::form_row::{form, submission};
use crate::storage::locked::{Locked, write};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError, Tx};

/// Form field names and the fields of the lead that they fill.
pub type StoredFieldMap = form::FieldMap;

/// A public web form that creates leads.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "form::Entity")]
#[schema(as = LeadForm)]
pub struct LeadFormView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The public key for submissions. It only allows submitting: it gives no access to data.
    #[schema(max_length = 60, example = "form_4k2q9x7c1m8v5b3n")]
    pub form_key: String,
    /// Purpose of the form.
    #[schema(max_length = 100)]
    pub name: String,
    /// The lead source of the leads that the form creates.
    #[schema(max_length = 50)]
    pub source: String,
    /// The product or service that the form advertises.
    #[schema(format = Uuid)]
    pub product_id: Option<Uuid>,
    /// Maps the form's field names to fields of the lead.
    #[schema(value_type = BTreeMap<String, FormField>)]
    pub field_map: StoredFieldMap,
    /// A hidden field that only robots fill.
    #[schema(max_length = 100)]
    pub trap_field: Option<String>,
    /// Maximum number of submissions per hour.
    pub quota_per_hour: i64,
    /// Whether the form accepts submissions.
    pub is_active: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Filter for web forms.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadFormFilter {
    /// Only forms that accept submissions, or only those that do not.
    pub is_active: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for LeadFormFilter {}

/// The data of a web form needed for submissions.
pub struct FormByKey {
    /// Its identifier.
    pub id: LeadFormId,
    /// The draft with the current values.
    pub draft: LeadFormDraft,
}

/// A web form, locked until the end of the unit of work.
pub type LockedForm = Locked<form::Model>;

impl Locked<form::Model> {
    /// The draft with the current values.
    pub fn draft(&self) -> LeadFormDraft {
        draft(self.0.clone())
    }
}

fn draft(row: form::Model) -> LeadFormDraft {
    LeadFormDraft {
        name: Text::from_stored(row.name),
        source: Key::from_stored(row.source),
        product_id: row.product_id.map(Id::new),
        field_map: row.field_map.0.0,
        trap_field: row.trap_field.map(Text::from_stored),
        quota_per_hour: i32::try_from(row.quota_per_hour).unwrap_or(i32::MAX),
        is_active: row.is_active,
    }
}

fn with_draft(row: form::ActiveModel, draft: &LeadFormDraft) -> form::ActiveModel {
    let LeadFormDraft { name, source, product_id, field_map, trap_field, quota_per_hour, is_active } = draft;
    let field_map: BTreeMap<Text<100>, FormField> = field_map.clone();
    form::ActiveModel {
        name: Set(name.into()),
        source: Set(source.into()),
        product_id: Set(product_id.map(Id::uuid)),
        field_map: Set(Col(Json(field_map))),
        trap_field: Set(trap_field.as_ref().map(Into::into)),
        quota_per_hour: Set((*quota_per_hour).into()),
        is_active: Set(*is_active),
        ..row
    }
}

/// Inserts a web form.
pub async fn insert_form(tx: &Tx, id: LeadFormId, form_key: &str, draft: &LeadFormDraft) -> Result<(), StoreError> {
    let row = form::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        form_key: Set(form_key.to_owned()),
        created_by: Set(tx.actor.user().map(|user| user.uuid())),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    form::Entity::insert(with_draft(row, draft)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Updates a web form.
pub async fn update_form(tx: &Tx, locked: &LockedForm, draft: &LeadFormDraft) -> Result<(), StoreError> {
    write(tx, with_draft(locked.changed(tx), draft)).await
}

/// The active web form with this public key.
pub async fn form_by_key(db: &dyn ReadDb, form_key: &str) -> Result<Option<FormByKey>, StoreError> {
    let select = form::Entity::find().filter(form::Column::FormKey.eq(form_key)).filter(form::Column::IsActive.eq(true));
    let row = select.one(&db.executor()).await?;
    Ok(row.map(|row| FormByKey { id: Id::new(row.id), draft: draft(row) }))
}

/// The number of submissions of a form since an instant.
pub async fn submissions_since(tx: &Tx, form: LeadFormId, since: DateTime<Utc>) -> Result<u64, StoreError> {
    let select = submission::Entity::find().filter(submission::Column::FormId.eq(form.uuid()));
    Ok(select.filter(submission::Column::ReceivedAt.gt(since)).count(&tx.executor()).await?)
}

/// Stores a submission unchanged, together with its new or existing lead.
pub async fn keep_submission(
    tx: &Tx,
    form: LeadFormId,
    lead: LeadId,
    is_duplicate: bool,
    fields: &Submission,
) -> Result<(), StoreError> {
    let row = submission::ActiveModel {
        id: Set(tx.new_id::<Submission>().uuid()),
        form_id: Set(form.uuid()),
        lead_id: Set(Some(lead.uuid())),
        is_duplicate: Set(is_duplicate),
        fields: Set(fields.clone().into()),
        received_at: Set(tx.now),
    };
    submission::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// One web form.
///
/// # Errors
/// `forbidden` without permission to manage web forms.
pub async fn find_form(db: &dyn ReadDb, actor: &Actor, id: LeadFormId) -> Result<Option<LeadFormView>, StoreError> {
    actor.require(Permission::LeadFormsWrite)?;
    Ok(form::Entity::find_by_id(id.uuid()).into_partial_model().one(&db.executor()).await?)
}

/// One page of the web forms.
///
/// # Errors
/// `forbidden` without permission to manage web forms; `invalid_cursor`.
pub async fn list_forms(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &LeadFormFilter,
    paging: &Paging,
) -> Result<Page<LeadFormView>, StoreError> {
    actor.require(Permission::LeadFormsWrite)?;
    let select = form::Entity::find().apply_if(filter.is_active, |select, value| select.filter(form::Column::IsActive.eq(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}
