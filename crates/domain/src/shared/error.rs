use serde::Serialize;
use serde_json::{Map, Value};

use super::Code;

/// An error of the domain: the current state does not allow the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainError {
    /// The stable error code.
    pub code: Code,
    /// What the caller needs to react, such as the existing conversion. They become members of the problem document.
    pub facts: Map<String, Value>,
}

impl DomainError {
    /// Adds such a fact.
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
