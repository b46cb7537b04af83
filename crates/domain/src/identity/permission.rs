use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that a role may be allowed to do. API keys name the same words as their scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Permission {
    /// See leads, as far as the role's scope reaches.
    #[serde(rename = "leads:read")]
    LeadsRead,
    /// Create leads (R-ICHK-96: every user can).
    #[serde(rename = "leads:create")]
    LeadsCreate,
    /// Edit and work leads: contact, verify, return, junk, recycle, tag, move.
    #[serde(rename = "leads:update")]
    LeadsUpdate,
    /// Give leads to salespeople (R-XCRM-11).
    #[serde(rename = "leads:assign")]
    LeadsAssign,
    /// Take leads without an owner.
    #[serde(rename = "leads:claim")]
    LeadsClaim,
    /// Convert leads into customers and opportunities, and revert that.
    #[serde(rename = "leads:convert")]
    LeadsConvert,
    /// Archive and restore leads.
    #[serde(rename = "leads:archive")]
    LeadsArchive,
    /// See and change web forms.
    #[serde(rename = "lead_forms:write")]
    LeadFormsWrite,
    /// See accounts and their contacts, as far as the role's scope reaches.
    #[serde(rename = "accounts:read")]
    AccountsRead,
    /// Create accounts.
    #[serde(rename = "accounts:create")]
    AccountsCreate,
    /// Edit accounts and their contacts.
    #[serde(rename = "accounts:update")]
    AccountsUpdate,
    /// Give accounts to salespeople.
    #[serde(rename = "accounts:assign")]
    AccountsAssign,
    /// Take accounts without an owner.
    #[serde(rename = "accounts:claim")]
    AccountsClaim,
    /// Put accounts back into the pool.
    #[serde(rename = "accounts:release")]
    AccountsRelease,
    /// Archive and restore accounts and contacts.
    #[serde(rename = "accounts:archive")]
    AccountsArchive,
    /// See opportunities, as far as the role's scope reaches.
    #[serde(rename = "opportunities:read")]
    OpportunitiesRead,
    /// Open opportunities.
    #[serde(rename = "opportunities:create")]
    OpportunitiesCreate,
    /// Edit opportunities and move them over the stages.
    #[serde(rename = "opportunities:update")]
    OpportunitiesUpdate,
    /// Win and lose opportunities.
    #[serde(rename = "opportunities:close")]
    OpportunitiesClose,
    /// Reopen lost opportunities (requirements section 11: only a manager).
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
    /// Make and revoke one's own API keys.
    #[serde(rename = "api_keys:write")]
    ApiKeysWrite,
    /// See the playbook and its pipelines.
    #[serde(rename = "playbook:read")]
    PlaybookRead,
    /// Follow the event feed of the whole organisation.
    #[serde(rename = "events:read")]
    EventsRead,
    /// See activities and calendars, as far as the role's scope reaches.
    #[serde(rename = "activities:read")]
    ActivitiesRead,
    /// Plan, log and complete activities (R-SUNO-30, R-GRP-19).
    #[serde(rename = "activities:write")]
    ActivitiesWrite,
    /// See and download the files of records in sight.
    #[serde(rename = "attachments:read")]
    AttachmentsRead,
    /// Upload files to records in sight.
    #[serde(rename = "attachments:write")]
    AttachmentsWrite,
    /// Give evidence that an opportunity is worked (R-ICHK-83).
    #[serde(rename = "evidence:write")]
    EvidenceWrite,
    /// Draw opportunities at random and judge their evidence (R-ICHK-86, R-ICHK-90).
    #[serde(rename = "evidence:review")]
    EvidenceReview,
    /// Ask those who lead for support, and see such requests as far as the role's scope reaches (R-EDU-14).
    #[serde(rename = "support:request")]
    SupportRequest,
    /// Answer requests for support of those within reach (R-EDU-15).
    #[serde(rename = "support:answer")]
    SupportAnswer,
    /// Read one's own inbox and how one is notified.
    #[serde(rename = "notifications:read")]
    NotificationsRead,
    /// Mark one's own notifications as read, and change how one is notified.
    #[serde(rename = "notifications:update")]
    NotificationsUpdate,
    /// Log calls as a telephone exchange does.
    #[serde(rename = "calls:log")]
    CallsLog,
    /// See what falls due and what leaves the house, and try again what failed.
    #[serde(rename = "timers:manage")]
    TimersManage,
    /// Move the clock of a sandbox.
    #[serde(rename = "sandbox:write")]
    SandboxWrite,
}

impl Permission {
    /// What every user may do with what is their own, whatever their role. An API key wants it among its scopes.
    pub const PERSONAL: [Self; 2] = [Self::NotificationsRead, Self::NotificationsUpdate];

    /// Every permission there is: what the role `admin` has.
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

/// How far a role reaches among the records of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleScope {
    /// What I own, and what I created while it has no owner.
    Own,
    /// What the members of my team, and of the teams below it, own or created while it has no owner.
    Team,
    /// Everything.
    All,
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u128);

/// Each permission has a bit of its own.
const _: () = assert!(Permission::ALL.len() <= u128::BITS as usize);

impl Permissions {
    /// Everything.
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Whether `permission` is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    /// All that are in the set.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }

    /// What is in both sets: an API key can do no more than its user.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The same without a permission.
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
    /// The word of the permission in JSON.
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
