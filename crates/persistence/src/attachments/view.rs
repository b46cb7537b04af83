use chot_domain::accounts::AccountId;
use chot_domain::activities::ActivityId;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::{Draft, Key};
use chrono::{DateTime, Utc};
use sea_orm::DerivePartialModel;
use sea_orm::sea_query::Expr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{FileType, row};
use crate::TimeSort;
use crate::identity::user;

/// A file on a record.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// The activity that it belongs to, such as a note.
    #[schema(format = Uuid)]
    pub activity_id: Option<Uuid>,
    /// The lead that it belongs to, also through an activity.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// The customer that it belongs to, also through an opportunity, an activity or a converted lead.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// The opportunity that it belongs to, also through an activity.
    #[schema(format = Uuid)]
    pub opportunity_id: Option<Uuid>,
    /// What the file is called.
    #[schema(max_length = 255, example = "hop-dong.pdf")]
    pub file_name: String,
    /// What the file is, as its content shows.
    pub content_type: FileType,
    /// How many bytes it has.
    #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 48213)]
    pub size: i64,
    /// The SHA-256 of the content, in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// What kind of document it is.
    #[schema(max_length = 50)]
    pub category: Option<String>,
    /// Anything worth knowing.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// The user who uploaded it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// That user's name.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub created_by_name: Option<String>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

/// Which files are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AttachmentFilter {
    /// Only files of this lead and of its activities.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only files of this account, of its opportunities and activities, and of leads that were converted into it.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only files of this opportunity and of its activities.
    #[param(value_type = Option<String>, format = Uuid)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only files of this activity.
    #[param(value_type = Option<String>, format = Uuid)]
    pub activity_id: Option<ActivityId>,
    /// Only files of this category.
    #[param(value_type = Option<String>, max_length = 50)]
    pub category: Option<Key>,
    /// The archive instead of the working list.
    pub is_archived: Option<bool>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for AttachmentFilter {}

/// What a download needs to know.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
pub struct FileContentRef {
    /// Where the content is kept.
    pub storage_key: String,
    /// What the file is called.
    pub file_name: String,
    /// What it is.
    pub content_type: FileType,
    /// How many bytes it has.
    pub size: i64,
    /// The SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
}

/// Where a file comes from, for what it is to prove.
#[derive(Clone, Debug, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
pub struct Origin {
    /// The activity that it belongs to.
    pub activity_id: Option<Uuid>,
    /// The lead that it belongs to.
    pub lead_id: Option<Uuid>,
    /// The customer that it belongs to.
    pub account_id: Option<Uuid>,
    /// The opportunity that it belongs to.
    pub opportunity_id: Option<Uuid>,
    /// Who uploaded it.
    pub created_by: Option<Uuid>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}
