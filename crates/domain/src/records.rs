//! The records on which others hang: activities, files, requests for support, telephone calls.

use crate::accounts::AccountId;
use crate::activities::ActivityId;
use crate::identity::Permission;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::shared::Violations;

/// The record to which something is related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordRef {
    /// A lead.
    Lead(LeadId),
    /// An account.
    Account(AccountId),
    /// An opportunity.
    Opportunity(OpportunityId),
    /// An activity.
    Activity(ActivityId),
}

impl RecordRef {
    /// The permission to read such records.
    pub const fn read_permission(self) -> Permission {
        match self {
            Self::Lead(_) => Permission::LeadsRead,
            Self::Account(_) => Permission::AccountsRead,
            Self::Opportunity(_) => Permission::OpportunitiesRead,
            Self::Activity(_) => Permission::ActivitiesRead,
        }
    }

    /// The member of a request that names it, as a JSON Pointer.
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::Lead(_) => "/lead_id",
            Self::Account(_) => "/account_id",
            Self::Opportunity(_) => "/opportunity_id",
            Self::Activity(_) => "/activity_id",
        }
    }
}

/// The records that a request names by these members, in this order.
pub fn named(
    lead: Option<LeadId>,
    account: Option<AccountId>,
    opportunity: Option<OpportunityId>,
) -> impl Iterator<Item = RecordRef> {
    let named = [lead.map(RecordRef::Lead), account.map(RecordRef::Account), opportunity.map(RecordRef::Opportunity)];
    named.into_iter().flatten()
}

/// Reports every record after the first: something is related to one record at most.
pub fn at_most_one(records: impl IntoIterator<Item = RecordRef>, violations: &mut Violations) {
    for further in records.into_iter().skip(1) {
        violations.add(further.pointer(), "only_one_record");
    }
}

/// Reports every record after the first, and that none is named, if those that can be named are valid by themselves.
pub fn exactly_one(records: impl IntoIterator<Item = RecordRef>, nameable: &[&str], violations: &mut Violations) {
    let mut records = records.into_iter().peekable();
    if records.peek().is_none() && violations.is_valid(nameable) {
        violations.add("", "record_required");
    }
    at_most_one(records, violations);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Id;

    fn faults(check: impl FnOnce(&mut Violations)) -> Vec<(String, String)> {
        let mut violations = Violations::default();
        check(&mut violations);
        violations.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn every_record_after_the_first_is_one_too_many() {
        let id = uuid::Uuid::nil();
        let (account, opportunity) = (RecordRef::Account(Id::new(id)), RecordRef::Opportunity(Id::new(id)));
        assert_eq!(faults(|violations| at_most_one([account], violations)), []);
        let two = faults(|violations| exactly_one([account, opportunity], &["/account_id"], violations));
        assert_eq!(two, [("/opportunity_id".to_owned(), "only_one_record".to_owned())]);
        let none = faults(|violations| exactly_one([], &["/account_id"], violations));
        assert_eq!(none, [(String::new(), "record_required".to_owned())]);
    }
}
