use chot_domain::identity::Actor;
use chot_domain::opportunities::OpportunityId;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::query::{all_visible_to, is_visible};
use super::{StageHistoryEntry, row};
use crate::events::{self, EventView, Subjects, TimelineFilter};
use crate::{Page, Paging, ReadDb, StoreError};

/// One page of the history of a visible opportunity, including that of the lead it comes from; `None` if it is not visible.
///
/// # Errors
/// `forbidden` without permission to read opportunities; `invalid_cursor`.
pub async fn timeline(
    db: &dyn ReadDb,
    actor: &Actor,
    id: OpportunityId,
    filter: &TimelineFilter,
    paging: &Paging,
) -> Result<Option<Page<EventView>>, StoreError> {
    let select = all_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid())).select_only().column(row::Column::LeadId);
    let Some(lead) = select.into_tuple::<Option<Uuid>>().one(&db.executor()).await? else {
        return Ok(None);
    };
    let subjects = Subjects { records: [Some(id.uuid()), lead].into_iter().flatten().collect(), account: None };
    events::timeline(db, actor, &subjects, filter, paging).await.map(Some)
}

/// The stages of a visible opportunity, oldest first, read from its history; `None` if it is not visible.
///
/// # Errors
/// `forbidden` without permission to read opportunities.
pub async fn stage_history(
    db: &dyn ReadDb,
    actor: &Actor,
    id: OpportunityId,
    now: DateTime<Utc>,
) -> Result<Option<Vec<StageHistoryEntry>>, StoreError> {
    if !is_visible(db, actor, id).await? {
        return Ok(None);
    }
    let mut visits: Vec<StageHistoryEntry> = Vec::new();
    for entry in events::stages(db, id).await? {
        if let Some(last) = visits.last_mut() {
            last.left_at = Some(entry.entered_at);
        }
        visits.push(StageHistoryEntry {
            stage: entry.stage,
            entered_at: entry.entered_at,
            left_at: None,
            seconds: 0,
            moved_by: entry.by,
        });
    }
    for visit in &mut visits {
        visit.seconds = (visit.left_at.unwrap_or(now) - visit.entered_at).num_seconds();
    }
    Ok(Some(visits))
}
