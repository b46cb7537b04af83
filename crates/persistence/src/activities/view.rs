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

/// Something that is done with a customer: planned, done or called off.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Activity)]
pub struct ActivityView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// What is done, by which channel.
    pub kind: ActivityKind,
    /// An activity category of the playbook.
    #[schema(max_length = 50, example = "demo")]
    pub category: Option<String>,
    /// What it is about, in a few words.
    #[schema(max_length = 200, example = "Demo cho Trung tâm Anh ngữ Sao Mai")]
    pub subject: String,
    /// Anything worth knowing.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The lead that it is about.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// The account that it is about, that its opportunity belongs to, or that its lead became.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// The opportunity that it is about.
    #[schema(format = Uuid)]
    pub opportunity_id: Option<Uuid>,
    /// The stage in which the lead, opportunity or account stood; the playbook has guidance for it.
    #[schema(max_length = 50, example = "demo_granted")]
    pub stage: Option<String>,
    /// Who does it; nobody, while its record waits in the pool.
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// Their name.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// Planned, done or called off.
    pub status: ActivityStatus,
    /// When it begins or began.
    pub starts_at: DateTime<Utc>,
    /// When it is planned to end.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// What came of it.
    pub outcome: Option<ActivityOutcome>,
    /// What was said and agreed (recap).
    #[schema(max_length = 5000)]
    pub summary: Option<String>,
    /// Why it was called off.
    #[schema(max_length = 500)]
    pub cancel_reason: Option<String>,
    /// Whether it is a meeting that lasts longer than the playbook has presentations last: by its plan, or once it is done, by what
    /// it took.
    // R-EDU-52.
    pub is_too_long: bool,
    /// Who takes part.
    #[schema(value_type = Vec<Attendee>, max_items = 50)]
    pub attendees: StoredAttendees,
    /// Where people meet.
    #[schema(max_length = 300)]
    pub location: Option<String>,
    /// The address of the room on the net.
    #[schema(max_length = 500)]
    pub meeting_link: Option<String>,
    /// How to reach the customer's computer. The password is gone once the activity is over.
    pub remote_access: Option<StoredRemoteAccess>,
    /// What has to be ready.
    #[schema(value_type = Vec<CheckItem>, max_items = 50)]
    pub check_list: StoredCheckList,
    /// Whether it is a call that a telephone exchange told of.
    pub is_via_telephony: bool,
    /// For how many seconds people talked, of such a call.
    #[schema(minimum = 0)]
    pub talk_seconds: Option<i64>,
    /// Where the call can be heard.
    // R-ICHK-17, R-ICHK-54.
    #[schema(max_length = 500)]
    pub recording_url: Option<String>,
    /// The rule of the playbook that planned it; `null`, if a person did.
    pub rule: Option<ActivityRule>,
    /// The demo that it reminds of.
    #[schema(format = Uuid)]
    pub reminder_of_id: Option<Uuid>,
    /// The user who planned or wrote it down.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When that was.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

impl ActivityView {
    /// The same without the password to a customer's computer, for what is kept (R-EDU-50).
    #[must_use]
    pub fn without_password(self) -> Self {
        let remote_access = self.remote_access.map(|access| Col(Json(access.0.0.without_password())));
        Self { remote_access, ..self }
    }
}
