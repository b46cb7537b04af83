use chot_domain::identity::{Actor, TeamId, UserDraft, UserId};
use chot_domain::shared::{Code, Violations, read};
use chot_persistence::{Tx, identity};
use serde_json::json;

use super::SIGN_INS;
use super::calendar::Calendar;
use crate::Result;
use crate::identity::{create_team, create_user, hash_first_password};

/// The day on which the first people were hired.
const FOUNDED: i64 = -60;

/// The part of the country that a team sells in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// Kinh doanh Hà Nội.
    North,
    /// Kinh doanh TP. Hồ Chí Minh.
    South,
}

/// Salespeople who own customers, but do not sign in to the demo.
const COLLEAGUES: [(&str, &str, Region); 6] = [
    ("dung.bui@demo.example.vn", "Bùi Tiến Dũng", Region::North),
    ("ha.ngo@demo.example.vn", "Ngô Thị Thu Hà", Region::North),
    ("bao.huynh@demo.example.vn", "Huỳnh Gia Bảo", Region::South),
    ("tram.vo@demo.example.vn", "Võ Thị Ngọc Trâm", Region::South),
    ("tung.phan@demo.example.vn", "Phan Thanh Tùng", Region::South),
    ("ngan.ly@demo.example.vn", "Lý Thị Kim Ngân", Region::South),
];

/// Somebody who works here.
pub(super) struct Member {
    role: &'static str,
    /// The region in which they sell, if they do.
    region: Option<Region>,
    /// The user.
    pub(super) id: UserId,
    /// The user as one who acts.
    pub(super) actor: Actor,
}

/// Everybody who works here.
pub(super) struct Staff(Vec<Member>);

impl Staff {
    /// The first of those with a role.
    pub(super) fn actor(&self, role: &str) -> Result<&Actor> {
        self.0.iter().find(|member| member.role == role).map(|member| &member.actor).ok_or_else(|| Code::NotFound.into())
    }

    /// The salesperson of a region whose turn it is to take the new leads.
    pub(super) fn on_duty(&self, region: Region, turn: usize) -> Result<&Member> {
        let team: Vec<&Member> = self.0.iter().filter(|member| member.region == Some(region)).collect();
        // In the north the rota begins behind the leader, who is hired first.
        team.get((turn + 1) % team.len().max(1)).copied().ok_or_else(|| Code::NotFound.into())
    }
}

/// Founds the teams and hires everybody, in one unit of work.
pub(super) async fn hire(calendar: &Calendar) -> Result<Staff> {
    let ctx = calendar.on((FOUNDED, 1), &Actor::system()).await?;
    let mut hashes = Vec::new();
    for it in &SIGN_INS {
        let draft = user((it.email, it.full_name, it.role), None, Some(it.password))?;
        hashes.push(hash_first_password(&ctx, Some(&draft)).await?);
    }
    let users = ctx.write(async |tx| employ(tx, &hashes).await).await?;
    let mut staff = Vec::new();
    for (role, region, id) in users {
        let actor = identity::actor(&ctx.engine.db, &ctx.playbook, id).await?.ok_or(Code::NotFound)?;
        staff.push(Member { role, region, id, actor });
    }
    Ok(Staff(staff))
}

async fn employ(tx: &Tx, hashes: &[Option<String>]) -> Result<Vec<(&'static str, Option<Region>, UserId)>> {
    let whole = create_team(tx, &read(json!({ "name": "Phòng Kinh doanh" }))?).await?;
    let north = create_team(tx, &read(json!({ "name": "Kinh doanh Hà Nội", "parent_id": whole }))?).await?;
    let south = create_team(tx, &read(json!({ "name": "Kinh doanh TP. Hồ Chí Minh", "parent_id": whole }))?).await?;
    let mut users = Vec::new();
    for (it, hash) in SIGN_INS.iter().zip(hashes) {
        let (team, region) = match it.role {
            "manager" => (Some(whole), None),
            "sales_leader" | "salesperson" => (Some(north), Some(Region::North)),
            _ => (None, None),
        };
        let draft = user((it.email, it.full_name, it.role), team, Some(it.password))?;
        users.push((it.role, region, create_user(tx, &draft, hash.clone()).await?));
    }
    for (email, full_name, region) in COLLEAGUES {
        let team = if region == Region::North { north } else { south };
        let draft = user((email, full_name, "salesperson"), Some(team), None)?;
        users.push(("salesperson", Some(region), create_user(tx, &draft, None).await?));
    }
    Ok(users)
}

/// A user with an e-mail address, a name and a role.
pub(super) fn user(
    (email, full_name, role): (&str, &str, &str),
    team: Option<TeamId>,
    password: Option<&str>,
) -> std::result::Result<UserDraft, Violations> {
    read(json!({ "email": email, "full_name": full_name, "role": role, "team_id": team, "password": password }))
}
