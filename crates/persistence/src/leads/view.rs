use chot_domain::accounts::ContactPoint;
use chrono::{DateTime, Utc};
use sea_orm::DerivePartialModel;
use sea_orm::sea_query::Expr;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    CustomerKind, LeadStatus, StoredContactPerson, StoredContactPoints, StoredCustomFields, StoredProfile, VerificationResult,
    row,
};
use crate::activities::NextActivity;
use crate::identity::user;
use crate::tags::{StoredTags, TagView};

/// A lead: a person or company who may become a customer.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Lead)]
pub struct LeadView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// Company or individual.
    pub kind: CustomerKind,
    /// The status.
    pub status: LeadStatus,
    /// The stage of the playbook, if it has one for the status.
    #[schema(max_length = 50, example = "contacting")]
    pub stage: Option<String>,
    /// Name of the company or person.
    #[schema(max_length = 200, example = "Công ty TNHH Nông sản Hoa Sen")]
    pub name: String,
    /// Main phone number in E.164 format.
    #[schema(max_length = 30, example = "+84912345678")]
    pub phone: Option<String>,
    /// Main e-mail address.
    #[schema(max_length = 254, example = "lan.nguyen@hoasen.example.vn")]
    pub email: Option<String>,
    /// Further ways to contact the lead.
    #[schema(value_type = Vec<ContactPoint>, max_items = 10)]
    pub contact_points: StoredContactPoints,
    /// Tax code, for companies only. Digits only.
    #[schema(max_length = 20, example = "0100112437")]
    pub tax_code: Option<String>,
    /// Citizen identity number, for individuals only. Digits only.
    #[schema(max_length = 20)]
    pub citizen_id: Option<String>,
    /// A lead source of the playbook: where the lead came from.
    #[schema(max_length = 50, example = "website")]
    pub source: String,
    /// A customer rank of the playbook.
    #[schema(max_length = 50)]
    pub rank: Option<String>,
    /// The product or service offered.
    #[schema(format = Uuid)]
    pub product_id: Option<Uuid>,
    /// The contact person.
    pub contact_person: Option<StoredContactPerson>,
    /// Registration data and business details.
    pub profile: StoredProfile,
    /// Answers to the custom fields that the playbook defines for leads.
    pub custom_fields: StoredCustomFields,
    /// What the customer needs.
    #[schema(max_length = 2000)]
    pub need: Option<String>,
    /// Free text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The owner, a salesperson; `null` while the lead is in the pool.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// When the owner received it.
    pub assigned_at: Option<DateTime<Utc>>,
    /// Whether this customer has paid for an order before. Set by the system.
    // R-ICHK-104.
    pub is_returning_customer: bool,
    /// Result of the verification.
    pub verification: Option<VerificationResult>,
    /// Why it was closed as junk: a junk reason of the playbook.
    #[schema(max_length = 50)]
    pub close_reason: Option<String>,
    /// The note given when it was closed, returned or parked.
    #[schema(max_length = 2000)]
    pub close_note: Option<String>,
    /// When to contact a parked lead again.
    pub follow_up_at: Option<DateTime<Utc>>,
    /// Whether that time has come.
    pub is_follow_up_due: bool,
    /// When it is taken from its owner and assigned to another salesperson, unless contact is made before.
    // R-EDU-21.
    pub recall_at: Option<DateTime<Utc>>,
    /// The next planned activity.
    // R-ICHK-57.
    #[sea_orm(skip)]
    pub next_activity: Option<NextActivity>,
    /// The web form that created it.
    #[schema(format = Uuid)]
    pub form_id: Option<Uuid>,
    /// The conversion, if it was converted.
    #[schema(format = Uuid)]
    pub conversion_id: Option<Uuid>,
    /// The account, if it was converted.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// Tags, oldest first.
    #[schema(value_type = Vec<TagView>, max_items = 500)]
    pub tags: StoredTags,
    /// The user who created it; `null` if a web form did.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}
