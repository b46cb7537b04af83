use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DerivePartialModel;
use sea_orm::sea_query::Expr;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Classification, EvidenceStatus, OpportunityStatus, row};
use crate::accounts::account_row;
use crate::activities::NextActivity;
use crate::catalog::StoredMoney;
use crate::identity::user;
use crate::tags::{StoredTags, TagView};

/// An opportunity: a possible sale.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Opportunity)]
pub struct OpportunityView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The account of the customer.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// Name of the account.
    #[sea_orm(from_expr = "Expr::col((account_row::Entity, account_row::Column::Name))")]
    #[schema(max_length = 200)]
    pub account_name: String,
    /// The owner. While the opportunity is open, it is the owner of the account.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// Name of the owner.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// The lead that it was converted from.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// Short description of what may be sold.
    #[schema(max_length = 200, example = "Truy xuất nguồn gốc cho 20 mã")]
    pub name: String,
    /// Phone number for this opportunity, in E.164 format.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The products and services offered.
    #[sea_orm(skip)]
    #[schema(max_items = 50)]
    pub product_ids: Vec<Uuid>,
    /// Primary or secondary.
    pub classification: Classification,
    /// The status.
    pub status: OpportunityStatus,
    /// The stage of the playbook.
    #[schema(max_length = 50, example = "negotiating")]
    pub stage: String,
    /// Since when it is in this stage.
    pub stage_entered_at: DateTime<Utc>,
    /// Expected revenue.
    pub expected_revenue: Option<StoredMoney>,
    /// Currency of the revenue.
    #[schema(max_length = 3, example = "VND")]
    pub currency: String,
    /// Priority in stars: 1 low to 3 high, 0 not set.
    #[schema(minimum = 0, maximum = 3)]
    pub stars: i64,
    /// Expected date of the customer's decision.
    pub expected_close_on: Option<NaiveDate>,
    /// Free text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// Whether there is proof that it is worked.
    pub evidence_status: EvidenceStatus,
    /// Why it was lost: a lost reason of the playbook.
    #[schema(max_length = 50)]
    pub lost_reason: Option<String>,
    /// The customer's feedback when it was lost.
    #[schema(max_length = 2000)]
    pub customer_feedback: Option<String>,
    /// When to contact the customer again.
    pub next_approach_on: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// When the last demo took place.
    pub demonstrated_at: Option<DateTime<Utc>>,
    /// Until when it should be closed after the demo; `null` if that time is over or it is closed.
    // R-EDU-62, R-EDU-63.
    pub closing_due_at: Option<DateTime<Utc>>,
    /// The next planned activity.
    // R-ICHK-57.
    #[sea_orm(skip)]
    pub next_activity: Option<NextActivity>,
    /// Tags, oldest first.
    #[schema(value_type = Vec<TagView>, max_items = 500)]
    pub tags: StoredTags,
    /// The user who created it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

/// A period that an opportunity spent in a stage.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageHistoryEntry {
    /// The stage.
    #[schema(max_length = 50, example = "negotiating")]
    pub stage: String,
    /// When the opportunity entered the stage.
    pub entered_at: DateTime<Utc>,
    /// When it left the stage; `null` while it is there.
    pub left_at: Option<DateTime<Utc>>,
    /// Time spent in the stage, in seconds; up to now while it is there.
    pub seconds: i64,
    /// Name of the user who moved it there; `null` for the system.
    #[schema(max_length = 200)]
    pub moved_by: Option<String>,
}
