//! Evidence of work on opportunities and its review, if the playbook requires evidence.

use chot_domain::identity::Actor;
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::DrawEvidence;
use chot_domain::shared::{Nothing, read};
use serde_json::json;

use super::Story;
use super::content::{FileOwner, TeamName};
use super::opportunities::{Journey, Sale};
use crate::Result;
use crate::opportunities::evidence;

/// The number of opportunities with evidence on accounts that managers released; the first check loses the others.
const PROVED_OF_TAKEN_BACK: usize = 3;

/// The main opportunities without a call.
pub(super) struct WithoutEvidence<'a> {
    /// Those of the group.
    pub(super) of_group: &'a [OpportunityId],
    /// Those on accounts that were claimed again from the pool.
    pub(super) taken_up: &'a [OpportunityId],
    /// Those on accounts that managers released.
    pub(super) taken_back: &'a [&'a Sale],
}

impl Story<'_> {
    /// Salespeople submit files as evidence, except for a few opportunities, which the first check loses.
    pub(super) async fn prove(&self, sales: &[Sale], without_evidence: &WithoutEvidence<'_>) -> Result<()> {
        if !self.playbook.policies.primary_opportunities_need_evidence {
            return Ok(());
        }
        let seller = self.staff.on_duty(TeamName::North, 0)?;
        let of_seller = [without_evidence.of_group, without_evidence.taken_up.get(1..).unwrap_or_default()].concat();
        self.prove_with_files(&seller.actor, &of_seller).await?;
        let leader = self.staff.actor(&self.content.staff.leader)?;
        let taken_back: Vec<_> = without_evidence.taken_back.iter().take(PROVED_OF_TAKEN_BACK).map(|sale| sale.main).collect();
        self.prove_with_files(leader, &taken_back).await?;
        let is_kept = |sale: &Sale| without_evidence.taken_back.iter().all(|other| other.main != sale.main);
        for sale in sales.iter().filter(|sale| sale.journey == Journey::Opened && is_kept(sale)) {
            self.prove_with_files(&sale.seller, &[sale.main]).await?;
        }
        self.review(sales).await
    }

    async fn prove_with_files(&self, actor: &Actor, opportunities: &[OpportunityId]) -> Result<()> {
        let Some(file) = self.content.files.iter().find(|file| file.on == FileOwner::Opportunity) else {
            return Ok(());
        };
        let files: Vec<_> = opportunities.iter().map(|id| (file, ("opportunity_id", json!(id)))).collect();
        let uploaded = self.upload((0, 3), actor, &files).await?;
        let given: Vec<_> = opportunities.iter().zip(uploaded).collect();
        let given = self.calendar.work((0, 4), actor, &given, async |tx, (opportunity, attachment)| {
            let draft = json!({ "kind": "file", "attachment_id": attachment });
            evidence::submit(tx, **opportunity, &read(draft)?).await
        });
        given.await.map(drop)
    }

    /// The reviewer draws evidence of salespeople in the south, warns about one piece and accepts another.
    async fn review(&self, sales: &[Sale]) -> Result<()> {
        let reviewer = self.staff.actor(&self.content.staff.reviewer)?;
        let sellers = self.staff.sellers(TeamName::South);
        let drawn = self.calendar.work((0, 8), reviewer, &sellers, async |tx, seller| {
            let order: DrawEvidence = read(json!({ "count": 3, "owner_id": seller.id }))?;
            evidence::sample_evidence(tx, &order).await
        });
        drawn.await?;
        let is_southern = |sale: &Sale| sellers.iter().any(|seller| sale.seller.user() == Some(seller.id));
        let mut reviewed = sales.iter().filter(|sale| sale.is_under_way() && is_southern(sale)).map(|sale| sale.main);
        let (warned, accepted) = (reviewed.next(), reviewed.next());
        let ctx = self.calendar.on((0, 9), reviewer).await?;
        ctx.write(async |tx| {
            if let Some(opportunity) = warned {
                evidence::warn(tx, opportunity, &read(json!({ "reason": self.content.work.warning }))?).await?;
            }
            match accepted {
                Some(opportunity) => evidence::accept(tx, opportunity, &Nothing {}).await,
                None => Ok(()),
            }
        })
        .await
    }
}
