use serde::Serialize;
use serde_json::{Map, Value};

use super::Code;

/// What the domain says no with: the state of things forbids what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainError {
    /// Why, as a stable word.
    pub code: Code,
    /// What the caller needs to act on it, such as the conversion that already exists; members of the problem document.
    pub facts: Map<String, Value>,
}

impl DomainError {
    /// Adds a fact that the caller may need.
    #[must_use]
    pub fn fact(mut self, name: &str, fact: impl Serialize) -> Self {
        self.facts.insert(name.to_owned(), serde_json::to_value(fact).unwrap_or_default());
        self
    }
}

impl From<Code> for DomainError {
    fn from(code: Code) -> Self {
        Self { code, facts: Map::new() }
    }
}
