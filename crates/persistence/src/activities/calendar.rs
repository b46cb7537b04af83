use chot_domain::activities::{ActivityStatus, LONGEST};
use chot_domain::identity::{Actor, Permission, TeamId, UserId};
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Draft, Violations};
use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::row::{self, Column};
use super::{ActivityView, visibility};
use crate::identity::{teams_from, user};
use crate::related::{Strategy, no_archived_parent};
use crate::storage::locked::Versioned;
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::SortKey;
use crate::{Col, Page, ReadDb, StoreError};

/// Filter for a calendar. Default: the caller's own calendar.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CalendarFilter {
    /// First day, in the organisation's time zone. Default: today.
    #[serde(default, deserialize_with = "chot_domain::shared::day")]
    pub from: Option<NaiveDate>,
    /// Last day. Default: six days after the first day. A response covers at most 62 days.
    #[serde(default, deserialize_with = "chot_domain::shared::day")]
    pub to: Option<NaiveDate>,
    /// The calendar of this user. It contains only activities visible to the caller.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// The calendar of all members of this team and of the teams below it.
    #[param(value_type = Option<String>, format = Uuid)]
    pub team_id: Option<TeamId>,
}

const MOST_DAYS: i64 = 62;
const A_WEEK: Days = Days::new(7);

impl Draft for CalendarFilter {
    fn check(&self, violations: &mut Violations) {
        let Some(to) = self.to.filter(|_| violations.is_valid(&["/from", "/to"])) else {
            return;
        };
        match self.from.map(|from| (to - from).num_days() + 1) {
            None => violations.add("/from", "required"),
            Some(days) if days < 1 => violations.add("/to", "before_the_start"),
            Some(days) if days > MOST_DAYS => violations.add("/to", "too_late"),
            Some(_) => {}
        }
    }
}

/// Filter for a due list. Default: the caller's own due list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DueFilter {
    /// The due list of this user. It contains only activities visible to the caller.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// The due list of all members of this team and of the teams below it.
    #[param(value_type = Option<String>, format = Uuid)]
    pub team_id: Option<TeamId>,
}

impl Draft for DueFilter {}

/// Sorted by start.
#[derive(Clone, Copy)]
struct ByStart;

impl SortKey<row::Entity> for ByStart {
    fn column(self) -> (Column, Order) {
        (Column::StartsAt, Order::Asc)
    }
}

/// The activities in the calendars of users, as far as visible to the actor.
async fn of_people(
    db: &dyn ReadDb,
    actor: &Actor,
    owner: Option<UserId>,
    team: Option<TeamId>,
) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::ActivitiesRead)?;
    let owner = if owner.is_none() && team.is_none() { actor.user() } else { owner };
    let mut whose = Condition::all().add_option(owner.map(|owner| Column::OwnerId.eq(owner.uuid())));
    if let Some(team) = team {
        let teams: Vec<_> = teams_from(db, team.uuid()).await?.into_iter().map(TeamId::uuid).collect();
        let members = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::TeamId.is_in(teams));
        whose = whose.add(Column::OwnerId.in_subquery(members.into_query()));
    }
    let select = row::Entity::find().left_join(user::Entity).filter(visibility::activity_visible_to(actor, Strategy::EachRow));
    Ok(select.filter(whose).filter(Column::ArchivedAt.is_null()).filter(no_archived_parent(row::Model::PARENTS)))
}

/// One page of the planned and completed activities in a range of days, sorted by start (R-EDU-42). It includes activities that
/// start before the range and end in it.
///
/// # Errors
/// `forbidden` without permission to read activities; `invalid_cursor`.
pub async fn calendar(
    db: &dyn ReadDb,
    actor: &Actor,
    playbook: &Playbook,
    now: DateTime<Utc>,
    filter: &CalendarFilter,
    paging: &Paging,
) -> Result<Page<ActivityView>, StoreError> {
    let from = filter.from.unwrap_or_else(|| playbook.day_of(now));
    let behind = filter.to.map_or_else(|| from.checked_add_days(A_WEEK).unwrap_or(from), after);
    let (begin, end) = (playbook.beginning_of(from), playbook.beginning_of(behind));
    let in_window = Condition::any().add(Column::StartsAt.gte(begin)).add(Column::EndsAt.gt(begin));
    let select = of_people(db, actor, filter.owner_id, filter.team_id)
        .await?
        .filter(Column::Status.ne(Col(ActivityStatus::Cancelled)))
        .filter(Column::StartsAt.gte(begin - LONGEST))
        .filter(Column::StartsAt.lt(end))
        .filter(in_window);
    let request = PageRequest::new(actor, paging);
    let found: Page<ActivityView> = page(db, select, ByStart, filter, request).await?;
    Ok(found.map(ActivityView::without_password))
}

/// One page of the activities planned for today or overdue, sorted by start (R-EDU-42).
///
/// # Errors
/// `forbidden` without permission to read activities; `invalid_cursor`.
pub async fn due_today(
    db: &dyn ReadDb,
    actor: &Actor,
    playbook: &Playbook,
    now: DateTime<Utc>,
    filter: &DueFilter,
    paging: &Paging,
) -> Result<Page<ActivityView>, StoreError> {
    let end = playbook.beginning_of(after(playbook.day_of(now)));
    let select = of_people(db, actor, filter.owner_id, filter.team_id)
        .await?
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::StartsAt.lt(end));
    let request = PageRequest::new(actor, paging);
    let found: Page<ActivityView> = page(db, select, ByStart, filter, request).await?;
    Ok(found.map(ActivityView::without_password))
}

fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
