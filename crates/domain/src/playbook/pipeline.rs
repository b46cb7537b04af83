use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Key, StringEnum, Text};

/// The phase of the sale that a pipeline covers.
// R-EDU-09.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PipelinePhase {
    /// Before the sale: marketing.
    PreSale,
    /// The sale itself.
    InSale,
    /// After the sale: customer care.
    PostSale,
}

/// The kind of record that a stage holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A lead: a person or company who may become a customer.
    Lead,
    /// An opportunity: a possible sale.
    Opportunity,
    /// An account: a customer.
    Account,
}

impl StringEnum for CardKind {}

/// The status of the records in a stage. The names of stages differ between organisations; these statuses are the same
/// everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardStatus {
    /// Lead: has no owner yet.
    New,
    /// Lead: assigned to a salesperson.
    Assigned,
    /// Lead: contact was made or attempted.
    Contacting,
    /// Lead: the information is real.
    Qualified,
    /// Lead: converted to a customer.
    Converted,
    /// Lead: parked until a later date.
    Recycled,
    /// Lead: closed as not real.
    Junk,
    /// Lead: returned by the salesperson.
    Returned,
    /// Opportunity: being worked.
    Open,
    /// Opportunity: sold.
    Won,
    /// Opportunity: not sold.
    Lost,
    /// Account: stages of accounts have no status of their own.
    Any,
}

impl CardStatus {
    /// The kind of record that can have this status.
    pub const fn card(self) -> CardKind {
        match self {
            Self::New
            | Self::Assigned
            | Self::Contacting
            | Self::Qualified
            | Self::Converted
            | Self::Recycled
            | Self::Junk
            | Self::Returned => CardKind::Lead,
            Self::Open | Self::Won | Self::Lost => CardKind::Opportunity,
            Self::Any => CardKind::Account,
        }
    }
}

/// A pipeline: a list of stages, shown as the columns of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Permanent key.
    pub key: Key,
    /// Display name.
    pub name: Text<100>,
    /// The phase of the sale.
    pub phase: PipelinePhase,
    /// The stages, in order.
    #[schema(max_items = 50)]
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline. It holds one kind of record, in one status.
///
/// An action that sets a status moves the record to the first stage with that status. Records move freely between stages with
/// the same status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Permanent key, unique among all pipelines.
    pub key: Key,
    /// Display name.
    pub name: Text<100>,
    /// The kind of record in this stage.
    pub card: CardKind,
    /// The status of the records in this stage.
    pub status: CardStatus,
    /// Whether no more records can enter the stage. Show the stage while it still holds records.
    #[serde(default)]
    #[schema(required = true)]
    pub is_retired: bool,
    /// The tag that records have in this stage. Adding the tag to a record moves the record to this stage.
    //
    #[serde(default)]
    #[schema(required = true)]
    pub tag: Option<Key>,
    /// Instructions for users who work in this stage.
    // R-EDU-51, R-EDU-53, R-EDU-54.
    #[serde(default)]
    #[schema(required = true)]
    pub guidance: Option<Text<5000>>,
    /// What must be prepared before a meeting. It is the default check list of meetings planned in this stage.
    // R-EDU-48.
    #[serde(default)]
    #[schema(required = true, max_items = 50)]
    pub check_list: Vec<Text<300>>,
}

/// A stage and its pipeline.
#[derive(Clone, Copy, Debug)]
pub struct StageRef<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The stage.
    pub stage: &'a Stage,
}
