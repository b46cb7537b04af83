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

/// A lead: somebody who may become a customer.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Lead)]
pub struct LeadView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// Company or individual.
    pub kind: CustomerKind,
    /// Where the lead stands.
    pub status: LeadStatus,
    /// The stage of the playbook that it stands in, if the playbook has one for its status.
    #[schema(max_length = 50, example = "contacting")]
    pub stage: Option<String>,
    /// Name of the company or person.
    #[schema(max_length = 200, example = "Công ty TNHH Nông sản Hoa Sen")]
    pub name: String,
    /// Main telephone number, as E.164.
    #[schema(max_length = 30, example = "+84912345678")]
    pub phone: Option<String>,
    /// Main e-mail address.
    #[schema(max_length = 254, example = "lan.nguyen@hoasen.example.vn")]
    pub email: Option<String>,
    /// Further ways to reach the lead.
    #[schema(value_type = Vec<ContactPoint>, max_items = 10)]
    pub contact_points: StoredContactPoints,
    /// Tax code, of a company, digits only.
    #[schema(max_length = 20, example = "0100112437")]
    pub tax_code: Option<String>,
    /// Citizen identity number, of an individual, digits only.
    #[schema(max_length = 20)]
    pub citizen_id: Option<String>,
    /// Where the lead came from: a lead source of the playbook.
    #[schema(max_length = 50, example = "website")]
    pub source: String,
    /// A customer rank of the playbook.
    #[schema(max_length = 50)]
    pub rank: Option<String>,
    /// The product or service offered.
    #[schema(format = Uuid)]
    pub product_id: Option<Uuid>,
    /// The person one talks to.
    pub contact_person: Option<StoredContactPerson>,
    /// What the registration says and how the customer does business.
    pub profile: StoredProfile,
    /// Answers to the fields that the playbook declares for leads.
    pub custom_fields: StoredCustomFields,
    /// What the customer needs.
    #[schema(max_length = 2000)]
    pub need: Option<String>,
    /// Anything worth knowing.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The salesperson; none while the lead is in the pool.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// The salesperson's name.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// Since when the salesperson has it.
    pub assigned_at: Option<DateTime<Utc>>,
    /// Whether this customer has paid for an order before. The system sets it.
    // R-ICHK-104.
    pub is_returning_customer: bool,
    /// Whether the information was found to be real.
    pub verification: Option<VerificationResult>,
    /// Why it was closed as junk: a junk reason of the playbook.
    #[schema(max_length = 50)]
    pub close_reason: Option<String>,
    /// What was said when it was closed, returned or parked.
    #[schema(max_length = 2000)]
    pub close_note: Option<String>,
    /// When to come back to a parked lead.
    pub follow_up_at: Option<DateTime<Utc>>,
    /// Whether that time has come.
    pub is_follow_up_due: bool,
    /// When it is taken from its salesperson and given to another one, unless contact is made before.
    // R-EDU-21.
    pub recall_at: Option<DateTime<Utc>>,
    /// What is planned next for it.
    // R-ICHK-57.
    #[sea_orm(skip)]
    pub next_activity: Option<NextActivity>,
    /// The web form that it came in by.
    #[schema(format = Uuid)]
    pub form_id: Option<Uuid>,
    /// The conversion, once it became a customer.
    #[schema(format = Uuid)]
    pub conversion_id: Option<Uuid>,
    /// The account that it became.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// Tags, the oldest first.
    #[schema(value_type = Vec<TagView>, max_items = 500)]
    pub tags: StoredTags,
    /// The user who created it; none if it came by a web form.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}
