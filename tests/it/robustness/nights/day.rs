//! What users do before and during the night.

use std::collections::BTreeMap;

use chot_tests::Client;
use chot_tests::fixtures::{account, attachment, company, id, opportunity, own_lead};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::book::Book;

/// The users.
pub struct People {
    pub admin: Client,
    /// Manager of Lan's team.
    pub manager: Client,
    /// A salesperson.
    pub lan: Client,
    /// Reviews evidence.
    pub care: Client,
}

/// What is done after the cut-off, or concurrently with the check.
#[derive(Default)]
pub struct Evening {
    late_proofs: Vec<String>,
    late_wins: Vec<String>,
    /// An opportunity, and a file that is submitted as evidence while the workers run.
    pub racing_proof: Option<(String, Value)>,
    /// An opportunity that is won while the workers run.
    pub racing_win: Option<String>,
}

/// A random working day.
pub struct Day<'a> {
    pub people: &'a People,
    pub book: &'a mut Book,
    pub dice: &'a mut StdRng,
    /// The counter for unique numbers.
    pub number: &'a mut u32,
    pub begins: DateTime<Utc>,
    /// Whether users still work between the cut-off and the check.
    pub is_late: bool,
    /// The opportunities lost in the last night, with their accounts.
    pub lost_yesterday: &'a BTreeMap<String, String>,
}

/// More opportunities than the check judges in one unit.
const MANY: u32 = 52;

impl Day<'_> {
    /// Runs the day, and returns what is left for the evening.
    pub async fn work(mut self, is_big: bool) -> Evening {
        let mut evening = Evening::default();
        self.close_some().await;
        self.take_back().await;
        let (ours, customers) = (self.account().await, self.dice.random_range(0..3));
        self.open(&ours).await;
        for _ in 0..customers {
            let ours = self.account().await;
            for _ in 0..self.dice.random_range(1..=2) {
                self.work_on(&ours, &mut evening).await;
            }
        }
        if is_big {
            let many = self.account().await;
            for _ in 0..MANY {
                self.open(&many).await;
            }
        }
        self.leads().await;
        self.meeting().await;
        evening
    }

    fn next(&mut self) -> u32 {
        *self.number += 1;
        *self.number
    }

    async fn account(&mut self) -> Value {
        let number = self.next();
        account(&self.people.lan, number).await
    }

    async fn open(&mut self, account: &Value) -> String {
        let name = format!("Cơ hội {}", self.next());
        let chance = id(&opportunity(&self.people.lan, account, &name).await);
        self.book.opened(&chance, &id(account));
        chance
    }

    async fn work_on(&mut self, account: &Value, evening: &mut Evening) {
        let fate = self.dice.random_range(0..12);
        if fate == 0 {
            return self.open_side(account).await;
        }
        let chance = self.open(account).await;
        match fate {
            1..=4 => self.prove(&chance).await,
            5 => {
                self.prove(&chance).await;
                self.warn(&chance).await;
            }
            6 | 10 if evening.racing_proof.is_none() => {
                let file = file(&self.people.lan, &chance).await;
                evening.racing_proof = Some((chance, file));
            }
            7 | 11 if self.is_late => evening.racing_win = evening.racing_win.take().or(Some(chance)),
            8 if self.is_late => evening.late_proofs.push(chance),
            9 if self.is_late => evening.late_wins.push(chance),
            _ => {}
        }
    }

    async fn open_side(&mut self, account: &Value) {
        let draft = json!({"account_id": account["id"], "name": "Cơ hội phụ", "classification": "secondary"});
        let side = self.people.lan.post("/opportunities", draft).await.expect(201);
        self.book.side.insert(id(&side));
    }

    async fn prove(&mut self, chance: &str) {
        let file = file(&self.people.lan, chance).await;
        give(&self.people.lan, chance, &file).await.expect(201);
        self.book.proved(chance);
    }

    async fn warn(&mut self, chance: &str) {
        let path = format!("/opportunities/{chance}/evidence/warn");
        self.people.care.post(&path, json!({"reason": "Ảnh mờ, không đọc được"})).await.expect(200);
        self.book.warned(chance);
    }

    /// Closes some opportunities with evidence.
    async fn close_some(&mut self) {
        for chance in self.book.proven() {
            let path = format!("/opportunities/{chance}");
            match self.dice.random_range(0..6) {
                0 => {
                    self.people.lan.act(&format!("{path}/win")).await.expect(200);
                    self.book.won(&chance);
                }
                1 => {
                    self.people.lan.post(&format!("{path}/lose"), json!({"reason": "price"})).await.expect(200);
                    self.book.lost_by_hand(&chance);
                }
                2 => self.warn(&chance).await,
                _ => {}
            }
        }
    }

    /// Reopens an opportunity that was lost in the last night, with its account: the next night may lose it again.
    async fn take_back(&mut self) {
        let Some((chance, account)) = self.lost_yesterday.first_key_value().filter(|_| self.dice.random_bool(0.3)) else {
            return;
        };
        if self.book.claimed(account) {
            self.people.lan.act(&format!("/accounts/{account}/claim")).await.expect(200);
        }
        let path = format!("/opportunities/{chance}/reopen");
        self.people.admin.post(&path, json!({"reason": "Mất nhầm"})).await.expect(200);
        self.book.opened(chance, account);
    }

    /// Some leads are assigned to Lan, some are set aside until a time before the end of the night, or longer.
    async fn leads(&mut self) {
        for days in 0..self.dice.random_range(1..=3) {
            let lead = id(&own_lead(&self.people.lan, self.next()).await);
            // At least one falls due while it is still evening for everybody.
            let latest = if days == 0 { 600 } else { 900 };
            let until = self.begins + TimeDelta::days(days) + TimeDelta::minutes(self.dice.random_range(1..=latest));
            self.people.lan.post(&format!("/leads/{lead}/recycle"), json!({"follow_up_at": until})).await.expect(200);
            self.book.parked(&lead, until);
        }
        for _ in 0..self.dice.random_range(1..=2) {
            let mut draft = company(self.next());
            draft["owner_id"] = json!(self.people.lan.user_id);
            let lead = self.people.manager.post("/leads", draft).await.expect(201);
            self.book.told_salesperson("lead_assigned", &id(&lead));
        }
    }

    /// Plans a meeting for today, with a password that is deleted one day later (R-EDU-50).
    async fn meeting(&mut self) {
        let starts_at = self.begins + TimeDelta::minutes(self.dice.random_range(60..=800));
        let ends_at = starts_at + TimeDelta::minutes(45);
        let draft = json!({
            "kind": "online_meeting", "category": "demo", "subject": "Demo", "starts_at": starts_at, "ends_at": ends_at,
            "remote_access": {"tool": "TeamViewer", "id": "123 456 789", "password": "mat-khau-7k2x"},
        });
        let meeting = id(&self.people.lan.post("/activities", draft).await.expect(201));
        self.book.kept(&meeting, ends_at + TimeDelta::days(1));
    }
}

impl Evening {
    /// After the cut-off and before the check: evidence comes too late, but a win counts.
    pub async fn pass(&self, people: &People, book: &mut Book) {
        for chance in &self.late_proofs {
            give(&people.lan, chance, &file(&people.lan, chance).await).await.expect(201);
        }
        for chance in &self.late_wins {
            people.lan.act(&format!("/opportunities/{chance}/win")).await.expect(200);
            book.won_late(chance);
        }
    }

    /// Runs concurrently with the check, after a number of other requests. Returns whether the evidence and the win were
    /// accepted.
    pub async fn race(&self, people: &People, looks_before: u32) -> (bool, bool) {
        for _ in 0..looks_before {
            people.lan.get("/me").await.expect(200);
        }
        let proof = async {
            let Some((chance, file)) = &self.racing_proof else { return false };
            taken(give(&people.lan, chance, file).await.status)
        };
        let win = async {
            let Some(chance) = &self.racing_win else { return false };
            taken(people.lan.act(&format!("/opportunities/{chance}/win")).await.status)
        };
        tokio::join!(proof, win)
    }
}

/// Whether the request succeeded. If the check was first, the opportunity is lost, and its account is no longer visible.
fn taken(status: u16) -> bool {
    assert!([200, 201, 403, 404, 409].contains(&status), "{status}");
    status < 300
}

async fn file(client: &Client, chance: &str) -> Value {
    attachment(client, "opportunity_id", &json!({"id": chance})).await["id"].clone()
}

async fn give(client: &Client, chance: &str, file: &Value) -> chot_tests::Response {
    client.post(&format!("/opportunities/{chance}/evidence"), json!({"kind": "file", "attachment_id": file})).await
}
