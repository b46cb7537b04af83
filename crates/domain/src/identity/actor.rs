use uuid::Uuid;

use super::{ApiKeyId, Permission, Permissions, Scope, TeamId, UserId};
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
pub enum Who {
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
    pub who: Who,
    /// What they may do.
    pub permissions: Permissions,
    /// How far they reach.
    pub scope: Scope,
    /// Their team and all teams below it.
    pub teams: Vec<TeamId>,
}

impl Actor {
    /// The system itself: timers, the command line, demo data.
    pub fn system() -> Self {
        Self { who: Who::System, permissions: Permissions::all(), scope: Scope::All, teams: Vec::new() }
    }

    /// A public web form: it may create leads and see nothing.
    pub fn lead_form(form: Uuid) -> Self {
        Self {
            who: Who::LeadForm(form),
            permissions: [Permission::LeadsCreate].into_iter().collect(),
            scope: Scope::Own,
            teams: Vec::new(),
        }
    }

    /// The API key with which the actor acts, if it is one.
    pub fn api_key(&self) -> Option<ApiKeyId> {
        match self.who {
            Who::ApiKey(key, _) => Some(key),
            Who::User(_) | Who::LeadForm(_) | Who::System => None,
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
            Who::User(user) | Who::ApiKey(_, user) => Some(user),
            Who::LeadForm(_) | Who::System => None,
        }
    }

    /// What kind of thing acts.
    pub fn kind(&self) -> ActorKind {
        match self.who {
            Who::User(_) => ActorKind::User,
            Who::ApiKey(..) => ActorKind::ApiKey,
            Who::LeadForm(_) => ActorKind::LeadForm,
            Who::System => ActorKind::System,
        }
    }

    /// The identifier of what acts, if it has one.
    pub fn id(&self) -> Option<Uuid> {
        match self.who {
            Who::User(user) => Some(user.uuid()),
            Who::ApiKey(key, _) => Some(key.uuid()),
            Who::LeadForm(form) => Some(form),
            Who::System => None,
        }
    }
}
