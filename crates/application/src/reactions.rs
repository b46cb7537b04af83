//! What follows in one context from what happened in another, by the rules of the playbook. A context calls those below it (see
//! CONTRIBUTING); to those above it, it reports a fact here. Everything runs in the unit of work of the action.

use chot_domain::accounts::AccountId;
use chot_domain::activities::{ActivityOutcome, ActivityStatus};
use chot_domain::attachments::AttachmentId;
use chot_domain::identity::UserId;
use chot_persistence::opportunities as stored_opportunities;
use chot_persistence::{RelatedRecords, Tx};

use crate::activities::ActivityChange;
use crate::opportunities::evidence;
use crate::{Result, accounts, activities, leads, opportunities};

/// Something that happened, to which other contexts react.
pub(crate) enum Fact<'a> {
    /// An activity was created, changed, completed or cancelled.
    ActivityChanged(&'a ActivityChange<'a>),
    /// A later report of a call changed the outcome of its activity. The earlier outcome comes with it.
    CallOutcomeChanged(&'a ActivityChange<'a>, Option<ActivityOutcome>),
    /// An account has another owner, or none.
    AccountOwnerChanged {
        /// The account.
        account: AccountId,
        /// Its new owner.
        owner: Option<UserId>,
    },
    /// A file was uploaded.
    FileUploaded {
        /// The file.
        file: AttachmentId,
        /// The records to which it is related.
        related: &'a RelatedRecords,
    },
    /// A user got a new password, and what was issued under the old one must end.
    PasswordReplaced {
        /// The user.
        user: UserId,
    },
}

/// Runs the reactions to a fact.
pub(crate) async fn run(tx: &Tx, fact: Fact<'_>) -> Result<()> {
    match fact {
        Fact::ActivityChanged(change) => {
            on_demo(tx, change).await?;
            leads::on_call(tx, change).await?;
            on_follow_up(tx, change).await
        }
        Fact::CallOutcomeChanged(call, before) => leads::on_call_outcome_changed(tx, call, before).await,
        Fact::AccountOwnerChanged { account, owner } => opportunities::assign_to_account_owner(tx, account, owner).await,
        Fact::FileUploaded { file, related } => evidence::on_file(tx, file, related).await,
        Fact::PasswordReplaced { user } => activities::end_feed_of(tx, user).await,
    }
}

/// After a successful demo, also of a lead that was converted since it was planned: adds the tag, sets the customer status and starts
/// the closing time (R-EDU-55, R-EDU-58, R-EDU-62).
async fn on_demo(tx: &Tx, demo: &ActivityChange<'_>) -> Result<()> {
    if !demo.is_given_demo(tx) {
        return Ok(());
    }
    let related = demo.related;
    let Some(account) = related.account else {
        return match related.lead {
            Some(lead) => leads::on_demo_given(tx, lead).await,
            None => Ok(()),
        };
    };
    accounts::on_demo_done(tx, account).await?;
    let shown = match (related.opportunity, related.lead) {
        (Some(opportunity), _) => vec![opportunity],
        (None, Some(lead)) => stored_opportunities::open_from(tx, account, lead).await?,
        (None, None) => Vec::new(),
    };
    for opportunity in shown {
        opportunities::on_demo_given(tx, opportunity, demo.done_at(tx)).await?;
    }
    Ok(())
}

/// After a follow-up: the next one is planned, while the opportunity is open after a demo (R-EDU-61).
async fn on_follow_up(tx: &Tx, change: &ActivityChange<'_>) -> Result<()> {
    if change.state.status == ActivityStatus::Planned {
        return Ok(());
    }
    match (change.related.opportunity, change.category) {
        (Some(opportunity), Some(category)) => opportunities::contacted(tx, opportunity, category, change.done_at(tx)).await,
        _ => Ok(()),
    }
}
