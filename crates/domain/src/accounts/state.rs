use serde_json::json;

use super::AccountType;
use crate::identity::UserId;
use crate::playbook::{CardStatus, CustomerWhen, Playbook, StageRef};
use crate::shared::{Code, DomainError, Key};
use crate::timers::{Due, State};

/// The state of an account: the fields that actions change, not patches.
///
/// Each action is a method that returns the new state, or the reason for refusing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Prospect, customer or inactive.
    pub account_type: AccountType,
    /// The stage, in pipelines that hold accounts.
    pub stage: Option<Key>,
    /// One of the playbook's customer statuses. It is independent of the stage.
    pub customer_status: Option<Key>,
    /// The salesperson; none while the account is in the pool.
    pub owner_id: Option<UserId>,
}

impl AccountState {
    /// The initial state: a prospect.
    pub fn new(owner_id: Option<UserId>) -> Self {
        Self { account_type: AccountType::Prospect, stage: None, customer_status: None, owner_id }
    }

    /// Assigns the account to a salesperson.
    #[must_use]
    pub fn assigned_to(&self, owner: UserId) -> Self {
        Self { owner_id: Some(owner), ..self.clone() }
    }

    /// A salesperson claims the account from the pool.
    ///
    /// # Errors
    /// [`Code::NotInPool`] if it has an owner.
    pub fn claimed_by(&self, user: UserId) -> Result<Self, DomainError> {
        if self.owner_id.is_some() { Err(Code::NotInPool.into()) } else { Ok(self.assigned_to(user)) }
    }

    /// Returns the account to the pool.
    ///
    /// # Errors
    /// [`Code::OwnerRequired`] if it is already in the pool.
    pub fn released(&self) -> Result<Self, DomainError> {
        if self.owner_id.is_none() { Err(Code::OwnerRequired.into()) } else { Ok(Self { owner_id: None, ..self.clone() }) }
    }

    /// Moves the account to another stage.
    #[must_use]
    pub fn moved(&self, to: StageRef<'_>) -> Self {
        Self { stage: Some(to.stage.key.clone()), ..self.clone() }
    }

    /// Sets the customer status.
    #[must_use]
    pub fn in_customer_status(&self, status: &Key) -> Self {
        Self { customer_status: Some(status.clone()), ..self.clone() }
    }

    /// The state after a successful demo. The playbook may name a customer status for this (R-EDU-58). The status after closing
    /// is kept: later demos sell more to an existing customer.
    #[must_use]
    pub fn after_demo(&self, playbook: &Playbook) -> Self {
        let policies = &playbook.policies;
        let is_closed = self.customer_status.is_some() && self.customer_status == policies.customer_status_after_closing;
        match &policies.customer_status_after_demo {
            Some(status) if self.account_type != AccountType::Customer && !is_closed => self.in_customer_status(status),
            _ => self.clone(),
        }
    }

    /// The state after an opportunity was won. If the playbook makes customers on winning, the account becomes a customer
    /// (R-SUNO-36). A customer without a stage enters the first after-sale stage, if the playbook has one, and gets the
    /// customer status that the playbook names (R-EDU-74).
    #[must_use]
    pub fn after_winning(&self, playbook: &Playbook) -> Self {
        let wins = playbook.policies.customer_when == CustomerWhen::Won;
        let account_type = if wins { AccountType::Customer } else { self.account_type };
        let is_received = account_type == AccountType::Customer && self.stage.is_none();
        let reception = playbook.entry_stage(CardStatus::Any).filter(|_| is_received).map(|at| at.stage.key.clone());
        let stage = reception.or_else(|| self.stage.clone());
        let customer_status = playbook.policies.customer_status_after_closing.clone().or_else(|| self.customer_status.clone());
        Self { account_type, stage, customer_status, owner_id: self.owner_id }
    }

    /// The state after a won opportunity was reopened. If winning made the account a customer and no other opportunity is won,
    /// it becomes a prospect again. The customer status stays: only people change it back.
    #[must_use]
    pub fn after_reopening(&self, others_won: u64, playbook: &Playbook) -> Self {
        let by_winning = playbook.policies.customer_when == CustomerWhen::Won && self.account_type == AccountType::Customer;
        if !by_winning || others_won > 0 {
            return self.clone();
        }
        Self { account_type: AccountType::Prospect, stage: None, ..self.clone() }
    }
}

impl State for AccountState {
    fn timers(&self) -> Vec<Due> {
        Vec::new()
    }

    fn stage(&self) -> Option<&Key> {
        self.stage.as_ref()
    }

    fn facts(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![("owner_id", json!(self.owner_id))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::embedded;
    use crate::shared::Id;

    fn prospect() -> AccountState {
        AccountState::new(Some(Id::new(uuid::Uuid::nil())))
    }

    #[test]
    fn r_suno_36_winning_makes_a_customer_where_the_playbook_says_so() {
        let suno = embedded("suno").unwrap();
        let customer = prospect().after_winning(&suno);
        assert_eq!(
            (customer.account_type, customer.stage.as_ref().map(Key::as_str)),
            (AccountType::Customer, Some("deployment"))
        );
        assert_eq!(customer.after_winning(&suno), customer);
        assert_eq!(prospect().after_winning(&embedded("icheck").unwrap()), prospect());
    }

    #[test]
    fn who_bought_only_what_is_open_again_is_a_prospect_again() {
        let suno = embedded("suno").unwrap();
        let customer = prospect().after_winning(&suno);
        assert_eq!(customer.after_reopening(1, &suno), customer);
        assert_eq!(customer.after_reopening(0, &suno), prospect());
    }

    #[test]
    fn r_edu_58_r_edu_74_the_status_follows_the_demo_and_the_closing() {
        let easyedu = embedded("easyedu").unwrap();
        let status = |state: &AccountState| state.customer_status.as_ref().map(ToString::to_string);
        let shown = prospect().after_demo(&easyedu);
        assert_eq!(status(&shown).as_deref(), Some("being_cared_for"));
        let closed = shown.after_winning(&easyedu);
        assert_eq!(status(&closed).as_deref(), Some("active"));
        assert_eq!(closed.after_demo(&easyedu), closed, "a presentation to a customer");
        let reopened = closed.after_reopening(0, &easyedu);
        assert_eq!((reopened.account_type, status(&reopened).as_deref()), (AccountType::Prospect, Some("active")));
        assert_eq!(reopened.after_demo(&easyedu), reopened);
        let suno = embedded("suno").unwrap();
        assert_eq!((status(&prospect().after_demo(&suno)), status(&prospect().after_winning(&suno))), (None, None));
    }

    #[test]
    fn a_16_only_what_is_in_the_pool_is_claimed_and_only_what_is_not_is_released() {
        let (owned, user) = (prospect(), Id::new(uuid::Uuid::max()));
        assert_eq!(owned.claimed_by(user).unwrap_err().code, Code::NotInPool);
        let free = owned.released().unwrap();
        assert_eq!(free.released().unwrap_err().code, Code::OwnerRequired);
        assert_eq!(free.claimed_by(user).unwrap().owner_id, Some(user));
    }
}
