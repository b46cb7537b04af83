use chot_domain::accounts::AccountId;
use chot_domain::activities::{ActivityDraft, ActivityId, ActivityRule, ActivityStanding, ActivityStatus};
use chot_domain::identity::{Permission, UserId};
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::{Document, Id, Key, Text, WebAddress};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::row::{self, Column};
use super::sight;
use crate::locked::{Locked, write};
use crate::{Col, StoreError, Tx};

/// What an activity is about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The lead.
    pub lead: Option<LeadId>,
    /// The account: named itself, that of the opportunity, or that which the lead became.
    pub account: Option<AccountId>,
    /// The opportunity.
    pub opportunity: Option<OpportunityId>,
    /// The stage in which it stood.
    pub stage: Option<Key>,
}

impl About {
    /// About a lead.
    pub fn lead(lead: LeadId) -> Self {
        Self { lead: Some(lead), ..Self::default() }
    }

    /// The lead or opportunity in whose history it stands as well.
    pub fn parent(&self) -> Option<Uuid> {
        self.opportunity.map(Id::uuid).or_else(|| self.lead.map(Id::uuid))
    }
}

/// An activity to be written.
pub struct NewActivity<'a> {
    /// Its identifier.
    pub id: ActivityId,
    /// What was said about it.
    pub draft: &'a ActivityDraft,
    /// How it begins.
    pub standing: &'a ActivityStanding,
    /// What it is about.
    pub about: &'a About,
    /// Who does it.
    pub owner: UserId,
    /// Which rule plans it, if one does.
    pub origin: Origin,
}

/// Where an activity that a rule plans comes from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin {
    /// The rule.
    pub rule: Option<ActivityRule>,
    /// The activity that it reminds of.
    pub prompted_by: Option<ActivityId>,
}

/// An activity as it is, locked by the unit of work until its end.
pub type LockedActivity = Locked<row::Model>;

impl Locked<row::Model> {
    /// Who does it.
    pub fn owner_id(&self) -> UserId {
        Id::new(self.0.owner_id)
    }

    /// The rule that planned it.
    pub fn rule(&self) -> Option<ActivityRule> {
        self.0.rule.map(|rule| rule.0)
    }

    /// The category of the playbook.
    pub fn category(&self) -> Option<Key> {
        self.0.category.clone().map(Key::trusted)
    }

    /// What it is about.
    pub fn about(&self) -> About {
        About {
            lead: self.0.lead_id.map(Id::new),
            account: self.0.account_id.map(Id::new),
            opportunity: self.0.opportunity_id.map(Id::new),
            stage: self.0.stage.clone().map(Key::trusted),
        }
    }

    /// Where it stands.
    pub fn standing(&self) -> ActivityStanding {
        let row = self.0.clone();
        ActivityStanding {
            kind: row.kind.0,
            status: row.status.0,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            done_at: row.done_at,
            outcome: row.outcome.map(|outcome| outcome.0),
            summary: row.summary.map(Text::trusted),
            cancel_reason: row.cancel_reason.map(Text::trusted),
            is_over_length: row.is_over_length,
        }
    }

    /// What was said about it.
    pub fn draft(&self) -> ActivityDraft {
        let row = self.0.clone();
        let is_about_account_alone = row.lead_id.is_none() && row.opportunity_id.is_none();
        ActivityDraft {
            kind: row.kind.0,
            category: row.category.map(Key::trusted),
            subject: Text::trusted(row.subject),
            description: row.description.map(Text::trusted),
            lead_id: row.lead_id.map(Id::new),
            account_id: row.account_id.filter(|_| is_about_account_alone).map(Id::new),
            opportunity_id: row.opportunity_id.map(Id::new),
            owner_id: Some(Id::new(row.owner_id)),
            starts_at: Some(row.starts_at),
            ends_at: row.ends_at,
            attendees: row.attendees.0.0,
            location: row.location.map(Text::trusted),
            meeting_link: row.meeting_link.map(WebAddress::trusted),
            remote_access: row.remote_access.map(|access| access.0.0),
            check_list: Some(row.check_list.0.0),
            done_at: row.done_at,
            outcome: row.outcome.map(|outcome| outcome.0),
            summary: row.summary.map(Text::trusted),
        }
    }
}

/// Writes a new activity.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: &NewActivity<'_>) -> Result<(), StoreError> {
    let born = row::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        kind: Set(Col(new.draft.kind)),
        lead_id: Set(new.about.lead.map(Id::uuid)),
        account_id: Set(new.about.account.map(Id::uuid)),
        opportunity_id: Set(new.about.opportunity.map(Id::uuid)),
        stage: Set(new.about.stage.as_ref().map(Into::into)),
        owner_id: Set(new.owner.uuid()),
        is_via_telephony: Set(false),
        talk_seconds: Set(None),
        recording_url: Set(None),
        rule: Set(new.origin.rule.map(Col)),
        prompted_by_id: Set(new.origin.prompted_by.map(Id::uuid)),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    let row = with_standing(with_draft(born, new.draft), new.standing);
    row::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Locks an activity that the actor may see.
///
/// # Errors
/// `forbidden` without the right to read activities; when the database fails.
pub async fn lock(tx: &Tx, id: ActivityId) -> Result<Option<LockedActivity>, StoreError> {
    tx.actor.require(Permission::ActivitiesRead)?;
    let seen = row::Entity::find_by_id(id.uuid()).filter(sight::in_sight(&tx.actor)).lock_exclusive();
    Ok(seen.one(&tx.conn).await?.map(Locked))
}

/// Locks an activity, in sight or not: for what follows from other verbs.
///
/// # Errors
/// When the database fails.
pub async fn lock_any(tx: &Tx, id: ActivityId) -> Result<Option<LockedActivity>, StoreError> {
    Ok(row::Entity::find_by_id(id.uuid()).lock_exclusive().one(&tx.conn).await?.map(Locked))
}

/// Writes what is now said about an activity.
///
/// # Errors
/// When the database fails.
pub async fn update(tx: &Tx, activity: &LockedActivity, draft: &ActivityDraft) -> Result<(), StoreError> {
    write(tx, with_draft(activity.changed(tx), draft)).await
}

/// Writes where an activity now stands. What is over keeps no password to a customer's computer (R-EDU-50).
///
/// # Errors
/// When the database fails.
pub async fn stand(tx: &Tx, activity: &LockedActivity, standing: &ActivityStanding) -> Result<(), StoreError> {
    let row = with_standing(activity.changed(tx), standing);
    let is_over = standing.status != ActivityStatus::Planned;
    write(tx, if is_over { without_password(row, activity) } else { row }).await
}

/// Deletes the password to a customer's computer (R-EDU-50).
///
/// # Errors
/// When the database fails.
pub async fn forget_password(tx: &Tx, activity: &LockedActivity) -> Result<(), StoreError> {
    write(tx, without_password(activity.changed(tx), activity)).await
}

/// Writes who does an activity from now on.
///
/// # Errors
/// When the database fails.
pub async fn assign(tx: &Tx, activity: &LockedActivity, owner: UserId) -> Result<(), StoreError> {
    write(tx, row::ActiveModel { owner_id: Set(owner.uuid()), ..activity.changed(tx) }).await
}

/// The activities of a lead belong to the account that it became as well, until that is undone.
///
/// # Errors
/// When the database fails.
pub async fn follow_conversion(tx: &Tx, lead: LeadId, account: Option<AccountId>) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(Column::AccountId, Expr::value(account.map(Id::uuid)))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(tx.now))
        .filter(Column::LeadId.eq(lead.uuid()))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

fn with_draft(row: row::ActiveModel, draft: &ActivityDraft) -> row::ActiveModel {
    let ActivityDraft {
        kind: _,
        category,
        subject,
        description,
        lead_id: _,
        account_id: _,
        opportunity_id: _,
        owner_id: _,
        starts_at: _,
        ends_at: _,
        attendees,
        location,
        meeting_link,
        remote_access,
        check_list,
        done_at: _,
        outcome: _,
        summary,
    } = draft;
    row::ActiveModel {
        category: Set(category.as_ref().map(Into::into)),
        subject: Set(subject.into()),
        description: Set(description.as_ref().map(Into::into)),
        attendees: Set(Col(Document(attendees.clone()))),
        location: Set(location.as_ref().map(Into::into)),
        meeting_link: Set(meeting_link.as_ref().map(Into::into)),
        remote_access: Set(remote_access.clone().map(|access| Col(Document(access)))),
        check_list: Set(Col(Document(check_list.clone().unwrap_or_default()))),
        summary: Set(summary.as_ref().map(Into::into)),
        ..row
    }
}

pub(super) fn with_standing(row: row::ActiveModel, standing: &ActivityStanding) -> row::ActiveModel {
    let ActivityStanding { kind: _, status, starts_at, ends_at, done_at, outcome, summary, cancel_reason, is_over_length } =
        standing;
    row::ActiveModel {
        status: Set(Col(*status)),
        starts_at: Set(*starts_at),
        ends_at: Set(*ends_at),
        done_at: Set(*done_at),
        outcome: Set(outcome.map(Col)),
        summary: Set(summary.as_ref().map(Into::into)),
        cancel_reason: Set(cancel_reason.as_ref().map(Into::into)),
        is_over_length: Set(*is_over_length),
        ..row
    }
}

fn without_password(row: row::ActiveModel, activity: &LockedActivity) -> row::ActiveModel {
    let access = activity.0.remote_access.clone().map(|access| Col(Document(access.0.0.without_password())));
    row::ActiveModel { remote_access: Set(access), ..row }
}
