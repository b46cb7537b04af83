use crate::playbook::Policies;
use crate::shared::{Code, DomainError};

/// What happened to a lead before it may be parked (R-EDU-16, R-EDU-17, A-31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecyclingPreconditions {
    /// Number of failed attempts to make contact.
    pub failed_contacts: u64,
    /// Whether a manager answered a request for support about it.
    pub was_support_answered: bool,
}

impl RecyclingPreconditions {
    /// Validates against the playbook's policies.
    ///
    /// # Errors
    /// [`Code::TooFewContactAttempts`], then [`Code::SupportAnswerMissing`].
    pub fn check(&self, policies: &Policies) -> Result<(), DomainError> {
        let needed = u64::from(policies.failed_contacts_before_recycling);
        if self.failed_contacts < needed {
            let refusal = DomainError::from(Code::TooFewContactAttempts).fact("needed", needed);
            return Err(refusal.fact("found", self.failed_contacts));
        }
        if policies.recycling_needs_support_answer && !self.was_support_answered {
            return Err(Code::SupportAnswerMissing.into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::embedded;

    #[test]
    fn a_31_two_attempts_and_an_answer_come_before_remarketing_where_the_playbook_wants_them() {
        let easyedu = embedded("easyedu").unwrap().policies;
        let ground = |failed_contacts, was_support_answered| RecyclingPreconditions { failed_contacts, was_support_answered };
        let few = ground(1, true).check(&easyedu).unwrap_err();
        assert_eq!((few.code, &few.facts["needed"], &few.facts["found"]), (Code::TooFewContactAttempts, &2.into(), &1.into()));
        assert_eq!(ground(2, false).check(&easyedu).unwrap_err().code, Code::SupportAnswerMissing);
        assert_eq!(ground(2, true).check(&easyedu), Ok(()));
        assert_eq!(ground(0, false).check(&embedded("suno").unwrap().policies), Ok(()));
    }
}
