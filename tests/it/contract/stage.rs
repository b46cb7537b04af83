//! The stage of these tests: users of two teams, and a new record for every call.

use std::sync::atomic::{AtomicU32, Ordering};

use chot_tests::fixtures::{
    account, attachment, company, id, opportunity, own_lead, phone, product, qualified_lead, support_request, text, version,
};
use chot_tests::{Client, Options, World};
use serde_json::{Map, Value, json};

use crate::robustness::at_once::given_up;

use super::notifications;
use super::people::{Person, nobody, signed_in, with_key};

/// The record that must exist for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Nothing.
    Nothing,
    /// A lead of Lan's.
    Lead,
    /// A lead of Lan's with the tag `hot`.
    TaggedLead,
    /// A lead of Lan's that was closed as junk.
    JunkLead,
    /// A lead of Lan's in the archive.
    ArchivedLead,
    /// A lead without an owner.
    PoolLead,
    /// The conversion of a lead of Lan's.
    Conversion,
    /// A trial that was granted to a lead of Lan's.
    Trial,
    /// An account of Lan's.
    Account,
    /// An account of Lan's with the tag `hot`.
    TaggedAccount,
    /// An account of Lan's in the archive.
    ArchivedAccount,
    /// An account without an owner.
    PoolAccount,
    /// A contact at an account of Lan's.
    Contact,
    /// A contact at an account of Lan's, in the archive.
    ArchivedContact,
    /// An opportunity of Lan's.
    Opportunity,
    /// An opportunity of Lan's with the tag `hot`.
    TaggedOpportunity,
    /// An opportunity of Lan's in the archive.
    ArchivedOpportunity,
    /// An opportunity that Lan has won.
    WonOpportunity,
    /// A notification of the caller.
    Notification,
    /// The notification preferences of the caller.
    Preferences,
    /// An e-mail that is not sent yet.
    Delivery,
    /// An opportunity of Lan's with a file as evidence.
    ProvenOpportunity,
    /// Evidence for an opportunity of Lan's.
    Evidence,
    /// An opportunity of Lan's with evidence, drawn for review.
    Review,
    /// Lan's support request about her account.
    SupportRequest,
    /// A support request of the caller, if the caller may ask; otherwise of Lan.
    OwnSupportRequest,
    /// A planned meeting of Lan with her account.
    Activity,
    /// The same, archived.
    ArchivedActivity,
    /// A calendar feed of the caller.
    OwnFeed,
    /// The secret address of a calendar.
    Feed,
    /// A telephone exchange with a secret.
    Exchange,
    /// A file on Lan's account.
    Attachment,
    /// An archived file on Lan's account.
    ArchivedAttachment,
    /// A web form.
    Form,
    /// A product.
    Product,
    /// A team.
    Team,
    /// A user.
    User,
    /// An API key of the administrator's.
    AdminsKey,
    /// An unused refresh token.
    RefreshToken,
    /// A failed timer.
    FailedTimer,
    /// A separate session for the call, of a user with the caller's role.
    OwnSession,
}

/// A record for one call, with the values for its path and body.
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
    fn with(mut self, name: &str, value: &str) -> Self {
        self.known.insert(name.to_owned(), json!(value));
        self
    }

    fn of(self, name: &str, record: &Value) -> Self {
        Self { version: version(record), ..self.with(name, &id(record)) }
    }

    /// A path of the document with its values.
    pub fn path(&self, template: &str) -> String {
        let word = |path: String, (name, value): (&String, &Value)| path.replace(&format!("{{{name}}}"), value.as_str().unwrap());
        let path = self.known.iter().fold(format!("/{template}"), word);
        assert!(!path.contains('{'), "{path}: the row wants another record");
        path
    }
}

/// The callers and their world.
pub struct Stage {
    /// The world.
    pub world: World,
    /// All callers: a user for each role of the playbook, a limited key, and one without credentials.
    pub people: Vec<Person>,
    north: String,
    pipeline: String,
    numbers: AtomicU32,
}

/// The password of all users that the stage creates for one call.
pub const PASSWORD: &str = "mat-khau-cua-san-khau-2026";

/// The signing secret of the telephone exchange.
pub const SIGNING_SECRET: &str = "bi-mat-cua-tong-dai-2026";

const ADMINISTRATOR: &str = "the administrator";
const OWNER: &str = "Lan, who owns it";
const STRANGER: &str = "a salesperson elsewhere";

/// The callers for a role of the playbook, each with a team: one for each role, and two salespeople. Managers lead Lan's team.
fn cast(role: &Value, north: &str, south: &str) -> Vec<(String, Option<String>)> {
    match role["key"].as_str().unwrap() {
        "admin" => Vec::new(), // is there already
        "salesperson" => vec![(OWNER.into(), Some(north.into())), (STRANGER.into(), Some(south.into()))],
        other => vec![(other.into(), (role["scope"] == "team").then(|| north.into()))],
    }
}

impl Stage {
    /// A stage under a playbook, whose document defines the rights of the roles.
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

    /// The administrator's client.
    pub fn admin(&self) -> &Client {
        &self.administrator().client
    }

    /// Lan, who owns the records.
    pub fn owner(&self) -> &Person {
        self.person(OWNER)
    }

    /// Lan's client.
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

    /// Whether a caller sees the record of an operation.
    pub fn is_in_sight(&self, on: On, who: &Person) -> bool {
        let reaches_lan = match who.scope() {
            "all" => true,
            "team" => who.team.as_ref() == Some(&self.north),
            _ => who.client.user_id == self.lan().user_id,
        };
        match on {
            On::PoolLead => reaches_lan || who.may("leads:assign") || who.may("leads:claim"),
            On::AdminsKey => who.client.user_id == self.admin().user_id,
            On::OwnSupportRequest => reaches_lan || who.may("support:request"),
            On::Attachment | On::ArchivedAttachment | On::Activity | On::ArchivedActivity => {
                reaches_lan && who.may("accounts:read")
            }
            _ => reaches_lan || self.is_everybodys(on),
        }
    }

    /// Whether visibility does not matter. Everybody sees the cards of accounts in the pool.
    fn is_everybodys(&self, on: On) -> bool {
        use On::{
            Delivery, Exchange, FailedTimer, Feed, Form, Nothing, Notification, OwnFeed, OwnSession, PoolAccount, Preferences,
            Product, RefreshToken, Team, User,
        };
        let is_the_callers = matches!(on, Notification | Preferences | OwnFeed | RefreshToken | OwnSession);
        let is_of_no_owner =
            matches!(on, Nothing | Delivery | FailedTimer | Exchange | Feed | PoolAccount | Form | Product | Team | User);
        is_the_callers || is_of_no_owner
    }

    /// A number that no other call uses.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Creates the record for one call.
    pub async fn prepare(&self, on: On, who: &Person) -> Prepared {
        let (number, admin, lan) = (self.number(), self.admin(), self.lan());
        let ground = Prepared { number, ..Prepared::default() };
        let ground = ground.with("stranger_id", &self.stranger().client.user_id).with("lan_id", &lan.user_id).with("tag", "hot");
        match on {
            On::Nothing => ground.with("pipeline_key", &self.pipeline),
            On::PoolLead => ground.of("lead_id", &admin.post("/leads", company(number)).await.expect(201)),
            On::Lead | On::TaggedLead | On::JunkLead | On::ArchivedLead => {
                let lead = own_lead(lan, number).await;
                ground.of("lead_id", &self.brought_to(on, &format!("/leads/{}", id(&lead)), lead).await)
            }
            On::Conversion => {
                let path = format!("/leads/{}/convert", id(&qualified_lead(lan, number).await));
                ground.of("conversion_id", &lan.post(&path, json!({})).await.expect(201))
            }
            On::Trial => {
                let path = format!("/leads/{}/trials", id(&own_lead(lan, number).await));
                ground.of("trial_id", &lan.act(&path).await.expect(201))
            }
            On::Account | On::TaggedAccount | On::ArchivedAccount | On::PoolAccount => {
                let account = account(lan, number).await;
                ground.of("account_id", &self.brought_to(on, &format!("/accounts/{}", id(&account)), account).await)
            }
            On::Contact | On::ArchivedContact => {
                let draft = json!({"account_id": id(&account(lan, number).await), "full_name": "Trần Thị Hương"});
                let contact = lan.post("/contacts", draft).await.expect(201);
                ground.of("contact_id", &self.brought_to(on, &format!("/contacts/{}", id(&contact)), contact).await)
            }
            On::Opportunity | On::TaggedOpportunity | On::ArchivedOpportunity | On::WonOpportunity => {
                let chance = opportunity(lan, &account(lan, number).await, "Truy xuất nguồn gốc").await;
                ground.of("opportunity_id", &self.brought_to(on, &format!("/opportunities/{}", id(&chance)), chance).await)
            }
            On::Notification | On::Preferences | On::Delivery => self.told(on, who, ground).await,
            On::ProvenOpportunity | On::Evidence | On::Review => {
                let chance = opportunity(lan, &account(lan, number).await, "Truy xuất nguồn gốc").await;
                let (path, file) = (format!("/opportunities/{}", id(&chance)), attachment(lan, "opportunity_id", &chance).await);
                let file = json!({"kind": "file", "attachment_id": file["id"]});
                let given = lan.post(&format!("{path}/evidence"), file).await.expect(201);
                match on {
                    On::ProvenOpportunity => ground.of("opportunity_id", &lan.get(&path).await.expect(200)),
                    On::Evidence => ground.with("evidence_id", &id(&given)),
                    _ => {
                        // Another test may have drawn it already.
                        admin.post("/evidence-reviews/draw", json!({"count": 100})).await.expect(200);
                        let drawn = admin.all(&format!("/evidence-reviews?opportunity_id={}", id(&chance))).await;
                        ground.of("review_id", &drawn[0])
                    }
                }
            }
            On::Attachment | On::ArchivedAttachment => {
                let file = attachment(lan, "account_id", &account(lan, number).await).await;
                ground.of("attachment_id", &self.brought_to(on, &format!("/attachments/{}", id(&file)), file).await)
            }
            On::SupportRequest => ground.of("support_request_id", &support_request(lan, number).await),
            On::OwnSupportRequest => {
                let asker = if who.may("support:request") { &who.client } else { lan };
                ground.of("support_request_id", &support_request(asker, number).await)
            }
            On::Activity | On::ArchivedActivity => {
                let meeting = json!({
                    "kind": "meeting", "subject": "Khảo sát nhu cầu", "account_id": account(lan, number).await["id"],
                    "starts_at": "2027-03-01T02:00:00Z", "ends_at": "2027-03-01T03:00:00Z",
                });
                let meeting = lan.post("/activities", meeting).await.expect(201);
                ground.of("activity_id", &self.brought_to(on, &format!("/activities/{}", id(&meeting)), meeting).await)
            }
            On::OwnFeed if who.has_session() && who.may("activities:read") => {
                let made = who.client.act("/me/calendar-feed").await.expect(200);
                Prepared { version: version(&made["feed"]), ..ground }
            }
            On::OwnFeed => Prepared { version: 1, ..ground },
            On::Feed => {
                let path = text(&admin.act("/me/calendar-feed").await.expect(200), "path");
                let secret = path.rsplit('/').next().unwrap().trim_end_matches(".ics");
                ground.with("calendar_secret", secret)
            }
            On::Exchange => {
                admin.post("/telephony/stringee", json!({"signing_secret": SIGNING_SECRET})).await.expect(200);
                let ground = ground.with("told_at", &chrono::Utc::now().timestamp_millis().to_string());
                Prepared { signing_secret: Some(SIGNING_SECRET.into()), ..ground }
            }
            On::Form => {
                let draft = json!({"name": "Trang đích", "source": "website", "field_map": {"ho_ten": "name", "sdt": "phone"}});
                let form = admin.post("/lead-forms", draft).await.expect(201);
                ground.of("form_id", &form).with("form_key", &text(&form, "form_key"))
            }
            On::Product => ground.of("product_id", &product(admin, &format!("DV{number}")).await),
            On::Team => ground.of("team_id", &admin.post("/teams", json!({"name": format!("Đội {number}")})).await.expect(201)),
            On::User => {
                let user = self.colleague("salesperson", number).await;
                ground.of("user_id", &user).with("email", &text(&user, "email"))
            }
            On::AdminsKey => {
                let key = json!({"name": "Nhập liệu", "scopes": ["leads:create"]});
                ground.of("api_key_id", &admin.post("/api-keys", key).await.expect(201)["api_key"])
            }
            On::RefreshToken => {
                let email = text(&self.colleague("salesperson", number).await, "email");
                let tokens = self.world.anonymous().post("/auth/login", json!({"email": email, "password": PASSWORD})).await;
                ground.with("refresh_token", &text(&tokens.expect(200), "refresh_token"))
            }
            On::FailedTimer => ground.with("timer_id", &given_up(&self.world, admin).await),
            On::OwnSession if who.has_session() => {
                let email = text(&self.colleague(&who.client.role, number).await, "email");
                Prepared { acting: Some(self.world.sign_in(&email, PASSWORD).await), ..ground }
            }
            On::OwnSession => ground,
        }
    }

    /// Creates a notification or a delivery.
    async fn told(&self, on: On, who: &Person, ground: Prepared) -> Prepared {
        // A caller without credentials has no inbox: the administrator's is used.
        let client = if who.is_known() { &who.client } else { self.admin() };
        match on {
            On::Preferences => Prepared { version: notifications::preferences_version(client).await, ..ground },
            On::Delivery => {
                let delivery = notifications::delivery(&self.world, self.admin(), ground.number).await;
                ground.of("delivery_id", &delivery)
            }
            _ => ground.of("notification_id", &notifications::notification(&self.world, client).await),
        }
    }

    /// Brings a new record into the required state.
    async fn brought_to(&self, on: On, path: &str, record: Value) -> Value {
        match on {
            On::TaggedLead | On::TaggedAccount | On::TaggedOpportunity => {
                self.lan().post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200)
            }
            On::JunkLead => self.lan().post(&format!("{path}/junk"), json!({"reason": "other"})).await.expect(200),
            On::PoolAccount => self.lan().post(&format!("{path}/release"), json!({"reason": "manual"})).await.expect(200),
            On::WonOpportunity => self.lan().act(&format!("{path}/win")).await.expect(200),
            On::ArchivedLead
            | On::ArchivedAccount
            | On::ArchivedContact
            | On::ArchivedOpportunity
            | On::ArchivedAttachment
            | On::ArchivedActivity => {
                self.admin().delete(path, version(&record)).await.expect(204);
                record
            }
            _ => record,
        }
    }

    async fn colleague(&self, role: &str, number: u32) -> Value {
        let email = format!("nguoi-{number}@congty.example.vn");
        let draft = json!({"email": email, "full_name": "Nguyễn Văn Bình", "role": role, "password": PASSWORD});
        self.admin().post("/users", draft).await.expect(201)
    }
}

/// A telephone number that no other call uses.
pub fn own_phone(ground: &Prepared) -> String {
    phone(9_000_000 + ground.number)
}
