use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Key, StringEnum, Text};

/// Which part of the sale a pipeline belongs to.
// R-EDU-09.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PipelinePhase {
    /// Before the sale: marketing.
    PreSale,
    /// The sale itself.
    InSale,
    /// After the sale: care.
    PostSale,
}

/// What kind of record a stage holds as cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A lead: somebody who may become a customer.
    Lead,
    /// An opportunity: a chance to sell.
    Opportunity,
    /// An account: a customer.
    Account,
}

impl StringEnum for CardKind {}

/// The canonical status of the cards in a stage. Stages bear the organisation's words; these words are the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardStatus {
    /// Lead: nobody's yet.
    New,
    /// Lead: given to a salesperson.
    Assigned,
    /// Lead: contact was made or tried.
    Contacting,
    /// Lead: its information is real.
    Qualified,
    /// Lead: became a customer.
    Converted,
    /// Lead: parked for a later date.
    Recycled,
    /// Lead: not real.
    Junk,
    /// Lead: handed back by sales.
    Returned,
    /// Opportunity: being worked.
    Open,
    /// Opportunity: sold.
    Won,
    /// Opportunity: not sold.
    Lost,
    /// Account: any.
    Any,
}

impl CardStatus {
    /// The kind of card that can have the status.
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

/// A pipeline: stages in order, shown as the columns of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Permanent name.
    pub key: Key,
    /// The organisation's own word.
    pub name: Text<100>,
    /// Which part of the sale it belongs to.
    pub phase: PipelinePhase,
    /// The stages, in order.
    #[schema(max_items = 50)]
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline. It holds one kind of card, in one canonical status.
///
/// The first stage with a status is the one that the status's verb leads into; stages with the same status are moved between freely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Permanent name, unique among all pipelines.
    pub key: Key,
    /// The organisation's own word.
    pub name: Text<100>,
    /// What kind of record stands here.
    pub card: CardKind,
    /// The canonical status of what stands here.
    pub status: CardStatus,
    /// Whether the stage takes nothing new. It is shown while something still stands there.
    #[serde(default)]
    #[schema(required = true)]
    pub is_retired: bool,
    /// The tag that a card wears while it stands here. Hanging it on a card moves the card here.
    //
    #[serde(default)]
    #[schema(required = true)]
    pub tag: Option<Key>,
    /// What those who work here are to know and say, for them to read.
    // R-EDU-51, R-EDU-53, R-EDU-54.
    #[serde(default)]
    #[schema(required = true)]
    pub guidance: Option<Text<5000>>,
    /// What has to be ready before a meeting; a meeting that is planned here begins with it.
    // R-EDU-48.
    #[serde(default)]
    #[schema(required = true, max_items = 50)]
    pub check_list: Vec<Text<300>>,
}

/// A stage and the pipeline it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct StageRef<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The stage.
    pub stage: &'a Stage,
}
