//! Conditional requests (RFC 9110, section 13).

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};
use chot_application::Error;
use chot_domain::identity::{Actor, Permissions, RoleScope};
use chot_domain::shared::{Code, DomainError, Violations};

use crate::web::problem::ApiError;

/// The versions in a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `*`: any version.
    Any,
    /// One of these.
    Tags(Vec<Tag>),
}

/// An entity tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    is_weak: bool,
    opaque: String,
}

impl Tag {
    /// The version in the tag, alone or before the digest of a response.
    fn version(&self) -> Option<i64> {
        self.opaque.split_once('-').map_or(self.opaque.as_str(), |(version, _)| version).parse().ok()
    }
}

impl Condition {
    /// Reads a header, possibly with several lines; `None` if it is malformed.
    pub fn read(headers: &HeaderMap, name: &str) -> Option<Self> {
        let lines: Option<Vec<&str>> = headers.get_all(name).map(|line| line.to_str().ok()).collect();
        Self::parse(&lines?.join(","))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "*" {
            return Some(Self::Any);
        }
        let (mut tags, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (opaque, behind) = quoted.strip_prefix('"')?.split_once('"')?;
            if !opaque.bytes().all(|byte| byte.is_ascii_graphic()) {
                return None;
            }
            tags.push(Tag { is_weak, opaque: opaque.to_owned() });
            let behind = behind.trim_start();
            rest = behind.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
            if !rest.is_empty() && !behind.starts_with(',') {
                return None;
            }
        }
        if tags.is_empty() { None } else { Some(Self::Tags(tags)) }
    }

    /// Weak comparison with a current tag, for `If-None-Match`.
    pub fn names(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| etag.trim_matches('"') == tag.opaque),
        }
    }

    /// The versions of the strong tags, for `If-Match`. Unknown tags contain no version.
    fn versions(&self) -> Vec<i64> {
        match self {
            Self::Any => Vec::new(),
            Self::Tags(tags) => tags.iter().filter(|tag| !tag.is_weak).filter_map(Tag::version).collect(),
        }
    }
}

/// The versions that the caller has seen, from `If-Match`.
pub struct SeenVersions(Condition);

/// The same for a change, which requires the header. A missing header is reported only if the caller may make the change.
pub struct IfMatch(Option<SeenVersions>);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(if_match(request.headers()).map(Self))
    }
}

/// The versions that the caller has seen, if the header is present.
pub fn if_match(headers: &HeaderMap) -> Result<Option<SeenVersions>, ApiError> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let malformed = || ApiError::from(Violations::one("/If-Match", "invalid_if_match")).in_headers();
    Condition::read(headers, IF_MATCH.as_str()).map(|condition| Some(SeenVersions(condition))).ok_or_else(malformed)
}

/// A version that no record has.
const NO_VERSION: i64 = -1;

impl SeenVersions {
    /// Whether any version is accepted.
    pub fn is_any(&self) -> bool {
        self.0 == Condition::Any
    }

    /// Whether this version is among them.
    pub fn names(&self, version: i64) -> bool {
        self.0.versions().contains(&version)
    }
}

impl IfMatch {
    /// Runs an action on a record that must have one of the versions. Only an administrator may send `*`, which accepts any version.
    ///
    /// # Errors
    /// `version_mismatch` if it has another version; `version_required` if the header is missing; those of the action.
    pub async fn run(
        &self,
        actor: &Actor,
        action: impl AsyncFn(Option<i64>) -> chot_application::Result<()>,
    ) -> chot_application::Result<()> {
        let Some(seen) = &self.0 else {
            // Errors of the request come before errors of the record's state.
            let of_record = |refusal: &DomainError| matches!(refusal.code, Code::VersionMismatch | Code::Archived);
            return match action(Some(NO_VERSION)).await {
                Err(Error::Refused(refusal)) if of_record(&refusal) => Err(Code::VersionRequired.into()),
                done => done,
            };
        };
        if seen.is_any() && is_administrator(actor) {
            return action(None).await;
        }
        let versions = seen.0.versions();
        let refused = match action(Some(versions.first().copied().unwrap_or(NO_VERSION))).await {
            Err(Error::Refused(refusal)) if refusal.code == Code::VersionMismatch => refusal,
            done => return done,
        };
        // The action has locked the record before it failed, so the version in its error is still current.
        match refused.facts.get("version").and_then(serde_json::Value::as_i64) {
            Some(version) if versions.contains(&version) => action(Some(version)).await,
            _ => Err(refused.into()),
        }
    }
}

fn is_administrator(actor: &Actor) -> bool {
    actor.scope == RoleScope::All && actor.permissions == Permissions::all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_a_star_or_a_list_of_quoted_tags() {
        assert_eq!(Condition::parse(" * "), Some(Condition::Any));
        let several = Condition::parse("\"1\",W/\"2\" ,, \"a,b\"").unwrap_or(Condition::Any);
        let Condition::Tags(tags) = &several else { panic!("these are tags") };
        assert_eq!(tags.iter().map(|tag| tag.opaque.as_str()).collect::<Vec<_>>(), ["1", "2", "a,b"]);
        assert_eq!(several.versions(), [1]);
        let of_answer = Condition::parse("\"7-c2hhMjU2\"").unwrap_or(Condition::Any);
        assert_eq!((of_answer.versions(), of_answer.names("\"7\"")), (vec![7], false));
        assert!(several.names("\"2\"") && !several.names("\"3\""));
        for malformed in ["", ",", "1", "\"1", "1\"", "\"1\" \"2\"", "w/\"1\"", "W/1", "\"1\", *", "\"a b\"", "'1'"] {
            assert_eq!(Condition::parse(malformed), None, "{malformed:?}");
        }
    }
}
