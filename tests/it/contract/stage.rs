//! The stage of these tests: users of two teams, and a new record for every call.

use std::sync::atomic::{AtomicU32, Ordering};

use chot_tests::fixtures::{id, phone, text, version};
use chot_tests::{Client, EVERY_RULE, Options, World};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};

use super::people::{Person, nobody, signed_in, with_key};
use super::rows::Sight;

/// The record for one call, with the values for its path and body.
#[derive(Default)]
pub struct Prepared {
    /// A number that no other call uses.
    pub number: u32,
    /// The values of the path parameters, by name.
    pub known: Map<String, Value>,
    /// The version of the record.
    pub version: i64,
    /// The secret with which bodies are signed.
    pub signing_secret: Option<String>,
    /// The client that calls instead of the caller.
    pub acting: Option<Client>,
}

impl Prepared {
    /// With a value.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.known.insert(name.to_owned(), json!(value));
        self
    }

    /// With the identifier of a record, and its version.
    pub fn of(self, name: &str, record: &Value) -> Self {
        Self { version: version(record), ..self.with(name, &id(record)) }
    }

    /// A path of the document with the values in it.
    pub fn path(&self, template: &str) -> String {
        let word = |path: String, (name, value): (&String, &Value)| path.replace(&format!("{{{name}}}"), value.as_str().unwrap());
        let path = self.known.iter().fold(format!("/{template}"), word);
        assert!(!path.contains('{'), "{path}: the row needs another record");
        path
    }
}

/// Creates the record for a call.
pub type Prepare = fn(Scene<'_>) -> Preparing<'_>;

/// The record for a call, while it is created.
pub type Preparing<'a> = LocalBoxFuture<'a, Prepared>;

/// What a record for a call is created from.
pub struct Scene<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// The caller.
    pub who: &'a Person,
    /// A number, and the values that many bodies need.
    pub made: Prepared,
}

impl<'a> Scene<'a> {
    /// The administrator.
    pub fn admin(&self) -> &'a Client {
        self.stage.admin()
    }

    /// Lan.
    pub fn lan(&self) -> &'a Client {
        self.stage.lan()
    }

    /// A number that no other call uses.
    pub fn number(&self) -> u32 {
        self.made.number
    }

    /// Archives a record.
    pub async fn archived(self, name: &str, list: &str, record: &Value) -> Prepared {
        self.admin().delete(&format!("{list}/{}", id(record)), version(record)).await.expect(204);
        self.made.of(name, record)
    }
}

/// Creates no record.
pub fn nothing(scene: Scene<'_>) -> Preparing<'_> {
    Box::pin(async move { scene.made })
}

/// The callers and their world.
pub struct Stage {
    /// The world.
    pub world: World,
    /// All callers: a user for each role of the playbook, an API key with one scope, and one without a credential.
    pub people: Vec<Person>,
    north: String,
    pipeline: String,
    numbers: AtomicU32,
}

const ADMINISTRATOR: &str = "the administrator";
const OWNER: &str = "Lan, the owner";
const STRANGER: &str = "a salesperson of another team";

/// The users for a role of the playbook, each with a team: one for each role, and two salespeople. Managers lead Lan's team.
fn cast(role: &Value, north: &str, south: &str) -> Vec<(String, Option<String>)> {
    match role["key"].as_str().unwrap() {
        "admin" => Vec::new(), // exists already
        "salesperson" => vec![(OWNER.into(), Some(north.into())), (STRANGER.into(), Some(south.into()))],
        other => vec![(other.into(), (role["scope"] == "team").then(|| north.into()))],
    }
}

impl Stage {
    /// A stage under the playbook in which every rule is in force.
    pub async fn new() -> Self {
        Self::under(EVERY_RULE).await
    }

    /// A stage under a playbook. The playbook says what the roles may do.
    pub async fn under(playbook: &str) -> Self {
        let world = World::with(playbook, Options { sandbox: true, ..Options::default() }).await;
        let north = world.team("Kinh doanh Hà Nội", None).await;
        let south = world.team("Kinh doanh TP. Hồ Chí Minh", None).await;
        let admin = world.user("admin").await;
        let document = admin.get("/playbook").await.expect(200);
        let key = json!({"name": "Trang đích", "scopes": ["leads:create"]});
        let key = text(&admin.post("/api-keys", key).await.expect(201), "key");
        let mut people = vec![signed_in(ADMINISTRATOR, admin.clone(), &document, None)];
        for role in document["playbook"]["roles"].as_array().unwrap() {
            for (name, team) in cast(role, &north, &south) {
                let client = world.member(&text(role, "key"), team.as_deref()).await;
                people.push(signed_in(&name, client, &document, team));
            }
        }
        people.push(with_key("a narrow key", admin.with_credential(&key), "leads:create"));
        people.push(nobody(world.anonymous()));
        let pipeline = text(&document["playbook"]["pipelines"][0], "key");
        Self { people, north, pipeline, numbers: AtomicU32::new(1), world }
    }

    fn person(&self, name: &str) -> &Person {
        self.people.iter().find(|person| person.name == name).unwrap()
    }

    /// The administrator.
    pub fn administrator(&self) -> &Person {
        self.person(ADMINISTRATOR)
    }

    /// The client of the administrator.
    pub fn admin(&self) -> &Client {
        &self.administrator().client
    }

    /// Lan, who owns the records.
    pub fn owner(&self) -> &Person {
        self.person(OWNER)
    }

    /// The client of Lan.
    pub fn lan(&self) -> &Client {
        &self.owner().client
    }

    /// A salesperson of another team.
    pub fn stranger(&self) -> &Person {
        self.person(STRANGER)
    }

    /// The caller without a credential.
    pub fn nobody(&self) -> &Person {
        self.people.iter().find(|person| !person.is_known()).unwrap()
    }

    /// Whether a caller sees a record with this sight.
    pub fn sees(&self, who: &Person, sight: Sight) -> bool {
        let reaches_lan = match who.scope() {
            "all" => true,
            "team" => who.team.as_ref() == Some(&self.north),
            _ => who.client.user_id == self.lan().user_id,
        };
        match sight {
            Sight::Everybody | Sight::Caller => true,
            Sight::Owner => reaches_lan,
            Sight::OwnerAndMay(permission) => reaches_lan && who.may(permission),
            Sight::OwnerOrMay(permissions) => reaches_lan || permissions.iter().any(|permission| who.may(permission)),
            Sight::Administrator => who.client.user_id == self.admin().user_id,
        }
    }

    /// A number that no other call uses.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Creates the record for a call.
    pub async fn prepare(&self, on: Prepare, who: &Person) -> Prepared {
        let made = Prepared { number: self.number(), ..Prepared::default() };
        let made = made.with("stranger_id", &self.stranger().client.user_id).with("lan_id", &self.lan().user_id);
        let made = made.with("tag", "hot").with("pipeline_key", &self.pipeline);
        on(Scene { stage: self, who, made }).await
    }
}

/// A telephone number that no other call uses.
pub fn own_phone(made: &Prepared) -> String {
    phone(9_000_000 + made.number)
}
