use chot_domain::activities::ActivityId;
use chot_domain::identity::UserId;
use chot_domain::shared::{Id, Key, Text, WebAddress};
use chot_domain::telephony::{Call, CallId};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CallDirection, CallStatus};
use crate::related::RelatedRecords;
use crate::storage::locked::{LockRow, write};
use crate::{Col, ReadDb, StoreError, Tx};

mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::telephony::{CallDirection, CallStatus};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "calls")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub provider: String,
        pub provider_call_id: String,
        pub clock_ahead_seconds: i64,
        pub status: Option<CallStatus>,
        pub direction: Option<CallDirection>,
        pub from_number: Option<String>,
        pub to_number: Option<String>,
        pub started_at: Option<DateTime<Utc>>,
        pub answered_at: Option<DateTime<Utc>>,
        pub ended_at: Option<DateTime<Utc>>,
        pub answer_seconds: Option<i64>,
        pub recording_url: Option<String>,
        pub lead_id: Option<Uuid>,
        pub account_id: Option<Uuid>,
        pub opportunity_id: Option<Uuid>,
        pub user_id: Option<Uuid>,
        pub activity_id: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A call, as reported by a telephone exchange so far.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = PhoneCall)]
pub struct CallView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// The exchange.
    #[schema(max_length = 50, example = "voip24h")]
    pub provider: String,
    /// The exchange's identifier of the call.
    #[schema(max_length = 100)]
    pub provider_call_id: String,
    /// The status.
    pub status: Option<CallStatus>,
    /// Inbound, outbound or internal.
    pub direction: Option<CallDirection>,
    /// The number of the caller.
    #[schema(max_length = 50)]
    pub from_number: Option<String>,
    /// The called number.
    #[schema(max_length = 50)]
    pub to_number: Option<String>,
    /// When it started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Talk time in seconds, as counted by the exchange.
    #[schema(minimum = 0)]
    pub answer_seconds: Option<i64>,
    /// Address of the recording.
    #[schema(max_length = 500)]
    pub recording_url: Option<String>,
    /// The activity logged for the call after its end; `null` if no user is known for it.
    #[schema(format = Uuid)]
    pub activity_id: Option<Uuid>,
    /// When it was first reported.
    pub created_at: DateTime<Utc>,
    /// When it was last changed by a report.
    pub updated_at: DateTime<Utc>,
}

/// A call with its related records, as far as they are known.
#[derive(Clone, Debug)]
pub struct KnownCall {
    /// Its identifier.
    pub id: CallId,
    /// How far the organisation's clock was ahead of the exchange's at the first report. Zero except in a sandbox.
    pub clock_ahead: TimeDelta,
    /// The data of all reports.
    pub call: Call,
    /// The related record, given when it was dialled.
    pub about: RelatedRecords,
    /// The user on the line.
    pub user: Option<UserId>,
    /// The activity logged for the call.
    pub activity: Option<ActivityId>,
}

/// Locks the call with this identifier of the exchange, if it was reported before.
pub async fn lock(tx: &Tx, provider: &Key, call_id: &Text<100>) -> Result<Option<KnownCall>, StoreError> {
    let select = row::Entity::find()
        .filter(row::Column::Provider.eq(provider.as_str()))
        .filter(row::Column::ProviderCallId.eq(call_id.as_str()))
        .lock_row();
    Ok(select.one(&tx.executor()).await?.map(known))
}

fn known(row: row::Model) -> KnownCall {
    KnownCall {
        id: Id::new(row.id),
        clock_ahead: TimeDelta::seconds(row.clock_ahead_seconds),
        call: Call {
            status: row.status.map(|status| status.0),
            direction: row.direction.map(|direction| direction.0),
            from_number: row.from_number.map(Text::from_stored),
            to_number: row.to_number.map(Text::from_stored),
            started_at: row.started_at,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
            answer_seconds: row.answer_seconds,
            recording_url: row.recording_url.map(WebAddress::from_stored),
        },
        about: RelatedRecords {
            lead: row.lead_id.map(Id::new),
            account: row.account_id.map(Id::new),
            opportunity: row.opportunity_id.map(Id::new),
            ..RelatedRecords::default()
        },
        user: row.user_id.map(Id::new),
        activity: row.activity_id.map(Id::new),
    }
}

/// Stores a call. `reported_by` contains the exchange and its identifier of the call, for a call stored for the first time.
pub async fn save(tx: &Tx, known: &KnownCall, reported_by: Option<(&Key, &Text<100>)>) -> Result<(), StoreError> {
    let KnownCall { id, clock_ahead, call, about, user, activity } = known;
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        clock_ahead_seconds: Set(clock_ahead.num_seconds()),
        status: Set(call.status.map(Col)),
        direction: Set(call.direction.map(Col)),
        from_number: Set(call.from_number.as_ref().map(Into::into)),
        to_number: Set(call.to_number.as_ref().map(Into::into)),
        started_at: Set(call.started_at),
        answered_at: Set(call.answered_at),
        ended_at: Set(call.ended_at),
        answer_seconds: Set(call.answer_seconds),
        recording_url: Set(call.recording_url.as_ref().map(Into::into)),
        lead_id: Set(about.lead.map(Id::uuid)),
        account_id: Set(about.account.map(Id::uuid)),
        opportunity_id: Set(about.opportunity.map(Id::uuid)),
        user_id: Set(user.map(Id::uuid)),
        activity_id: Set(activity.map(Id::uuid)),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    let Some((provider, call_id)) = reported_by else {
        return write(tx, row).await;
    };
    let row = row::ActiveModel {
        provider: Set(provider.into()),
        provider_call_id: Set(call_id.into()),
        created_at: Set(tx.now),
        ..row
    };
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The current data of a call, for the exchange that reported it.
pub async fn find(db: &dyn ReadDb, id: CallId) -> Result<Option<CallView>, StoreError> {
    Ok(row::Entity::find_by_id(id.uuid()).into_partial_model().one(&db.executor()).await?)
}
