use uuid::Uuid;

use super::{ApiKeyId, Permission, Permissions, RoleScope, TeamId, UserId};
use crate::shared::{Code, DomainError, StringEnum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of thing acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person, signed in.
    User,
    /// A program with an API key, for the user who made the key.
    ApiKey,
    /// A public web form.
    LeadForm,
    /// The system itself: a timer that fell due, or the command line.
    System,
}

impl StringEnum for ActorKind {}

/// Who acts, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person, signed in.
    User(UserId),
    /// A program with an API key, for its user.
    ApiKey(ApiKeyId, UserId),
    /// A public web form, by its identifier.
    LeadForm(Uuid),
    /// The system itself.
    System,
}

/// Who acts, with what rights, and how far they reach. Read once per request; every verb and every query asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who it is.
    pub who: Principal,
    /// What they may do.
    pub permissions: Permissions,
    /// How far they reach.
    pub scope: RoleScope,
    /// Their team and all teams below it.
    pub teams: Vec<TeamId>,
}

impl Actor {
    /// The system itself: timers, the command line, demo data.
    pub fn system() -> Self {
        Self { who: Principal::System, permissions: Permissions::all(), scope: RoleScope::All, teams: Vec::new() }
    }

    /// A public web form: it may create leads and see nothing.
    pub fn lead_form(form: Uuid) -> Self {
        Self {
            who: Principal::LeadForm(form),
            permissions: [Permission::LeadsCreate].into_iter().collect(),
            scope: RoleScope::Own,
            teams: Vec::new(),
        }
    }

    /// The API key with which the actor acts, if it is one.
    pub fn api_key(&self) -> Option<ApiKeyId> {
        match self.who {
            Principal::ApiKey(key, _) => Some(key),
            Principal::User(_) | Principal::LeadForm(_) | Principal::System => None,
        }
    }

    /// Whether the actor has the permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Asks for a permission.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without it, naming it.
    pub fn require(&self, permission: Permission) -> Result<(), DomainError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(DomainError::from(Code::Forbidden).fact("permission", permission))
    }

    /// The user in whose name things are done, if it is one.
    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Principal::User(user) | Principal::ApiKey(_, user) => Some(user),
            Principal::LeadForm(_) | Principal::System => None,
        }
    }

    /// What kind of thing acts.
    pub fn kind(&self) -> ActorKind {
        match self.who {
            Principal::User(_) => ActorKind::User,
            Principal::ApiKey(..) => ActorKind::ApiKey,
            Principal::LeadForm(_) => ActorKind::LeadForm,
            Principal::System => ActorKind::System,
        }
    }

    /// The identifier of what acts, if it has one.
    pub fn id(&self) -> Option<Uuid> {
        match self.who {
            Principal::User(user) => Some(user.uuid()),
            Principal::ApiKey(key, _) => Some(key.uuid()),
            Principal::LeadForm(form) => Some(form),
            Principal::System => None,
        }
    }
}
