//! After the demo is loaded, every list contains something, under every playbook.

use chot_application::demo;
use chot_tests::fixtures::id;
use chot_tests::{Client, Options, World, contract};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::Value;

use super::operation::{Operation, operations};

/// Lists that are empty for a reason: the operation, the playbooks that fill it nevertheless, and why the others do not.
const EXCEPTIONS: [(&str, &[&str], &str); 4] = [
    ("listDeliveries", &[], "nothing is sent without a mail server"),
    ("listTrials", &["easyedu"], "only Easy Edu grants trials"),
    ("listEvidenceReviews", &["icheck"], "only iCheck samples evidence"),
    ("listEvidenceChecks", &["icheck"], "only iCheck checks evidence every night"),
];

/// A world with the demo of a playbook, and its users.
struct Demo {
    playbook: &'static str,
    world: World,
    admin: Client,
}

impl Demo {
    async fn of(playbook: &'static str) -> Self {
        let world = World::of_demo_under(playbook, Options::default()).await;
        let admin = world.demo_user("admin").await;
        Self { playbook, world, admin }
    }

    /// Whether the administrator, or another user, finds something in a list.
    async fn fills(&self, operation: &Operation) -> bool {
        if fills(&self.admin, operation).await {
            return true;
        }
        for sign_in in demo::sign_ins(self.playbook) {
            if fills(&self.world.demo_user(&sign_in.role).await, operation).await {
                return true;
            }
        }
        false
    }

    async fn has_something_in_every_list(&self) {
        let (mut walked, mut wrong) = (0, Vec::new());
        for (operation, row) in operations().into_iter().filter(|(operation, _)| is_list(operation)) {
            let exception = EXCEPTIONS.iter().find(|(name, ..)| *name == row.operation);
            let is_filled = exception.is_none_or(|(_, filled_by, _)| filled_by.contains(&self.playbook));
            if self.fills(&operation).await != is_filled {
                wrong.push(format!("{} has {}", row.operation, if is_filled { "nothing" } else { "something" }));
            }
            walked += 1;
        }
        assert!(wrong.is_empty(), "{}: {}", self.playbook, wrong.join(", "));
        assert!(walked > 25, "only {walked} lists");
    }

    /// The number of activities that match a filter.
    async fn activities(&self, filter: &str) -> usize {
        records(&self.admin, &format!("/activities?limit=100&{filter}")).await.len()
    }

    async fn has_every_kind_of_activity(&self) {
        let now = "2026-11-23T02:00:00Z";
        for filter in ["status=planned", "status=done", "status=cancelled", "kind=note"] {
            assert!(self.activities(filter).await > 0, "{}: no activity is {filter}", self.playbook);
        }
        let planned = records(&self.admin, "/activities?limit=100&status=planned").await;
        let (overdue, ahead): (Vec<_>, Vec<_>) = planned.iter().partition(|one| one["starts_at"].as_str() < Some(now));
        assert!(!overdue.is_empty() && !ahead.is_empty(), "{}: {} and {}", self.playbook, overdue.len(), ahead.len());
    }

    /// The first user to sign in is the administrator, who also finds something in personal lists.
    async fn greets_the_administrator(&self) {
        for path in ["/calendar/due-today", "/calendar", "/notifications"] {
            assert!(!records(&self.admin, path).await.is_empty(), "{}: {path}", self.playbook);
        }
    }

    /// What falls due in the first days runs without a failure.
    async fn goes_on(&self) {
        self.world.pass(TimeDelta::days(3)).await;
        let backlog = self.admin.get("/timers/backlog").await.expect(200);
        assert_eq!((&backlog["due"], &backlog["failed"]), (&0.into(), &0.into()), "{}", self.playbook);
    }

    /// Every file can be downloaded and matches its description.
    async fn gives_every_file(&self) {
        let admin = &self.admin;
        for file in records(admin, "/attachments?limit=100").await {
            let content = admin.get(&format!("/attachments/{}/content", id(&file))).await;
            assert_eq!(
                (content.status, content.bytes.len() as i64),
                (200, file["size"].as_i64().unwrap()),
                "{}",
                file["file_name"]
            );
        }
    }
}

/// Whether a user finds something in a list. If the list belongs to a record, one record with entries is enough.
async fn fills(who: &Client, operation: &Operation) -> bool {
    let paths = match operation.path.split_once("/{") {
        Some((parents, rest)) => {
            let rest = rest.split_once('}').unwrap().1;
            let records = records(who, &format!("{parents}?limit=100")).await;
            records.iter().map(|record| format!("{parents}/{}{rest}", id(record))).collect()
        }
        None => vec![operation.path.clone()],
    };
    for path in paths {
        if !records(who, &path).await.is_empty() {
            return true;
        }
    }
    false
}

/// The records of a list, if the user may read it.
async fn records(who: &Client, path: &str) -> Vec<Value> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let reply = who.get(path).await;
    assert!([200, 403, 404].contains(&reply.status), "{path} answered {}: {:#}", reply.status, reply.body);
    reply.body["data"].as_array().cloned().unwrap_or_default()
}

/// Whether an operation returns a list.
fn is_list(operation: &Operation) -> bool {
    let schema = operation.document["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str();
    let name = schema.and_then(|at| at.strip_prefix("#/components/schemas/")).unwrap_or_default();
    let list = &contract().document["components"]["schemas"][name]["properties"]["data"]["type"];
    operation.method == Method::GET && list == "array"
}

async fn has_something_everywhere(playbook: &'static str) {
    let demo = Demo::of(playbook).await;
    demo.has_something_in_every_list().await;
    demo.has_every_kind_of_activity().await;
    demo.greets_the_administrator().await;
    demo.gives_every_file().await;
    demo.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demo_has_something_in_it_under_suno() {
    has_something_everywhere("suno").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demo_has_something_in_it_under_groupon() {
    has_something_everywhere("groupon").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demo_has_something_in_it_under_xcrm() {
    has_something_everywhere("xcrm").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demo_has_something_in_it_under_icheck() {
    has_something_everywhere("icheck").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_demo_has_something_in_it_under_easyedu() {
    has_something_everywhere("easyedu").await;
}

/// The first night loses the opportunities without evidence, so that the effect of the check is visible, and keeps the others.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_night_of_the_demo_loses_few_opportunities() {
    let demo = Demo::of("icheck").await;
    let admin = &demo.admin;
    let open = records(admin, "/opportunities?limit=100&status=open").await.len();
    demo.world.pass(TimeDelta::hours(15)).await;
    let left = records(admin, "/opportunities?limit=100&status=open").await.len();
    assert!((1..=5).contains(&(open - left)), "{open} were open before the night, {left} after it");
    let checks = records(admin, "/evidence-checks").await;
    assert!(checks.iter().any(|check| check["lost"].as_i64() == Some((open - left) as i64)), "{checks:#?}");
}
