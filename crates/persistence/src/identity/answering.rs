use chot_domain::identity::{Actor, Permission, RoleScope, UserId};
use chot_domain::playbook::{Playbook, Role};
use chot_domain::shared::Id;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::access::teams_up_from;
use super::row::user;
use crate::storage::scope;
use crate::{ReadDb, StoreError};

/// Maximum number of users who are notified of one support request.
const MOST: u64 = 20;

/// The users who answer a user's support requests (R-EDU-14): those in the nearest team, starting with the user's own and going
/// up, whose role may answer and has a larger scope than `own`. If there are none, those whose role may answer and has scope
/// `all`.
pub async fn answering(db: &dyn ReadDb, playbook: &Playbook, user: UserId) -> Result<Vec<UserId>, StoreError> {
    let own = user::Entity::find_by_id(user.uuid()).select_only().column(user::Column::TeamId);
    let own = own.into_tuple::<Option<Uuid>>().one(&db.executor()).await?.flatten();
    if let Some(team) = own {
        for team in teams_up_from(db, team).await? {
            let leaders = in_roles(db, playbook, user, |scope| scope != RoleScope::Own, Some(team)).await?;
            if !leaders.is_empty() {
                return Ok(leaders);
            }
        }
    }
    in_roles(db, playbook, user, |scope| scope == RoleScope::All, None).await
}

/// The other active users whose role may answer and has a matching scope: all, or the members of a team.
async fn in_roles(
    db: &dyn ReadDb,
    playbook: &Playbook,
    user: UserId,
    reaches: impl Fn(RoleScope) -> bool,
    team: Option<Uuid>,
) -> Result<Vec<UserId>, StoreError> {
    let answers = |role: &&Role| reaches(role.scope) && role.granted().contains(Permission::SupportAnswer);
    let roles: Vec<&str> = playbook.roles.iter().filter(answers).map(|role| role.key.as_str()).collect();
    let mut found = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::IsActive.eq(true))
        .filter(user::Column::Role.is_in(roles))
        .filter(user::Column::Id.ne(user.uuid()))
        .order_by_asc(user::Column::Id)
        .limit(MOST);
    if let Some(team) = team {
        found = found.filter(user::Column::TeamId.eq(team));
    }
    let found: Vec<Uuid> = found.into_tuple().all(&db.executor()).await?;
    Ok(found.into_iter().map(Id::new).collect())
}

/// Whether a user is in the actor's scope: the actor, a member of the actor's teams, or any user.
pub async fn is_in_scope(db: &dyn ReadDb, actor: &Actor, user: UserId) -> Result<bool, StoreError> {
    let reached = user::Entity::find_by_id(user.uuid()).filter(scope::owned_by_scope(actor, user::Column::Id));
    let found: Option<Uuid> = reached.select_only().column(user::Column::Id).into_tuple().one(&db.executor()).await?;
    Ok(found.is_some())
}
