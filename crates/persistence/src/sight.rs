use chot_domain::identity::{Actor, Permission, Scope};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::accounts::account_row;
use crate::identity::user;
use crate::leads::{row as lead_row, seen_in_pool};

/// Which records the actor reaches: their own, their teams', or all. `holder` is the column through which sight is decided: the
/// owner, or the creator while there is no owner.
pub(crate) fn reach<C: ColumnTrait>(actor: &Actor, holder: C) -> Condition {
    match (actor.scope, actor.user()) {
        (Scope::All, _) => Condition::all(),
        (_, None) => nothing(),
        (Scope::Own, Some(user)) => Condition::all().add(holder.eq(user.uuid())),
        (Scope::Team, Some(user)) => {
            let teams: Vec<_> = actor.teams.iter().map(|team| team.uuid()).collect();
            let members = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::TeamId.is_in(teams));
            Condition::any().add(holder.eq(user.uuid())).add(holder.in_subquery(members.into_query()))
        }
    }
}

/// Whether the account or the lead on which a row hangs is in sight of the actor, the pool of leads included. Asked of each row, so for
/// few of them.
pub(crate) fn hangs_in_sight(actor: &Actor, account: impl IntoColumnRef, lead: impl IntoColumnRef) -> Condition {
    let of_account = account_row::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Expr::col((account_row::Entity, account_row::Column::Id)).equals(account))
        .filter(reach(actor, account_row::Column::HolderId));
    let pool = if actor.may(Permission::LeadsRead) { seen_in_pool(actor) } else { None };
    let of_lead = lead_row::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Expr::col((lead_row::Entity, lead_row::Column::Id)).equals(lead))
        .filter(Condition::any().add(reach(actor, lead_row::Column::HolderId)).add_option(pool));
    Condition::any().add(Expr::exists(of_account.into_query())).add(Expr::exists(of_lead.into_query()))
}

/// A condition that nothing meets.
pub(crate) fn nothing() -> Condition {
    Condition::all().add::<SimpleExpr>(Expr::val(1).eq(0))
}
