use chot_domain::identity::{TeamDraft, TeamId};
use chot_domain::shared::{Id, Text, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::access::teams_from;
use super::row::team;
use crate::storage::locked::{LockRow, Locked, write};
use crate::{StoreError, Tx};

/// A team, locked until the end of the unit of work.
pub type LockedTeam = Locked<team::Model>;

impl Locked<team::Model> {
    /// The draft with the current values.
    pub fn draft(&self) -> TeamDraft {
        TeamDraft { name: Text::from_stored(self.0.name.clone()), parent_id: self.0.parent_id.map(Id::new) }
    }
}

fn team_with(row: team::ActiveModel, draft: &TeamDraft) -> team::ActiveModel {
    let TeamDraft { name, parent_id } = draft;
    team::ActiveModel {
        name: Set(name.into()),
        name_key: Set(fold(name.as_str())),
        parent_id: Set(parent_id.map(Id::uuid)),
        ..row
    }
}

/// Inserts a team.
pub async fn insert_team(tx: &Tx, id: TeamId, draft: &TeamDraft) -> Result<(), StoreError> {
    let row = team::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    team::Entity::insert(team_with(row, draft)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Locks a team.
pub async fn lock_team(tx: &Tx, id: TeamId) -> Result<Option<LockedTeam>, StoreError> {
    let select = team::Entity::find_by_id(id.uuid()).filter(team::Column::ArchivedAt.is_null());
    Ok(select.lock_row().one(&tx.executor()).await?.map(Locked))
}

/// Updates a team.
pub async fn update_team(tx: &Tx, locked: &LockedTeam, draft: &TeamDraft) -> Result<(), StoreError> {
    write(tx, team_with(locked.changed(tx), draft)).await
}

/// Locks all teams, so that nobody else changes the tree.
pub async fn lock_teams(tx: &Tx) -> Result<(), StoreError> {
    let select = team::Entity::find().select_only().column(team::Column::Id).order_by_asc(team::Column::Id);
    select.lock_row().into_tuple::<Uuid>().all(&tx.executor()).await?;
    Ok(())
}

/// Whether a team is `top` or below it.
pub async fn team_is_below(tx: &Tx, team: TeamId, top: TeamId) -> Result<bool, StoreError> {
    Ok(teams_from(tx, top.uuid()).await?.contains(&team))
}
