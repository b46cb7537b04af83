use chot_domain::activities::{Attendee, CheckItem};
use chot_domain::shared::Json;
use chrono::{DateTime, Utc};
use sea_orm::DerivePartialModel;
use sea_orm::sea_query::Expr;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ActivityKind, ActivityOutcome, ActivityRule, ActivityStatus, StoredAttendees, StoredCheckList, StoredRemoteAccess, row,
};
use crate::Col;
use crate::identity::user;

/// An activity with a customer: planned, done or cancelled.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Activity)]
pub struct ActivityView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// Type of the activity or its channel.
    pub kind: ActivityKind,
    /// An activity category of the playbook.
    #[schema(max_length = 50, example = "demo")]
    pub category: Option<String>,
    /// Subject, in a few words.
    #[schema(max_length = 200, example = "Demo cho Trung tâm Anh ngữ Sao Mai")]
    pub subject: String,
    /// Free text.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The related lead.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// The related account: given directly, or the account of the opportunity or of the converted lead.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// The related opportunity.
    #[schema(format = Uuid)]
    pub opportunity_id: Option<Uuid>,
    /// The stage of the related lead, opportunity or account at that time. The playbook may contain guidance for it.
    #[schema(max_length = 50, example = "demo_granted")]
    pub stage: Option<String>,
    /// The user who does it; `null` while the related record is in the pool.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// Name of that user.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// Planned, done or cancelled.
    pub status: ActivityStatus,
    /// Start, planned or actual.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// The outcome.
    pub outcome: Option<ActivityOutcome>,
    /// Summary of what was discussed and agreed (recap).
    #[schema(max_length = 5000)]
    pub summary: Option<String>,
    /// Why it was cancelled.
    #[schema(max_length = 500)]
    pub cancel_reason: Option<String>,
    /// Whether it is a meeting longer than the playbook's maximum for demos. Uses the planned duration, and the actual one when
    /// it is done.
    // R-EDU-52.
    pub is_too_long: bool,
    /// Participants.
    #[schema(value_type = Vec<Attendee>, max_items = 50)]
    pub attendees: StoredAttendees,
    /// Place of the meeting.
    #[schema(max_length = 300)]
    pub location: Option<String>,
    /// Web address of the online meeting.
    #[schema(max_length = 500)]
    pub meeting_link: Option<String>,
    /// Remote access to the customer's computer. The password is deleted when the activity is over.
    pub remote_access: Option<StoredRemoteAccess>,
    /// What must be prepared.
    #[schema(value_type = Vec<CheckItem>, max_items = 50)]
    pub check_list: StoredCheckList,
    /// Whether it is a call reported by a telephone exchange.
    pub is_via_telephony: bool,
    /// Talk time of such a call, in seconds.
    #[schema(minimum = 0)]
    pub talk_seconds: Option<i64>,
    /// Address of the recording.
    // R-ICHK-17, R-ICHK-54.
    #[schema(max_length = 500)]
    pub recording_url: Option<String>,
    /// The playbook rule that planned it; `null` if a user did.
    pub rule: Option<ActivityRule>,
    /// The demo that this activity is a reminder of.
    #[schema(format = Uuid)]
    pub reminder_of_id: Option<Uuid>,
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

impl ActivityView {
    /// A copy without the remote access password, for storage (R-EDU-50).
    #[must_use]
    pub fn without_password(self) -> Self {
        let remote_access = self.remote_access.map(|access| Col(Json(access.0.0.without_password())));
        Self { remote_access, ..self }
    }
}
