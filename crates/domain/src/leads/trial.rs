use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Code, DomainError, Draft, StringEnum, Text, WebAddress};

/// Grants a trial: free use of the product for the number of days in the playbook.
// R-EDU-30, R-EDU-33, R-EDU-38.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"link": "https://dung-thu.emso.vn/sao-mai", "note": "Đã gửi link qua e-mail và Zalo"}))]
pub struct GrantTrial {
    /// Where the customer finds the trial.
    // R-EDU-34.
    pub link: Option<WebAddress>,
    /// Further details, such as how the trial was sent.
    pub note: Option<Text<2000>>,
}

impl Draft for GrantTrial {}

/// Whether a trial is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialStatus {
    /// The customer can use the product.
    Running,
    /// Expired, or ended early.
    Ended,
}

impl StringEnum for TrialStatus {}

impl TrialStatus {
    /// Requires a running trial.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it has ended.
    pub fn require_running(self) -> Result<(), DomainError> {
        if self == Self::Running {
            return Ok(());
        }
        Err(DomainError::from(Code::WrongStatus).fact("current_status", self).fact("allowed_from", [Self::Running]))
    }
}

/// The end of a trial granted now. It is independent of the time to close.
///
/// # Errors
/// [`Code::NoTrials`] if the playbook has no trials.
pub fn trial_end(now: DateTime<Utc>, playbook: &Playbook) -> Result<DateTime<Utc>, DomainError> {
    let days = playbook.cadence.trial_days.ok_or(Code::NoTrials)?;
    Ok(now + TimeDelta::days(days.into()))
}
