//! Records related to leads, accounts, opportunities and activities: files, activities, support requests. They are visible
//! through the record they are related to, and only through it (R-ICHK-34).

use chot_domain::accounts::AccountId;
use chot_domain::activities::ActivityId;
use chot_domain::history::{EventKind, Subject};
use chot_domain::identity::{Actor, Permission, RoleScope};
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Id, Key};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::accounts::account_row;
use crate::events::NewEvent;
use crate::leads::{self, row as lead_row};
use crate::opportunities::row as opportunity_row;
use crate::storage::locked::{Parents, Versioned};
use crate::storage::scope;
use crate::{StoreError, Tx};

/// The related records: the one given, and those to which it belongs in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedRecords {
    /// The activity.
    pub activity: Option<ActivityId>,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The account: given directly, or that of the opportunity or of the converted lead.
    pub account: Option<AccountId>,
    /// The opportunity.
    pub opportunity: Option<OpportunityId>,
    /// The current stage of the lead, opportunity or account.
    pub stage: Option<Key>,
}

impl RelatedRecords {
    /// Related to a lead that is not converted.
    pub fn lead(lead: LeadId) -> Self {
        Self { lead: Some(lead), ..Self::default() }
    }

    /// The record that was given.
    pub fn named(&self) -> Option<RecordRef> {
        let lead_or_opportunity = self.lead.map(RecordRef::Lead).or(self.opportunity.map(RecordRef::Opportunity));
        self.activity.map(RecordRef::Activity).or(lead_or_opportunity).or(self.account.map(RecordRef::Account))
    }

    /// Starts an event about a record related to these. It is also part of their histories.
    pub fn event<K: Subject>(&self, kind: EventKind, id: Id<K>) -> NewEvent {
        let event = NewEvent::new(kind, id).parent(self.parent());
        let event = event.fact("lead_id", self.lead).fact("opportunity_id", self.opportunity);
        match self.account {
            Some(account) => event.account(account),
            None => event,
        }
    }

    /// The lead or opportunity whose history also contains it.
    pub fn parent(&self) -> Option<Uuid> {
        self.opportunity.map(Id::uuid).or_else(|| self.lead.map(Id::uuid))
    }
}

/// How visibility is checked in a query.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// For each row: for single records and short lists.
    EachRow,
    /// By the indexes, for long lists: the cost depends on the number of visible records, not of all records.
    ByIndex,
}

/// The ways in which related records are visible: through the opportunity, the account or the lead (including pooled leads).
/// The actor must be allowed to read that kind of record and must see that record.
pub(crate) fn visible_through<C: ColumnTrait>(actor: &Actor, parents: Parents<C>, asked: Strategy) -> Vec<Condition> {
    let mut ways = Vec::new();
    if let Some(account) = parents.account {
        let through_account = in_account(actor, account, asked);
        let opportunity = parents.opportunity.filter(|_| actor.may(Permission::OpportunitiesRead));
        match (actor.may(Permission::AccountsRead), opportunity, parents.opportunity) {
            (true, Some(_), _) | (true, None, None) => ways.push(through_account),
            (true, None, Some(opportunity)) => ways.push(through_account.add(opportunity.is_null())),
            (false, Some(opportunity), _) => ways.push(through_account.add(opportunity.is_not_null())),
            (false, None, _) => {}
        }
    }
    let Some(lead) = parents.lead.filter(|_| actor.may(Permission::LeadsRead)) else {
        return ways;
    };
    if asked == Strategy::EachRow {
        ways.push(in_lead(actor, lead, asked));
        return ways;
    }
    // Two conditions, each with its own index.
    ways.push(among(lead_row::Column::Id, scope::owned_by_scope(actor, lead_row::Column::HolderId), lead, asked));
    let pool = leads::pool_visible_to(actor).map(|pool| Condition::all().add(pool));
    ways.extend(pool.map(|pool| among(lead_row::Column::Id, pool, lead, asked)));
    ways
}

/// Whether a record is related to no lead, account or opportunity.
pub(crate) fn has_no_parent<C: ColumnTrait>(parents: Parents<C>) -> Condition {
    let columns = [parents.account, parents.lead, parents.opportunity];
    columns.into_iter().flatten().fold(Condition::all(), |nothing, column| nothing.add(column.is_null()))
}

/// Whether all related records are visible to the actor, as far as their kind allows.
pub(crate) fn sees_all(actor: &Actor) -> bool {
    let read = [Permission::LeadsRead, Permission::AccountsRead, Permission::OpportunitiesRead];
    actor.scope == RoleScope::All && read.into_iter().all(|permission| actor.may(permission))
}

/// Whether a column refers to an account visible to the actor.
pub(crate) fn in_account<C: ColumnTrait>(actor: &Actor, account: C, asked: Strategy) -> Condition {
    let visible = scope::owned_by_scope(actor, account_row::Column::HolderId);
    among(account_row::Column::Id, visible, account, asked)
}

/// Whether a column refers to a lead visible to the actor, including pooled leads.
pub(crate) fn in_lead<C: ColumnTrait>(actor: &Actor, lead: C, asked: Strategy) -> Condition {
    let reach = scope::owned_by_scope(actor, lead_row::Column::HolderId);
    let visible = if reach.is_empty() { reach } else { Condition::any().add(reach).add_option(leads::pool_visible_to(actor)) };
    among(lead_row::Column::Id, visible, lead, asked)
}

/// Whether a column refers to a record that meets a condition. An empty condition is always met.
fn among<P: ColumnTrait, C: ColumnTrait>(id: P, visible: Condition, names: C, asked: Strategy) -> Condition
where
    P::EntityName: EntityTrait<Column = P>,
{
    if visible.is_empty() {
        return Condition::all().add(names.is_not_null());
    }
    let seen = <P::EntityName as EntityTrait>::find().select_only().column(id).filter(visible);
    match asked {
        Strategy::ByIndex => Condition::all().add(names.in_subquery(seen.into_query())),
        Strategy::EachRow => Condition::all().add(Expr::exists(seen.filter(is_named(id, names)).into_query())),
    }
}

fn is_named<P: ColumnTrait, C: ColumnTrait>(id: P, names: C) -> SimpleExpr {
    Expr::col(id.as_column_ref()).equals(names.as_column_ref())
}

/// Rows that are visible in one of these ways.
pub(crate) fn in_any<C: ColumnTrait>(ways: Vec<Condition>, id: C, asked: Strategy) -> Condition
where
    C::EntityName: EntityTrait<Column = C>,
{
    if asked == Strategy::EachRow {
        return ways.into_iter().fold(Condition::any().add(scope::nothing()), Condition::add);
    }
    let identifiers = |way: Condition| -> SelectStatement {
        <C::EntityName as EntityTrait>::find().select_only().column(id).filter(way).into_query()
    };
    let mut ways = ways.into_iter().map(identifiers);
    let Some(mut all) = ways.next() else {
        return scope::nothing();
    };
    for way in ways {
        all.union(UnionType::Distinct, way);
    }
    Condition::all().add(id.in_subquery(all))
}

/// Excludes records related to an archived record: they are inactive and hidden until it is restored.
pub(crate) fn no_archived_parent<C: ColumnTrait>(parents: Parents<C>) -> Condition {
    use account_row::Column as Account;
    use lead_row::Column as Lead;
    use opportunity_row::Column as Opportunity;
    Condition::all()
        .add_option(parents.account.map(|account| is_archived(Account::Id, Account::ArchivedAt, account).not()))
        .add_option(parents.lead.map(|lead| is_archived(Lead::Id, Lead::ArchivedAt, lead).not()))
        .add_option(parents.opportunity.map(|one| is_archived(Opportunity::Id, Opportunity::ArchivedAt, one).not()))
}

fn is_archived<P: ColumnTrait, C: ColumnTrait>(id: P, archived_at: P, names: C) -> SimpleExpr
where
    P::EntityName: EntityTrait<Column = P>,
{
    let archived = <P::EntityName as EntityTrait>::find().select_only().column(id).filter(archived_at.is_not_null());
    Expr::exists(archived.filter(is_named(id, names)).into_query())
}

/// Relates the records of a lead also to the account it was converted into, or removes that when the conversion is reverted.
pub async fn on_conversion(tx: &Tx, lead: LeadId, account: Option<AccountId>) -> Result<(), StoreError> {
    use crate::{activities::row as activity, attachments::row as attachment, teamwork::row as support_request};
    // One query for all kinds: most leads have none of these records, and need no update.
    let mut any = Query::select();
    let kinds = [any_of::<activity::Model>(lead), any_of::<attachment::Model>(lead), any_of::<support_request::Model>(lead)];
    for (name, kind) in ["activities", "attachments", "support_requests"].into_iter().zip(kinds) {
        any.expr_as(kind, name);
    }
    let found = tx.executor().query_one(&any).await?;
    let has = |name: &str| found.as_ref().map_or(Ok(false), |row| row.try_get::<bool>("", name));
    if has("activities")? {
        set_account::<activity::Model>(tx, lead, account).await?;
    }
    if has("attachments")? {
        set_account::<attachment::Model>(tx, lead, account).await?;
    }
    if has("support_requests")? {
        set_account::<support_request::Model>(tx, lead, account).await?;
    }
    Ok(())
}

/// Whether a lead has related records of a kind.
fn any_of<R: Versioned>(lead: LeadId) -> SimpleExpr {
    let of_lead = R::PARENTS.lead.map(|column| column.eq(lead.uuid()));
    let related = <R::Entity as EntityTrait>::find().select_only().expr(Expr::val(1));
    Expr::exists(related.filter(Condition::all().add_option(of_lead)).into_query())
}

async fn set_account<R: Versioned>(tx: &Tx, lead: LeadId, account: Option<AccountId>) -> Result<(), StoreError> {
    let (Some(account_column), Some(lead_column)) = (R::PARENTS.account, R::PARENTS.lead) else {
        return Ok(());
    };
    let mut update = <R::Entity as EntityTrait>::update_many()
        .col_expr(account_column, Expr::value(account.map(Id::uuid)))
        .col_expr(R::VERSION, Expr::col(R::VERSION).add(1));
    if let Some(updated_at) = R::UPDATED_AT {
        update = update.col_expr(updated_at, Expr::value(tx.now));
    }
    update.filter(lead_column.eq(lead.uuid())).exec(&tx.executor()).await?;
    Ok(())
}
