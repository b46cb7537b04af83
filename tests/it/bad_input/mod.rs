//! Whatever is sent, the response is a clear error, and nothing is stored.

mod dates;
mod faults;
mod identifiers;
mod json;
mod languages;
mod limits;
mod nul;
mod numbers;
mod parameters;
mod shapes;
pub mod sweep;

use chot_tests::fixtures::{phone, text};
use chot_tests::{Client, Response, World, fault};
use reqwest::Method;
use serde_json::{Value, json};

/// Checks that nothing is stored.
pub struct Witness {
    admin: Client,
    counts: Vec<usize>,
    cursor: String,
}

const LISTS: [&str; 11] = [
    "leads",
    "accounts",
    "contacts",
    "opportunities",
    "products",
    "lead-forms",
    "conversions",
    "users",
    "teams",
    "api-keys",
    "attachments",
];

impl Witness {
    /// Records the current state.
    pub async fn of(world: &World) -> Self {
        let admin = world.user("admin").await;
        let mut witness = Self { admin, counts: Vec::new(), cursor: String::new() };
        witness.look_again().await;
        witness
    }

    /// Records the current state again.
    pub async fn look_again(&mut self) {
        let mut from = if self.cursor.is_empty() { String::new() } else { format!("&cursor={}", self.cursor) };
        loop {
            let piece = self.admin.get(&format!("/events?limit=200{from}")).await.expect(200);
            self.cursor = text(&piece, "next_cursor");
            from = format!("&cursor={}", self.cursor);
            if piece["has_more"] == false {
                break;
            }
        }
        self.counts = self.count().await;
    }

    async fn count(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for list in LISTS {
            counts.push(self.admin.all(&format!("/{list}")).await.len());
        }
        counts
    }

    /// Fails if an event was stored since.
    async fn no_event(&self, after: &str) {
        let feed = self.admin.get(&format!("/events?cursor={}", self.cursor)).await.expect(200);
        assert_eq!(feed["data"], json!([]), "{after}");
    }

    /// Fails if anything was stored since.
    pub async fn nothing_written(&self) {
        self.no_event("").await;
        assert_eq!(self.count().await, self.counts);
    }
}

/// A valid lead, so that what a test adds is the only violation.
fn right() -> Value {
    json!({"kind": "individual", "name": "Lê Thị Mai", "phone": phone(1), "citizen_id": "079085001234"})
}

/// The valid lead with a value at a pointer, and with what the value needs.
fn at(pointer: &str, value: Value) -> Value {
    let mut lead = right();
    let surroundings = [
        ("/contact_person/", "contact_person", json!({"full_name": "Chị Hương"})),
        ("/contact_points/", "contact_points", json!([{"channel": "other", "value": "x"}])),
        ("/profile/", "profile", json!({})),
        ("/profile/address/", "profile", json!({"address": {"text": "12 Hàng Bài"}})),
    ];
    for (beginning, member, around) in surroundings {
        if pointer.starts_with(beginning) {
            lead[member] = around;
        }
    }
    if pointer == "/tax_code" {
        lead["kind"] = json!("company");
        lead.as_object_mut().unwrap().remove("citizen_id");
    }
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = lead.pointer_mut(parent).unwrap();
    match member.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[member] = value,
    }
    lead
}

/// Sends raw bytes.
async fn raw(client: &Client, path: &str, body: impl Into<reqwest::Body>) -> Response {
    client.send(client.request(Method::POST, path).header("content-type", "application/json").body(body)).await
}
