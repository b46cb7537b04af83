//! Compares the result of a night with the book.

use std::collections::BTreeMap;

use chot_tests::fixtures::text;
use chot_tests::{Client, Mail, MailServer};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};

use super::book::{Due, Told};
use super::day::People;
use crate::robustness::at_once::counted;

/// Where a worker can die after an e-mail was sent and before the result was stored.
const SENT_AND_NOT_NOTED: [&str; 4] = ["delivery.sent", "delivery.noted", "unit.before_commit", "unit.after_commit"];

/// The number of e-mails that are sent at the same time.
const AT_ONCE: usize = 4;

/// Audits the results.
pub struct Audit {
    database: DatabaseConnection,
    server: MailServer,
    /// The position up to which the feed was read.
    cursor: String,
    position: i64,
    /// The number of e-mails seen.
    mails: usize,
}

impl Audit {
    /// Starts after everything that has happened.
    pub async fn begin(database: DatabaseConnection, server: MailServer, admin: &Client) -> Self {
        let mut audit = Self { database, server, cursor: String::new(), position: 0, mails: 0 };
        audit.feed(admin).await;
        audit
    }

    /// Ends the leases, as if time had passed.
    pub async fn end_leases(&self) {
        let over = "UPDATE deliveries SET locked_until = NULL WHERE locked_until IS NOT NULL";
        self.database.execute_unprepared(over).await.unwrap();
    }

    /// After a night: everything due was done once, and nothing else.
    pub async fn night(&mut self, people: &People, due: &Due, died: &[&'static str]) {
        let unplaced = self.count("SELECT count(*) FROM events WHERE position IS NULL").await;
        assert_eq!(unplaced, 0, "the workers gave every event its position");
        let events = self.feed(&people.admin).await;
        self.events(due, &events);
        self.states(people, due).await;
        let told = self.told(people, due).await;
        self.letters(&people.admin, &told, died).await;
    }

    async fn count(&self, query: &str) -> i64 {
        counted(&self.database, query).await
    }

    /// The new events of the feed. Their positions have no gaps.
    async fn feed(&mut self, admin: &Client) -> Vec<Value> {
        let (mut events, begun) = (Vec::new(), self.position);
        loop {
            let from = if self.cursor.is_empty() { String::new() } else { format!("&cursor={}", self.cursor) };
            let page = admin.get(&format!("/events?limit=200{from}")).await.expect(200);
            events.extend(page["data"].as_array().unwrap().iter().cloned());
            self.cursor = text(&page, "next_cursor");
            if page["has_more"] == false {
                break;
            }
        }
        self.position = self.count("SELECT COALESCE(MAX(position), 0) FROM events").await;
        assert_eq!(self.position - begun, i64::try_from(events.len()).unwrap(), "the feed has a gap");
        events
    }

    fn events(&self, due: &Due, events: &[Value]) {
        let of = |kind: &str| -> Vec<&Value> { events.iter().filter(|event| event["kind"] == kind).collect() };
        let subjects = |events: &[&Value]| sorted(events.iter().map(|event| text(event, "subject_id")));
        let by_system = |event: &&&Value| event["actor_kind"] == "system";

        let lost: Vec<&Value> = of("opportunity.lost").iter().filter(by_system).copied().collect();
        assert_eq!(subjects(&lost), sorted(due.lost.keys().cloned()), "lost by the check");
        for event in lost {
            let facts = &event["facts"];
            assert_eq!((&facts["business_date"], &facts["reason"]), (&json!(due.date), &json!("no_evidence")), "{event:#}");
            assert_eq!(facts["evidence_status"], due.lost[&text(event, "subject_id")], "{event:#}");
        }
        let released = of("account.released");
        assert_eq!(subjects(&released), sorted(due.released.clone()), "released");
        let by_check = released.iter().filter(by_system).count();
        assert_eq!(i64::try_from(by_check).unwrap(), due.released_by_check, "released by the check");
        assert_eq!(subjects(&of("lead.follow_up_due")), sorted(due.follow_ups.clone()), "follow-ups");
        let forgotten = |event: &&Value| event["facts"]["forgotten"] == "remote_access_password";
        let forgotten: Vec<&Value> = of("activity.updated").into_iter().filter(forgotten).collect();
        assert_eq!(subjects(&forgotten), sorted(due.forgotten.clone()), "passwords");
    }

    async fn states(&self, people: &People, due: &Due) {
        let open = people.admin.all("/opportunities?status=open&limit=200").await;
        assert_eq!(sorted(open.iter().map(|one| text(one, "id"))), sorted(due.open.clone()), "what is open");
        for (query, count) in [
            ("SELECT count(*) FROM accounts WHERE owner_id IS NULL", due.pooled),
            ("SELECT count(*) FROM leads WHERE is_follow_up_due = true", due.fallen_due),
            ("SELECT count(*) FROM activities WHERE remote_access->>'password' IS NOT NULL", due.passwords),
        ] {
            assert_eq!(self.count(query).await, count, "{query}");
        }

        let checks = people.admin.get("/evidence-checks?limit=2").await.expect(200);
        let [next, last] = &checks["data"].as_array().unwrap()[..] else { panic!("{checks:#}") };
        let state = |check: &Value| (check["business_date"].clone(), check["state"].clone());
        assert_eq!(state(next), (json!(due.date.succ_opt().unwrap()), json!("waiting")));
        assert_eq!(state(last), (json!(due.date), json!("done")));
        let tally = ["checked", "lost", "released", "already_closed"].map(|name| last[name].as_i64().unwrap());
        let lost = i64::try_from(due.lost.len()).unwrap();
        assert_eq!(tally, [due.checked, lost, due.released_by_check, due.already_closed], "the tally of the check");

        let backlog = people.admin.get("/timers/backlog").await.expect(200);
        let expected = json!({"due": 0, "oldest_due_at": null, "waiting": due.waiting, "failed": 0});
        assert_eq!(backlog, expected, "what waits is what is to come");
        assert_eq!(self.count("SELECT count(*) FROM timers WHERE attempts > 0").await, 0, "no worker stumbles over another");
    }

    /// The identifiers of the notifications of the night.
    async fn told(&self, people: &People, due: &Due) -> Vec<String> {
        let (mut told, mut ids): (Vec<Told>, _) = (Vec::new(), Vec::new());
        for user in [&people.lan, &people.manager] {
            for one in user.all("/notifications?is_read=false&limit=200").await {
                let kind = KINDS.into_iter().find(|kind| one["kind"] == *kind).unwrap_or_else(|| panic!("{one:#}"));
                told.push((user.user_id.clone(), kind, text(&one, "subject_id")));
                ids.push(text(&one, "id"));
            }
            user.act("/notifications/mark-all-read").await.expect(200);
        }
        assert_eq!(sorted(told), sorted(due.told.clone()), "who was told of what");
        ids
    }

    /// Each notification was sent as an e-mail: once, or twice with the same `Message-ID` if a worker died between sending and
    /// storing the result.
    async fn letters(&mut self, admin: &Client, told: &[String], died: &[&'static str]) {
        let newest = admin.get("/deliveries?limit=200").await.expect(200);
        let of_tonight = |one: &&Value| told.iter().any(|id| one["notification_id"] == json!(id));
        let attempts: BTreeMap<String, i64> = newest["data"].as_array().unwrap().iter().filter(of_tonight).map(sent).collect();
        assert_eq!(attempts.len(), told.len(), "one delivery for each notification");
        let surplus = self.count("SELECT (SELECT count(*) FROM deliveries) - (SELECT count(*) FROM notifications)").await;
        assert_eq!(surplus, 0, "and no other");

        let mails = self.server.mails().split_off(self.mails);
        self.mails += mails.len();
        let mut came: BTreeMap<String, i64> = BTreeMap::new();
        for mail in &mails {
            *came.entry(mark(mail)).or_default() += 1;
        }
        assert!(came.keys().eq(attempts.keys()), "{came:#?} {attempts:#?}");
        assert!(came.iter().all(|(id, times)| *times <= attempts[id]), "{came:#?} {attempts:#?}");
        let twice = mails.len() - came.len();
        let between = died.iter().filter(|place| SENT_AND_NOT_NOTED.contains(place)).count();
        assert!(twice <= between * AT_ONCE, "{twice} came twice, though they died at {died:?}");
    }
}

/// The kinds of notifications in these nights. All are also sent by e-mail.
const KINDS: [&str; 5] =
    ["opportunity_lost_by_check", "account_released", "lead_follow_up_due", "lead_assigned", "evidence_warned"];

/// A sent delivery with its number of attempts.
fn sent(delivery: &Value) -> (String, i64) {
    assert_eq!((&delivery["state"], &delivery["last_error"]), (&json!("sent"), &json!(null)), "{delivery:#}");
    (text(delivery, "id"), delivery["attempts"].as_i64().unwrap())
}

/// The delivery of an e-mail.
fn mark(mail: &Mail) -> String {
    let mark = mail.header("Message-ID").unwrap();
    mark.trim_start_matches('<').split('@').next().unwrap().to_owned()
}

fn sorted<T: Ord>(these: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut these: Vec<T> = these.into_iter().collect();
    these.sort();
    these
}
