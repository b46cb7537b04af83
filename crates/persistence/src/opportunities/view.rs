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

/// A chance to sell.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Opportunity)]
pub struct OpportunityView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// The customer.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// The customer's name.
    #[sea_orm(from_expr = "Expr::col((account_row::Entity, account_row::Column::Name))")]
    #[schema(max_length = 200)]
    pub account_name: String,
    /// The salesperson: the account's owner, while the opportunity is open.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// The salesperson's name.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// The lead that it came from.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// What may be sold, in a few words.
    #[schema(max_length = 200, example = "Truy xuất nguồn gốc cho 20 mã")]
    pub name: String,
    /// A telephone number for this sale, as E.164.
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// The products and services offered.
    #[sea_orm(skip)]
    #[schema(max_items = 50)]
    pub product_ids: Vec<Uuid>,
    /// Primary or secondary.
    pub classification: Classification,
    /// Where it stands.
    pub status: OpportunityStatus,
    /// The stage of the playbook.
    #[schema(max_length = 50, example = "negotiating")]
    pub stage: String,
    /// Since when it stands in that stage.
    pub stage_entered_at: DateTime<Utc>,
    /// Expected revenue.
    pub expected_revenue: Option<StoredMoney>,
    /// The currency of the revenue.
    #[schema(max_length = 3, example = "VND")]
    pub currency: String,
    /// Priority in stars: 1 low to 3 high, 0 not set.
    #[schema(minimum = 0, maximum = 3)]
    pub stars: i64,
    /// When the customer is expected to decide.
    pub expected_close_on: Option<NaiveDate>,
    /// Anything worth knowing.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// Whether there is proof that it is worked.
    pub evidence_status: EvidenceStatus,
    /// Why it was lost: a lost reason of the playbook.
    #[schema(max_length = 50)]
    pub lost_reason: Option<String>,
    /// What the customer said when it was lost.
    #[schema(max_length = 2000)]
    pub customer_feedback: Option<String>,
    /// When to approach the customer again.
    pub next_approach_on: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// When the customer was last given a demo.
    pub demonstrated_at: Option<DateTime<Utc>>,
    /// Until when it is to be closed after the demo; `null` once that time is over or it is closed.
    // R-EDU-62, R-EDU-63.
    pub closing_due_at: Option<DateTime<Utc>>,
    /// What is planned next for it.
    // R-ICHK-57.
    #[sea_orm(skip)]
    pub next_activity: Option<NextActivity>,
    /// Tags, the oldest first.
    #[schema(value_type = Vec<TagView>, max_items = 500)]
    pub tags: StoredTags,
    /// The user who opened it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

/// A time that an opportunity spent in a stage.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageHistoryEntry {
    /// The stage.
    #[schema(max_length = 50, example = "negotiating")]
    pub stage: String,
    /// When the opportunity came there.
    pub entered_at: DateTime<Utc>,
    /// When it left; `null` while it stands there.
    pub left_at: Option<DateTime<Utc>>,
    /// How long it stood there, up to now if it still does.
    pub seconds: i64,
    /// The name of the user who moved it there; nobody, if it was the system.
    #[schema(max_length = 200)]
    pub moved_by: Option<String>,
}
