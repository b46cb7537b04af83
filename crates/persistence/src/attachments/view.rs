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

/// A file of a record.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The activity of the file, such as a note.
    #[schema(format = Uuid)]
    pub activity_id: Option<Uuid>,
    /// The lead of the file, directly or through an activity.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// The account of the file, directly or through an opportunity, an activity or a converted lead.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// The opportunity of the file, directly or through an activity.
    #[schema(format = Uuid)]
    pub opportunity_id: Option<Uuid>,
    /// File name.
    #[schema(max_length = 255, example = "hop-dong.pdf")]
    pub file_name: String,
    /// Type of the file, detected from its content.
    pub content_type: FileType,
    /// Size in bytes.
    #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 48213)]
    pub size: i64,
    /// SHA-256 of the content, in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// The kind of document: an attachment category of the playbook.
    #[schema(max_length = 50)]
    pub category: Option<String>,
    /// Free text.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// The user who uploaded it.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// Name of that user.
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

/// Filter for files.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AttachmentFilter {
    /// Only files of this lead and its activities.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only files of this account, its opportunities and activities, and of leads converted into it.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only files of this opportunity and its activities.
    #[param(value_type = Option<String>, format = Uuid)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only files of this activity.
    #[param(value_type = Option<String>, format = Uuid)]
    pub activity_id: Option<ActivityId>,
    /// Only files of this category.
    #[param(value_type = Option<String>, max_length = 50)]
    pub category: Option<Key>,
    /// `true`: only archived records. Default: only records that are not archived.
    pub is_archived: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for AttachmentFilter {}

/// The data needed for a download.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
pub struct FileContentRef {
    /// The storage key of the content.
    pub storage_key: String,
    /// File name.
    pub file_name: String,
    /// Type of the file.
    pub content_type: FileType,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
}

/// The origin of a file, for its use as evidence.
#[derive(Clone, Debug, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
pub struct Origin {
    /// The activity of the file.
    pub activity_id: Option<Uuid>,
    /// The lead of the file.
    pub lead_id: Option<Uuid>,
    /// The account of the file.
    pub account_id: Option<Uuid>,
    /// The opportunity of the file.
    pub opportunity_id: Option<Uuid>,
    /// Who uploaded it.
    pub created_by: Option<Uuid>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}
