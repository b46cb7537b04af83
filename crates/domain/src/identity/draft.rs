use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::password::personal_part;
use super::{Password, Permission, TeamId};
use crate::playbook::Playbook;
use crate::shared::{Draft, Email, Key, Text, Violations};

/// A user to create.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "lan@congty.example.vn", "full_name": "Nguyễn Thị Lan", "role": "salesperson", "password": "chim-xanh-bay-cao-2026"}))]
pub struct UserDraft {
    /// The e-mail address to sign in with. It is unique among users.
    pub email: Email,
    /// Full name.
    pub full_name: Text<200>,
    /// A role of the playbook. It defines what the user may do and see.
    pub role: Key,
    /// The team of the user.
    pub team_id: Option<TeamId>,
    /// The initial password.
    #[schema(write_only)]
    pub password: Option<Password>,
    /// Whether the user can sign in. Set it to `false` when a user leaves. Users are never deleted, because the history names
    /// them.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub is_active: bool,
    /// Whether API keys and the calendar feed stay valid after a password change. By default they stop working, because
    /// somebody who knew the old password may have them. Ignored when no password is changed.
    #[serde(default, skip_serializing_if = "is_no")]
    #[schema(write_only, default = false)]
    pub keep_keys: bool,
}

const fn yes() -> bool {
    true
}

const fn is_no(value: &bool) -> bool {
    !*value
}

impl Draft for UserDraft {
    const SECRETS: &'static [&'static str] = &["password"];

    /// Removes the password and `keep_keys`: they are not part of a user's data.
    fn with_defaults(self, _: &Playbook) -> Self {
        Self { password: None, keep_keys: false, ..self }
    }

    fn check(&self, violations: &mut Violations) {
        let Some(password) = self.password.as_ref().filter(|_| violations.is_valid(&["/password", "/email", "/full_name"]))
        else {
            return;
        };
        if let Some(code) = personal_part(password.as_str(), &self.email, self.full_name.as_str()) {
            violations.add("/password", code);
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        if playbook.role(self.role.as_str()).is_none() {
            violations.add("/role", "unknown_key");
        }
    }
}

/// A team to create.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Kinh doanh Hà Nội"}))]
pub struct TeamDraft {
    /// Name of the team.
    pub name: Text<100>,
    /// The parent team. Users with scope `team` also see the records of the teams below their own.
    pub parent_id: Option<TeamId>,
}

impl Draft for TeamDraft {}

/// An API key to create.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Trang đích tháng 11", "scopes": ["leads:create"]}))]
pub struct ApiKeyDraft {
    /// Purpose of the key.
    pub name: Text<100>,
    /// The permissions of the key. A key never has more permissions than the user who creates it. Default: all permissions that
    /// the caller has at that time.
    #[schema(min_items = 1, max_items = 60)]
    pub scopes: Option<Vec<Permission>>,
    /// When the key expires. Default: never.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Draft for ApiKeyDraft {
    fn check(&self, violations: &mut Violations) {
        let Some(scopes) = &self.scopes else {
            return;
        };
        if scopes.is_empty() && violations.is_valid(&["/scopes"]) {
            violations.add("/scopes", "too_few");
        }
        if scopes.len() > 60 {
            violations.add("/scopes", "too_many");
        }
    }
}

/// E-mail address and password, to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "admin@demo.example.vn", "password": "dung-thu-chot-2026"}))]
pub struct SignIn {
    /// The user's e-mail address.
    pub email: Email,
    /// The user's password.
    #[schema(write_only)]
    pub password: Text<128>,
}

impl Draft for SignIn {}

/// A refresh token to use.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "hG0pKTiOQ0K1cFf5n4cC1rQm9E9cE3Xn2sUuWcVb7aY"}))]
pub struct RefreshTokens {
    /// The token from the last sign-in or refresh. It can be used only once.
    #[schema(write_only)]
    pub refresh_token: Text<200>,
}

impl Draft for RefreshTokens {}

/// A change of the caller's own password. All other sessions end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "chim-xanh-bay-cao-2026", "new_password": "song-dai-troi-rong-2027"}))]
pub struct ChangePassword {
    /// The current password.
    #[schema(write_only)]
    pub current_password: Text<128>,
    /// The new password.
    #[schema(write_only)]
    pub new_password: Password,
}

impl Draft for ChangePassword {}

impl ChangePassword {
    /// Validates that the new password does not contain parts of this e-mail address or name.
    pub fn check_owner(&self, email: &Email, full_name: &str) -> Violations {
        let code = personal_part(self.new_password.as_str(), email, full_name);
        code.map_or_else(Violations::default, |code| Violations::one("/new_password", code))
    }
}
