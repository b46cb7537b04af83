//! Who calls, with what rights by the playbook's own word.

use std::collections::BTreeSet;

use chot_tests::Client;
use chot_tests::fixtures::text;
use serde_json::Value;

/// Somebody who calls.
pub struct Person {
    /// How the test speaks of them.
    pub name: String,
    /// What they call with.
    pub client: Client,
    permissions: BTreeSet<String>,
    scope: String,
    /// Their team.
    pub team: Option<String>,
}

impl Person {
    /// Whether they have the permission.
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }

    /// All their permissions.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().map(String::as_str)
    }

    /// How far they reach.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Whether they reach everything.
    pub fn reaches_all(&self) -> bool {
        self.scope == "all"
    }

    /// Whether they are somebody at all.
    pub fn is_known(&self) -> bool {
        self.client.credential.is_some()
    }

    /// Whether they are a person who signed in, and not a key.
    pub fn has_session(&self) -> bool {
        !self.client.user_id.is_empty()
    }
}

/// Somebody who signed in; the playbook says what the role may do.
pub fn signed_in(name: &str, client: Client, document: &Value, team: Option<String>) -> Person {
    let roles = document["playbook"]["roles"].as_array().unwrap();
    let role = roles.iter().find(|role| role["key"] == client.role.as_str()).unwrap();
    let permissions = role["permissions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    Person { name: name.to_owned(), client, permissions, scope: text(role, "scope"), team }
}

/// A program with a key of the administrator's that has one scope.
pub fn with_key(name: &str, client: Client, scope: &str) -> Person {
    let client = client.named("", "api_key");
    Person { name: name.to_owned(), client, permissions: BTreeSet::from([scope.to_owned()]), scope: "all".into(), team: None }
}

/// Somebody without a credential.
pub fn nobody(client: Client) -> Person {
    Person { name: "nobody".to_owned(), client, permissions: BTreeSet::new(), scope: "own".into(), team: None }
}
