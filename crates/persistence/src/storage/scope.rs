use chot_domain::identity::{Actor, RoleScope};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::identity::user;

/// The records in the actor's scope: own, team or all, without the pool. `holder` is the column that decides: the owner, or the
/// creator while there is no owner.
pub(crate) fn owned_by_scope<C: ColumnTrait>(actor: &Actor, holder: C) -> Condition {
    match (actor.scope, actor.user()) {
        (RoleScope::All, _) => Condition::all(),
        (_, None) => nothing(),
        (RoleScope::Own, Some(user)) => Condition::all().add(holder.eq(user.uuid())),
        (RoleScope::Team, Some(user)) => {
            let teams: Vec<_> = actor.teams.iter().map(|team| team.uuid()).collect();
            let members = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::TeamId.is_in(teams));
            Condition::any().add(holder.eq(user.uuid())).add(holder.in_subquery(members.into_query()))
        }
    }
}

/// A condition that is never met.
pub(crate) fn nothing() -> Condition {
    Condition::all().add::<SimpleExpr>(Expr::val(1).eq(0))
}
