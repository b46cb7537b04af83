//! Callers with the rights that the playbook gives them.

use std::collections::BTreeSet;

use chot_tests::Client;
use chot_tests::fixtures::text;
use serde_json::Value;

/// A caller.
pub struct Person {
    /// Its name in the test.
    pub name: String,
    /// Its client.
    pub client: Client,
    permissions: BTreeSet<String>,
    scope: String,
    /// Its team.
    pub team: Option<String>,
}

impl Person {
    /// Whether it has the permission.
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }

    /// All its permissions.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().map(String::as_str)
    }

    /// Its scope.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Whether its scope is `all`.
    pub fn reaches_all(&self) -> bool {
        self.scope == "all"
    }

    /// Whether it is authenticated.
    pub fn is_known(&self) -> bool {
        self.client.credential.is_some()
    }

    /// Whether it is a signed-in user, and not an API key.
    pub fn has_session(&self) -> bool {
        !self.client.user_id.is_empty()
    }
}

/// A signed-in user; the playbook defines the rights of the role.
pub fn signed_in(name: &str, client: Client, document: &Value, team: Option<String>) -> Person {
    let roles = document["playbook"]["roles"].as_array().unwrap();
    let role = roles.iter().find(|role| role["key"] == client.role.as_str()).unwrap();
    let permissions = role["permissions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    Person { name: name.to_owned(), client, permissions, scope: text(role, "scope"), team }
}

/// An API key of the administrator with one scope.
pub fn with_key(name: &str, client: Client, scope: &str) -> Person {
    let client = client.named("", "api_key");
    Person { name: name.to_owned(), client, permissions: BTreeSet::from([scope.to_owned()]), scope: "all".into(), team: None }
}

/// A caller without a credential.
pub fn nobody(client: Client) -> Person {
    Person { name: "nobody".to_owned(), client, permissions: BTreeSet::new(), scope: "own".into(), team: None }
}
