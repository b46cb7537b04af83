use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A permission of a role. The scopes of API keys use the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Permission {
    /// See leads in the role's scope.
    #[serde(rename = "leads:read")]
    LeadsRead,
    /// Create leads (R-ICHK-96: every user can).
    #[serde(rename = "leads:create")]
    LeadsCreate,
    /// Edit and work leads: contact, verify, return, junk, recycle, tag, move.
    #[serde(rename = "leads:update")]
    LeadsUpdate,
    /// Assign leads to salespeople (R-XCRM-11).
    #[serde(rename = "leads:assign")]
    LeadsAssign,
    /// Claim leads without an owner.
    #[serde(rename = "leads:claim")]
    LeadsClaim,
    /// Convert leads into customers and opportunities, and revert conversions.
    #[serde(rename = "leads:convert")]
    LeadsConvert,
    /// Archive and restore leads.
    #[serde(rename = "leads:archive")]
    LeadsArchive,
    /// See and change web forms.
    #[serde(rename = "lead_forms:write")]
    LeadFormsWrite,
    /// See accounts and their contacts in the role's scope.
    #[serde(rename = "accounts:read")]
    AccountsRead,
    /// Create accounts.
    #[serde(rename = "accounts:create")]
    AccountsCreate,
    /// Edit accounts and their contacts.
    #[serde(rename = "accounts:update")]
    AccountsUpdate,
    /// Assign accounts to salespeople.
    #[serde(rename = "accounts:assign")]
    AccountsAssign,
    /// Claim accounts without an owner.
    #[serde(rename = "accounts:claim")]
    AccountsClaim,
    /// Return accounts to the pool.
    #[serde(rename = "accounts:release")]
    AccountsRelease,
    /// Archive and restore accounts and contacts.
    #[serde(rename = "accounts:archive")]
    AccountsArchive,
    /// See opportunities in the role's scope.
    #[serde(rename = "opportunities:read")]
    OpportunitiesRead,
    /// Create opportunities.
    #[serde(rename = "opportunities:create")]
    OpportunitiesCreate,
    /// Edit opportunities and move them between stages.
    #[serde(rename = "opportunities:update")]
    OpportunitiesUpdate,
    /// Win and lose opportunities.
    #[serde(rename = "opportunities:close")]
    OpportunitiesClose,
    /// Reopen closed opportunities (requirements section 11: only a manager).
    #[serde(rename = "opportunities:reopen")]
    OpportunitiesReopen,
    /// Archive opportunities.
    #[serde(rename = "opportunities:archive")]
    OpportunitiesArchive,
    /// See products and services.
    #[serde(rename = "products:read")]
    ProductsRead,
    /// Create and change products and services.
    #[serde(rename = "products:write")]
    ProductsWrite,
    /// See users, teams and roles.
    #[serde(rename = "users:read")]
    UsersRead,
    /// Create and change users and teams.
    #[serde(rename = "users:write")]
    UsersWrite,
    /// Create and revoke one's own API keys.
    #[serde(rename = "api_keys:write")]
    ApiKeysWrite,
    /// See the playbook and its pipelines.
    #[serde(rename = "playbook:read")]
    PlaybookRead,
    /// Read the event feed of the whole organisation.
    #[serde(rename = "events:read")]
    EventsRead,
    /// See activities and calendars in the role's scope.
    #[serde(rename = "activities:read")]
    ActivitiesRead,
    /// Plan, log and complete activities (R-SUNO-30, R-GRP-19).
    #[serde(rename = "activities:write")]
    ActivitiesWrite,
    /// See and download the files of visible records.
    #[serde(rename = "attachments:read")]
    AttachmentsRead,
    /// Upload files to visible records.
    #[serde(rename = "attachments:write")]
    AttachmentsWrite,
    /// Submit evidence that an opportunity is worked (R-ICHK-83).
    #[serde(rename = "evidence:write")]
    EvidenceWrite,
    /// Draw random opportunities and review their evidence (R-ICHK-86, R-ICHK-90).
    #[serde(rename = "evidence:review")]
    EvidenceReview,
    /// Ask managers for support, and see support requests in the role's scope (R-EDU-14).
    #[serde(rename = "support:request")]
    SupportRequest,
    /// Answer support requests in the role's scope (R-EDU-15).
    #[serde(rename = "support:answer")]
    SupportAnswer,
    /// Read one's own inbox and notification preferences.
    #[serde(rename = "notifications:read")]
    NotificationsRead,
    /// Mark one's own notifications as read, and change notification preferences.
    #[serde(rename = "notifications:update")]
    NotificationsUpdate,
    /// Log calls, as a telephone exchange does.
    #[serde(rename = "calls:log")]
    CallsLog,
    /// See timers and deliveries, and retry failed ones.
    #[serde(rename = "timers:manage")]
    TimersManage,
    /// Move the clock of a sandbox.
    #[serde(rename = "sandbox:write")]
    SandboxWrite,
}

impl Permission {
    /// Permissions that every role has, because they concern only the user's own data. An API key has them only if they are
    /// among its scopes.
    pub const PERSONAL: [Self; 2] = [Self::NotificationsRead, Self::NotificationsUpdate];

    /// Every permission: what the role `admin` has.
    pub const ALL: [Self; 41] = [
        Self::LeadsRead,
        Self::LeadsCreate,
        Self::LeadsUpdate,
        Self::LeadsAssign,
        Self::LeadsClaim,
        Self::LeadsConvert,
        Self::LeadsArchive,
        Self::LeadFormsWrite,
        Self::AccountsRead,
        Self::AccountsCreate,
        Self::AccountsUpdate,
        Self::AccountsAssign,
        Self::AccountsClaim,
        Self::AccountsRelease,
        Self::AccountsArchive,
        Self::OpportunitiesRead,
        Self::OpportunitiesCreate,
        Self::OpportunitiesUpdate,
        Self::OpportunitiesClose,
        Self::OpportunitiesReopen,
        Self::OpportunitiesArchive,
        Self::ProductsRead,
        Self::ProductsWrite,
        Self::UsersRead,
        Self::UsersWrite,
        Self::ApiKeysWrite,
        Self::PlaybookRead,
        Self::EventsRead,
        Self::ActivitiesRead,
        Self::ActivitiesWrite,
        Self::AttachmentsRead,
        Self::AttachmentsWrite,
        Self::EvidenceWrite,
        Self::EvidenceReview,
        Self::SupportRequest,
        Self::SupportAnswer,
        Self::NotificationsRead,
        Self::NotificationsUpdate,
        Self::CallsLog,
        Self::TimersManage,
        Self::SandboxWrite,
    ];
}

/// Which records of the organisation a role covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleScope {
    /// Records owned by the user, and records without owner that the user created.
    Own,
    /// The same for all members of the user's team and of the teams below it.
    Team,
    /// All records.
    All,
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u128);

/// Each permission is one bit.
const _: () = assert!(Permission::ALL.len() <= u128::BITS as usize);

impl Permissions {
    /// All permissions.
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Whether `permission` is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    /// All permissions in the set.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }

    /// The permissions in both sets: an API key never has more permissions than its user.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set without a permission.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !Self::bit(permission))
    }

    const fn bit(permission: Permission) -> u128 {
        1 << permission as u32
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | Self::bit(permission)))
    }
}

impl From<Permission> for Cow<'static, str> {
    /// The JSON name of the permission.
    fn from(permission: Permission) -> Self {
        use crate::shared::ColumnValue;
        permission.raw().into()
    }
}

impl crate::shared::StringEnum for Permission {}
impl crate::shared::StringEnum for RoleScope {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_permissions_are_named_in_their_order_and_none_twice() {
        assert!(Permission::ALL.iter().enumerate().all(|(place, permission)| *permission as usize == place));
    }
}
