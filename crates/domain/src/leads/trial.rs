use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Code, DomainError, Draft, StringEnum, Text, WebAddress};

/// Grants somebody free use of the product for the days of the playbook.
// R-EDU-30, R-EDU-33, R-EDU-38.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"link": "https://dung-thu.emso.vn/sao-mai", "note": "Đã gửi link qua e-mail và Zalo"}))]
pub struct GrantTrial {
    /// Where the customer finds it.
    // R-EDU-34.
    pub link: Option<WebAddress>,
    /// More about it, such as how it was sent.
    pub note: Option<Text<2000>>,
}

impl Draft for GrantTrial {}

/// Whether a trial still runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialStatus {
    /// The customer can use the product.
    Running,
    /// Its time is over, or it was ended before.
    Ended,
}

impl StringEnum for TrialStatus {}

impl TrialStatus {
    /// What runs can be ended.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is over.
    pub fn require_running(self) -> Result<(), DomainError> {
        if self == Self::Running {
            return Ok(());
        }
        Err(DomainError::from(Code::WrongStatus).fact("current_status", self).fact("allowed_from", [Self::Running]))
    }
}

/// When a trial that is granted now ends: it has a clock of its own, apart from the time to close.
///
/// # Errors
/// [`Code::NoTrials`] where the playbook has none.
pub fn trial_end(now: DateTime<Utc>, playbook: &Playbook) -> Result<DateTime<Utc>, DomainError> {
    let days = playbook.cadence.trial_days.ok_or(Code::NoTrials)?;
    Ok(now + TimeDelta::days(days.into()))
}
