use chot_domain::identity::{Actor, TeamId, UserDraft, UserId};
use chot_domain::shared::{Code, Violations, read};
use chot_persistence::{Tx, identity};
use serde_json::json;

use super::PASSWORD;
use super::calendar::Calendar;
use super::content::{ApiKeyContent, Employee, StaffContent, TeamName};
use crate::Result;
use crate::identity::{create_api_key, create_team, create_user, hash_first_password};

/// The day on which the first users are created.
const FOUNDED: i64 = -60;

/// A user.
pub(super) struct Member {
    role: String,
    team: Option<TeamName>,
    /// The user.
    pub(super) id: UserId,
    /// The user as an actor.
    pub(super) actor: Actor,
}

/// All users.
pub(super) struct Staff(Vec<Member>);

impl Staff {
    /// The first user with a role.
    pub(super) fn member(&self, role: &str) -> Result<&Member> {
        self.0.iter().find(|member| member.role == role).ok_or_else(|| Code::NotFound.into())
    }

    /// The first user with a role, as an actor.
    pub(super) fn actor(&self, role: &str) -> Result<&Actor> {
        self.member(role).map(|member| &member.actor)
    }

    /// A user as an actor.
    pub(super) fn actor_of(&self, id: UserId) -> Result<&Actor> {
        self.0.iter().find(|member| member.id == id).map(|member| &member.actor).ok_or_else(|| Code::NotFound.into())
    }

    /// The salespeople of a team.
    pub(super) fn sellers(&self, team: TeamName) -> Vec<&Member> {
        self.0.iter().filter(|member| member.team == Some(team)).collect()
    }

    /// All salespeople, team by team.
    pub(super) fn all_sellers(&self) -> impl Iterator<Item = &Member> {
        [TeamName::North, TeamName::South].into_iter().flat_map(|team| self.sellers(team))
    }

    /// The salesperson of a team who gets the new leads of a turn.
    pub(super) fn on_duty(&self, team: TeamName, turn: usize) -> Result<&Member> {
        let sellers = self.sellers(team);
        // In the north the rotation starts after the leader, who is created first.
        sellers.get((turn + 1) % sellers.len().max(1)).copied().ok_or_else(|| Code::NotFound.into())
    }
}

/// Creates the teams and all users, in one unit of work.
pub(super) async fn hire(calendar: &Calendar, content: &StaffContent) -> Result<Staff> {
    let ctx = calendar.on((FOUNDED, 1), &Actor::system()).await?;
    // They have the same password, so it is hashed only once.
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

/// The draft of a new user.
pub(super) fn user(
    employee: &Employee,
    team: Option<TeamId>,
    password: Option<&str>,
) -> std::result::Result<UserDraft, Violations> {
    read(json!({
        "email": employee.email(), "full_name": employee.full_name, "role": employee.role, "team_id": team, "password": password,
    }))
}

/// The administrator creates API keys for other programs.
pub(super) async fn issue_api_keys(calendar: &Calendar, staff: &Staff, keys: &[ApiKeyContent]) -> Result<()> {
    let issued = calendar.work((-15, 2), staff.actor("admin")?, keys, async |tx, key| {
        create_api_key(tx, &read(json!({ "name": key.name, "scopes": key.scopes }))?).await
    });
    issued.await.map(drop)
}
