//! Notes, calls and files about a record are visible and editable for users who may read the record, or own the activity.

use chot_tests::fixtures::{account, attachment, id, opportunity, own_lead, team};
use chot_tests::{Client, PDF, World};
use serde_json::{Value, json};

use super::{call, planned, with};

/// A record, a planned activity and a note about it, and files on all three.
struct About {
    member: &'static str,
    record: Value,
    activities: Vec<Value>,
    files: Vec<Value>,
}

impl About {
    async fn of(client: &Client, member: &'static str, record: Value) -> Self {
        let meant = json!({member: record["id"]});
        let note = json!({"kind": "note", "subject": "Khách chê giá cao", "done_at": "2026-11-23T01:00:00Z"});
        let activities = vec![
            planned(client, with(call("2026-11-23T08:00:00Z"), meant.clone())).await,
            planned(client, with(note, meant)).await,
        ];
        let mut files = vec![attachment(client, member, &record).await];
        for activity in &activities {
            files.push(attachment(client, "activity_id", activity).await);
        }
        Self { member, record, activities, files }
    }

    async fn all(client: &Client) -> Vec<Self> {
        let (lead, customer) = (own_lead(client, 1).await, account(client, 2).await);
        let chance = opportunity(client, &customer, "Tem").await;
        vec![
            Self::of(client, "lead_id", lead).await,
            Self::of(client, "account_id", customer).await,
            Self::of(client, "opportunity_id", chance).await,
        ]
    }

    /// The user reads all of it, alone and in lists, or nothing.
    async fn is_read(&self, who: &Client, reads: bool, owner: &str) {
        let told = format!("{} by {}", self.member, who.role);
        let status = if reads { 200 } else { 404 };
        let of_record = format!("{}={}", self.member, id(&self.record));
        let lists = [
            "/activities?limit=200".to_owned(),
            format!("/activities?{of_record}"),
            format!("/calendar?from=2026-11-20&owner_id={owner}"),
        ];
        for activity in &self.activities {
            assert_eq!(who.get(&format!("/activities/{}", id(activity))).await.status, status, "one activity: {told}");
            for list in &lists {
                assert_eq!(holds(who, list, activity).await, reads, "{list}: {told}");
            }
        }
        for file in &self.files {
            let path = format!("/attachments/{}", id(file));
            assert_eq!(who.get(&path).await.status, status, "one file: {told}");
            let content = who.get(&format!("{path}/content")).await;
            assert_eq!((content.status, content.bytes == PDF), (status, reads), "content: {told}");
            assert_eq!(holds(who, "/attachments?limit=200", file).await, reads, "all files: {told}");
            assert_eq!(holds(who, &format!("/attachments?{of_record}"), file).await, reads, "files of a record: {told}");
        }
    }

    async fn is_not_worked(&self, who: &Client) {
        let path = format!("/activities/{}", id(&self.activities[0]));
        who.post(&format!("{path}/complete"), json!({"outcome": "successful"})).await.refused(404, "not_found");
        who.post(&format!("{path}/reschedule"), json!({"starts_at": "2026-12-01T02:00:00Z"})).await.refused(404, "not_found");
        who.act(&format!("{path}/cancel")).await.refused(404, "not_found");
        who.patch(&path, 1, json!({"subject": "Khác"})).await.refused(404, "not_found");
        who.delete(&path, 1).await.refused(404, "not_found");
        let note = format!("/activities/{}", id(&self.activities[1]));
        who.patch(&note, 1, json!({"subject": "Khác"})).await.refused(404, "not_found");
        who.delete(&format!("/attachments/{}", id(&self.files[0])), 1).await.refused(404, "not_found");
    }
}

async fn holds(who: &Client, list: &str, record: &Value) -> bool {
    who.all(list).await.iter().any(|one| one["id"] == record["id"])
}

/// A user whose scope is all, but who may not read all kinds of records.
async fn reads_only(playbook: &str, role: &str, read: &[&str]) {
    let world = World::under(playbook).await;
    let lan = world.user("salesperson").await;
    let who = world.user(role).await;
    for about in About::all(&lan).await {
        let reads = read.contains(&about.member);
        about.is_read(&who, reads, &lan.user_id).await;
        if !reads {
            about.is_not_worked(&who).await;
        }
        about.is_read(&lan, true, &lan.user_id).await;
    }
}

#[tokio::test]
async fn r_ichk_34_marketing_of_icheck_sees_nothing_about_accounts_and_opportunities() {
    reads_only("icheck", "marketing", &["lead_id"]).await;
}

#[tokio::test]
async fn r_ichk_34_data_staff_of_icheck_see_and_work_nothing_about_leads_and_opportunities() {
    reads_only("icheck", "data_employee", &["account_id"]).await;
}

#[tokio::test]
async fn marketing_of_suno_sees_nothing_about_accounts_and_opportunities() {
    reads_only("suno", "marketing", &["lead_id"]).await;
}

#[tokio::test]
async fn marketing_of_easyedu_sees_and_works_nothing_about_accounts_and_opportunities() {
    reads_only("easyedu", "marketing", &["lead_id"]).await;
}

#[tokio::test]
async fn accountants_of_easyedu_see_nothing_about_leads() {
    reads_only("easyedu", "accountant", &["account_id", "opportunity_id"]).await;
}

#[tokio::test]
async fn who_may_read_everything_sees_everything() {
    reads_only("icheck", "customer_care", &["lead_id", "account_id", "opportunity_id"]).await;
}

/// A user who reads everything has a key that reads only activities and files.
#[tokio::test]
async fn a_program_sees_nothing_about_records_that_it_may_not_read() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let scopes = ["activities:read", "activities:write", "attachments:read", "attachments:write", "leads:read"];
    let (_, script) = crate::identity::people::api_key(&admin, &scopes).await;
    for about in About::all(&lan).await {
        let reads = about.member == "lead_id";
        about.is_read(&script, reads, &lan.user_id).await;
        if !reads {
            about.is_not_worked(&script).await;
        }
    }
}

#[tokio::test]
async fn what_one_does_oneself_is_seen_and_worked_whatever_it_is_about() {
    for (playbook, role, member) in [("icheck", "data_employee", "lead_id"), ("easyedu", "marketing", "account_id")] {
        let world = World::under(playbook).await;
        let (lan, admin, who) = (world.user("salesperson").await, world.user("admin").await, world.user(role).await);
        let record = if member == "lead_id" { own_lead(&lan, 1).await } else { account(&lan, 1).await };
        let given = with(call("2026-11-23T08:00:00Z"), json!({member: record["id"], "owner_id": who.user_id}));
        let given = planned(&admin, given).await;
        let path = format!("/activities/{}", id(&given));
        who.get(&path).await.expect(200);
        for list in ["/activities", "/calendar", "/calendar/due-today"] {
            assert!(holds(&who, list, &given).await, "{list} of {role}");
        }
        let file = attachment(&lan, "activity_id", &given).await;
        assert_eq!(who.get(&format!("/attachments/{}/content", id(&file))).await.bytes, PDF);
        who.patch(&path, 1, json!({"subject": "Kiểm tra thông tin"})).await.expect(200);
        who.post(&format!("{path}/complete"), json!({"outcome": "successful"})).await.expect(200);
        who.get(&path).await.expect(200);
    }
}

/// A task without a record.
#[tokio::test]
async fn what_is_about_no_record_is_seen_by_who_reaches_whoever_does_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let task = planned(&team.lan, call("2026-11-23T08:00:00Z")).await;
    let path = format!("/activities/{}", id(&task));
    for who in [&team.lan, &team.manager, &world.user("data_employee").await] {
        who.get(&path).await.expect(200);
        assert!(holds(who, "/activities", &task).await, "{}", who.role);
    }
    team.minh.get(&path).await.refused(404, "not_found");
}
