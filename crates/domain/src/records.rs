//! References to the records that activities, files, support requests and phone calls are related to.

use crate::accounts::AccountId;
use crate::activities::ActivityId;
use crate::identity::Permission;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::shared::Violations;

/// The related record.
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
    /// The permission to read records of this kind.
    pub const fn read_permission(self) -> Permission {
        match self {
            Self::Lead(_) => Permission::LeadsRead,
            Self::Account(_) => Permission::AccountsRead,
            Self::Opportunity(_) => Permission::OpportunitiesRead,
            Self::Activity(_) => Permission::ActivitiesRead,
        }
    }

    /// The field of a request that contains it, as a JSON pointer.
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::Lead(_) => "/lead_id",
            Self::Account(_) => "/account_id",
            Self::Opportunity(_) => "/opportunity_id",
            Self::Activity(_) => "/activity_id",
        }
    }
}

/// The records given in these fields of a request, in this order.
pub fn named(
    lead: Option<LeadId>,
    account: Option<AccountId>,
    opportunity: Option<OpportunityId>,
) -> impl Iterator<Item = RecordRef> {
    let named = [lead.map(RecordRef::Lead), account.map(RecordRef::Account), opportunity.map(RecordRef::Opportunity)];
    named.into_iter().flatten()
}

/// Adds a violation for every record after the first.
pub fn at_most_one(records: impl IntoIterator<Item = RecordRef>, violations: &mut Violations) {
    for further in records.into_iter().skip(1) {
        violations.add(further.pointer(), "only_one_record");
    }
}

/// Adds a violation for every record after the first. Adds one if there is none, provided that the fields in `nameable` are
/// valid.
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
