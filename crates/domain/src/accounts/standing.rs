use super::AccountType;
use crate::identity::UserId;
use crate::playbook::{CardStatus, CustomerWhen, Playbook, StageRef};
use crate::shared::{Code, Key, Outcome};

/// Where an account stands and with whom: everything about it that changes by verbs and not by a patch.
///
/// Each verb is a method that answers how the account stands after it, or why it cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStanding {
    /// How far the relation has come.
    pub account_type: AccountType,
    /// The stage that it stands in, in pipelines that hold accounts.
    pub stage: Option<Key>,
    /// The salesperson; none while it is in the pool.
    pub owner_id: Option<UserId>,
}

impl AccountStanding {
    /// How an account begins: as a prospect.
    pub fn at_birth(owner_id: Option<UserId>) -> Self {
        Self { account_type: AccountType::Prospect, stage: None, owner_id }
    }

    /// It is given to a salesperson.
    #[must_use]
    pub fn assigned_to(&self, owner: UserId) -> Self {
        Self { owner_id: Some(owner), ..self.clone() }
    }

    /// A salesperson takes it from the pool.
    ///
    /// # Errors
    /// [`Code::NotInPool`] if somebody owns it.
    pub fn claimed_by(&self, user: UserId) -> Outcome<Self> {
        if self.owner_id.is_some() { Err(Code::NotInPool.into()) } else { Ok(self.assigned_to(user)) }
    }

    /// It goes back into the pool.
    ///
    /// # Errors
    /// [`Code::OwnerRequired`] if it is there already.
    pub fn released(&self) -> Outcome<Self> {
        if self.owner_id.is_none() { Err(Code::OwnerRequired.into()) } else { Ok(Self { owner_id: None, ..self.clone() }) }
    }

    /// It moves to another stage.
    #[must_use]
    pub fn moved(&self, to: StageRef<'_>) -> Self {
        Self { stage: Some(to.stage.key.clone()), ..self.clone() }
    }

    /// An opportunity of it was won. Where winning makes customers, it is one now (R-SUNO-36); a customer is received in the first
    /// stage after the sale, if the playbook has one.
    #[must_use]
    pub fn after_winning(&self, playbook: &Playbook) -> Self {
        let wins = playbook.policies.customer_when == CustomerWhen::Won;
        let account_type = if wins { AccountType::Customer } else { self.account_type };
        let is_received = account_type == AccountType::Customer && self.stage.is_none();
        let reception = playbook.entrance(CardStatus::Any).filter(|_| is_received).map(|at| at.stage.key.clone());
        Self { account_type, stage: reception.or_else(|| self.stage.clone()), ..self.clone() }
    }

    /// A won opportunity of it is open again. If winning made it a customer and nothing else is won, it is a prospect again.
    #[must_use]
    pub fn after_reopening(&self, others_won: u64, playbook: &Playbook) -> Self {
        let by_winning = playbook.policies.customer_when == CustomerWhen::Won && self.account_type == AccountType::Customer;
        if !by_winning || others_won > 0 {
            return self.clone();
        }
        Self { account_type: AccountType::Prospect, stage: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::embedded;
    use crate::shared::Id;

    fn prospect() -> AccountStanding {
        AccountStanding::at_birth(Some(Id::new(uuid::Uuid::nil())))
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
    fn a_16_only_what_is_in_the_pool_is_claimed_and_only_what_is_not_is_released() {
        let (owned, user) = (prospect(), Id::new(uuid::Uuid::max()));
        assert_eq!(owned.claimed_by(user).unwrap_err().code, Code::NotInPool);
        let free = owned.released().unwrap();
        assert_eq!(free.released().unwrap_err().code, Code::OwnerRequired);
        assert_eq!(free.claimed_by(user).unwrap().owner_id, Some(user));
    }
}
