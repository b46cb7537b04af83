use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::password::personal_part;
use super::{Password, Permission, TeamId};
use crate::playbook::Playbook;
use crate::shared::{Draft, Email, Key, Text, Violations};

/// A user to be created.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "lan@congty.example.vn", "full_name": "Nguyễn Thị Lan", "role": "salesperson", "password": "chim-xanh-bay-cao-2026"}))]
pub struct UserDraft {
    /// The address to sign in with; no two users share one.
    pub email: Email,
    /// The person's name as written.
    pub full_name: Text<200>,
    /// A role of the playbook; it decides what the user may do and see.
    pub role: Key,
    /// The team the user belongs to.
    pub team_id: Option<TeamId>,
    /// The first password.
    #[schema(write_only)]
    pub password: Option<Password>,
    /// Whether the user can sign in. A user who left is made inactive, never deleted: the history names them.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub is_active: bool,
    /// Whether API keys and the calendar feed outlive a new password. If not said they end with it, since somebody may have them who had
    /// the old one. Says nothing where no password is changed.
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

    /// Without the password and what is said of it, which are no part of what is told about a user.
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

/// A team to be created.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Kinh doanh Hà Nội"}))]
pub struct TeamDraft {
    /// The team's name.
    pub name: Text<100>,
    /// The team above it. Whoever has scope `team` in a team sees the records of the teams below, too.
    pub parent_id: Option<TeamId>,
}

impl Draft for TeamDraft {}

/// An API key to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Trang đích tháng 11", "scopes": ["leads:create"]}))]
pub struct ApiKeyDraft {
    /// What the key is for.
    pub name: Text<100>,
    /// What the key may do, as permissions. It can never do more than the user who makes it. If left out, all permissions that the
    /// caller has at that moment.
    #[schema(min_items = 1, max_items = 60)]
    pub scopes: Option<Vec<Permission>>,
    /// When the key stops working; never, if left out.
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

/// The two things that a user signs in with.
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

/// A refresh token that is to be spent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "hG0pKTiOQ0K1cFf5n4cC1rQm9E9cE3Xn2sUuWcVb7aY"}))]
pub struct RefreshTokens {
    /// The token as the last sign-in or refresh gave it. It can be spent once.
    #[schema(write_only)]
    pub refresh_token: Text<200>,
}

impl Draft for RefreshTokens {}

/// A change of one's own password. All sessions but the present one end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "chim-xanh-bay-cao-2026", "new_password": "song-dai-troi-rong-2027"}))]
pub struct ChangePassword {
    /// The password as it is.
    #[schema(write_only)]
    pub current_password: Text<128>,
    /// The password as it shall be.
    #[schema(write_only)]
    pub new_password: Password,
}

impl Draft for ChangePassword {}

impl ChangePassword {
    /// What the new password has against it, as the password of somebody with this address and name.
    pub fn check_owner(&self, email: &Email, full_name: &str) -> Violations {
        let code = personal_part(self.new_password.as_str(), email, full_name);
        code.map_or_else(Violations::default, |code| Violations::one("/new_password", code))
    }
}
