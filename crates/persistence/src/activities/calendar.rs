use chot_domain::activities::{ActivityStatus, LONGEST};
use chot_domain::identity::{Actor, Permission, TeamId, UserId};
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Draft, Violations};
use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::row::{self, Column};
use super::{ActivityView, sight};
use crate::identity::{teams_from, user};
use crate::page::{Ask, page};
use crate::sort::SortKey;
use crate::{Col, Limit, Page, Reads, StoreError};

/// Which part of whose calendar is asked for: one's own, if nobody is named.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarFilter {
    /// The first day, in the time zone of the organisation.
    #[serde(deserialize_with = "chot_domain::shared::given_day")]
    #[param(example = "2027-03-01")]
    pub from: NaiveDate,
    /// The last day; at most 62 days are shown at once.
    #[serde(deserialize_with = "chot_domain::shared::given_day")]
    #[param(example = "2027-03-07")]
    pub to: NaiveDate,
    /// The calendar of this user, as far as the caller sees what is in it.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// The calendar of everybody in this team and the teams below it.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Uuid)]
    pub team_id: Option<TeamId>,
    /// How many activities a page holds.
    #[serde(default)]
    #[param(inline)]
    pub limit: Limit,
    /// The cursor of the page before.
    #[serde(default)]
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
    /// Count the whole list; the answer says it in `page.total`.
    #[serde(default)]
    pub include_total: Option<bool>,
}

const MOST_DAYS: i64 = 62;

impl Draft for CalendarFilter {
    fn check(&self, violations: &mut Violations) {
        let days = (self.to - self.from).num_days() + 1;
        if !violations.none_at(&["/from", "/to"]) {
            return;
        }
        if days < 1 {
            violations.add("/to", "before_the_start");
        } else if days > MOST_DAYS {
            violations.add("/to", "too_late");
        }
    }
}

/// Whose due list is asked for: one's own, if nobody is named.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DueFilter {
    /// What this user has to do, as far as the caller sees it.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// What everybody in this team and the teams below it has to do.
    #[param(value_type = Option<String>, format = Uuid)]
    pub team_id: Option<TeamId>,
    /// How many activities a page holds.
    #[param(inline)]
    pub limit: Limit,
    /// The cursor of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
    /// Count the whole list; the answer says it in `page.total`.
    pub include_total: Option<bool>,
}

impl Draft for DueFilter {}

/// As a calendar is read.
#[derive(Clone, Copy)]
struct ByStart;

impl SortKey<row::Entity> for ByStart {
    fn column(self) -> (Column, Order) {
        (Column::StartsAt, Order::Asc)
    }
}

/// What people have in their calendars as far as the actor sees it.
async fn of_people(
    reads: &impl Reads,
    actor: &Actor,
    owner: Option<UserId>,
    team: Option<TeamId>,
) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::ActivitiesRead)?;
    let owner = if owner.is_none() && team.is_none() { actor.user() } else { owner };
    let mut whose = Condition::all().add_option(owner.map(|owner| Column::OwnerId.eq(owner.uuid())));
    if let Some(team) = team {
        let teams: Vec<_> = teams_from(reads, team.uuid()).await?.into_iter().map(TeamId::uuid).collect();
        let members = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::TeamId.is_in(teams));
        whose = whose.add(Column::OwnerId.in_subquery(members.into_query()));
    }
    let select = row::Entity::find().inner_join(user::Entity).filter(sight::in_sight(actor));
    Ok(select.filter(whose).filter(Column::ArchivedAt.is_null()))
}

/// One page of what is planned and done in a window of days, what began before and reaches into it as well, in the order of time
/// (R-EDU-42).
///
/// # Errors
/// `forbidden` without the right to read activities; when the database fails or the cursor is not of this list.
pub async fn calendar(
    reads: &impl Reads,
    actor: &Actor,
    playbook: &Playbook,
    filter: &CalendarFilter,
) -> Result<Page<ActivityView>, StoreError> {
    let (begin, end) = (playbook.beginning_of(filter.from), playbook.beginning_of(after(filter.to)));
    let in_window = Condition::any().add(Column::StartsAt.gte(begin)).add(Column::EndsAt.gt(begin));
    let select = of_people(reads, actor, filter.owner_id, filter.team_id)
        .await?
        .filter(Column::Status.ne(Col(ActivityStatus::Cancelled)))
        .filter(Column::StartsAt.gte(begin - LONGEST))
        .filter(Column::StartsAt.lt(end))
        .filter(in_window);
    let ask = Ask::new(actor, filter.cursor.as_ref(), filter.limit, filter.include_total);
    page(reads, select, ByStart, filter, ask).await
}

/// One page of what is planned for today or should have begun before, in the order of time (R-EDU-42).
///
/// # Errors
/// `forbidden` without the right to read activities; when the database fails or the cursor is not of this list.
pub async fn due_today(
    reads: &impl Reads,
    actor: &Actor,
    playbook: &Playbook,
    now: DateTime<Utc>,
    filter: &DueFilter,
) -> Result<Page<ActivityView>, StoreError> {
    let end = playbook.beginning_of(after(playbook.day_of(now)));
    let select = of_people(reads, actor, filter.owner_id, filter.team_id)
        .await?
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::StartsAt.lt(end));
    let ask = Ask::new(actor, filter.cursor.as_ref(), filter.limit, filter.include_total);
    page(reads, select, ByStart, filter, ask).await
}

fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
