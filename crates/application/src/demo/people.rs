use chot_domain::identity::{Actor, TeamId, UserDraft, UserId};
use chot_domain::shared::{Code, Violations, read};
use chot_persistence::{Tx, identity};
use serde_json::json;

use super::PASSWORD;
use super::calendar::Calendar;
use super::content::{ApiKeyContent, Employee, StaffContent, TeamName};
use crate::Result;
use crate::identity::{create_api_key, create_team, create_user, hash_first_password};

/// The day on which the first people were hired.
const FOUNDED: i64 = -60;

/// Somebody who works here.
pub(super) struct Member {
    role: String,
    team: Option<TeamName>,
    /// The user.
    pub(super) id: UserId,
    /// The user as one who acts.
    pub(super) actor: Actor,
}

/// Everybody who works here.
pub(super) struct Staff(Vec<Member>);

impl Staff {
    /// The first of those with a role.
    pub(super) fn member(&self, role: &str) -> Result<&Member> {
        self.0.iter().find(|member| member.role == role).ok_or_else(|| Code::NotFound.into())
    }

    /// The first of those with a role, as one who acts.
    pub(super) fn actor(&self, role: &str) -> Result<&Actor> {
        self.member(role).map(|member| &member.actor)
    }

    /// A user as one who acts.
    pub(super) fn actor_of(&self, id: UserId) -> Result<&Actor> {
        self.0.iter().find(|member| member.id == id).map(|member| &member.actor).ok_or_else(|| Code::NotFound.into())
    }

    /// Those who sell in a team.
    pub(super) fn sellers(&self, team: TeamName) -> Vec<&Member> {
        self.0.iter().filter(|member| member.team == Some(team)).collect()
    }

    /// Everybody who sells, team by team.
    pub(super) fn all_sellers(&self) -> impl Iterator<Item = &Member> {
        [TeamName::North, TeamName::South].into_iter().flat_map(|team| self.sellers(team))
    }

    /// The salesperson of a team whose turn it is to take the new leads.
    pub(super) fn on_duty(&self, team: TeamName, turn: usize) -> Result<&Member> {
        let sellers = self.sellers(team);
        // In the north the rota begins behind the leader, who is hired first.
        sellers.get((turn + 1) % sellers.len().max(1)).copied().ok_or_else(|| Code::NotFound.into())
    }
}

/// Founds the teams and hires everybody, in one unit of work.
pub(super) async fn hire(calendar: &Calendar, content: &StaffContent) -> Result<Staff> {
    let ctx = calendar.on((FOUNDED, 1), &Actor::system()).await?;
    // They have the same password, so it is hashed once.
    let first = content.sign_ins.first().map(|employee| user(employee, None, Some(PASSWORD))).transpose()?;
    let hash = hash_first_password(&ctx, first.as_ref()).await?;
    let hired = ctx.write(async |tx| employ(tx, content, hash.as_ref()).await).await?;
    let mut staff = Vec::new();
    for (employee, id) in content.sign_ins.iter().chain(&content.colleagues).zip(hired) {
        let actor = identity::actor(&ctx.engine.db, &ctx.playbook, id).await?.ok_or(Code::NotFound)?;
        staff.push(Member { role: employee.role.clone(), team: employee.team, id, actor });
    }
    Ok(Staff(staff))
}

async fn employ(tx: &Tx, content: &StaffContent, hash: Option<&String>) -> Result<Vec<UserId>> {
    let office = create_team(tx, &read(json!({ "name": content.office }))?).await?;
    let north = create_team(tx, &read(json!({ "name": content.north, "parent_id": office }))?).await?;
    let south = create_team(tx, &read(json!({ "name": content.south, "parent_id": office }))?).await?;
    let team_of = |employee: &Employee| {
        employee.team.map(|team| match team {
            TeamName::Office => office,
            TeamName::North => north,
            TeamName::South => south,
        })
    };
    let mut users = Vec::new();
    for employee in &content.sign_ins {
        let draft = user(employee, team_of(employee), Some(PASSWORD))?;
        users.push(create_user(tx, &draft, hash.cloned()).await?);
    }
    for employee in &content.colleagues {
        users.push(create_user(tx, &user(employee, team_of(employee), None)?, None).await?);
    }
    Ok(users)
}

/// What is said about a user who is hired.
pub(super) fn user(
    employee: &Employee,
    team: Option<TeamId>,
    password: Option<&str>,
) -> std::result::Result<UserDraft, Violations> {
    read(json!({
        "email": employee.email(), "full_name": employee.full_name, "role": employee.role, "team_id": team, "password": password,
    }))
}

/// The administrator makes keys for other programs.
pub(super) async fn issue_api_keys(calendar: &Calendar, staff: &Staff, keys: &[ApiKeyContent]) -> Result<()> {
    let issued = calendar.work((-15, 2), staff.actor("admin")?, keys, async |tx, key| {
        create_api_key(tx, &read(json!({ "name": key.name, "scopes": key.scopes }))?).await
    });
    issued.await.map(drop)
}
