//! The requirements of each operation: one row each, by operation identifier. The path, the method and whether a version is
//! required are in the document.

use chot_tests::fixtures::{company, phone, some_tax_code};
use chot_tests::{Form, PDF, contract, form_type, signature};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::stage::{On, PASSWORD, Prepared, SIGNING_SECRET, own_phone};
use chot_tests::Client;

/// Who may call an operation.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Anybody.
    Nothing,
    /// Any authenticated caller.
    Credential,
    /// A signed-in user.
    Session,
    /// A permission, and visibility of the record.
    Permission(&'static str),
    /// Visibility of cards, which every user has if the playbook shows cards; the permission shows more.
    CardOr(&'static str),
    /// A permission, for callers with the scope `all`.
    PermissionForAll(&'static str),
}

/// How an operation is called.
pub struct Row {
    /// Its identifier.
    pub operation: &'static str,
    /// Who may call it.
    pub takes: Takes,
    /// The record that must exist.
    pub on: On,
    /// The body.
    pub body: Option<fn(&Prepared) -> Value>,
    /// The status for callers with the permission who do not see the record.
    pub unseen: u16,
    /// The playbook that the operation needs.
    pub playbook: &'static str,
}

impl Row {
    const fn saying(self, body: fn(&Prepared) -> Value) -> Self {
        Self { body: Some(body), ..self }
    }

    const fn unseen(self, status: u16) -> Self {
        Self { unseen: status, ..self }
    }

    const fn under(self, playbook: &'static str) -> Self {
        Self { playbook, ..self }
    }
}

const fn row(operation: &'static str, takes: Takes, on: On) -> Row {
    Row { operation, takes, on, body: None, unseen: 404, playbook: "icheck" }
}

const fn open(operation: &'static str, on: On) -> Row {
    row(operation, Takes::Nothing, on)
}

const fn asks(operation: &'static str, permission: &'static str, on: On) -> Row {
    row(operation, Takes::Permission(permission), on)
}

/// Every operation.
pub const ROWS: &[Row] = &[
    // Leads.
    asks("listLeads", "leads:read", On::Nothing),
    asks("createLead", "leads:create", On::Nothing).saying(|g| company(g.number)),
    asks("getLead", "leads:read", On::Lead),
    asks("updateLead", "leads:update", On::Lead).saying(|_| json!({"need": "Cần tem chống giả"})),
    asks("archiveLead", "leads:archive", On::Lead),
    asks("restoreLead", "leads:archive", On::ArchivedLead),
    asks("assignLead", "leads:assign", On::Lead).saying(|g| json!({"owner_id": g.known["stranger_id"]})),
    asks("assignLeads", "leads:assign", On::PoolLead)
        .saying(|g| json!({"lead_ids": [g.known["lead_id"]], "owner_ids": [g.known["stranger_id"]]})),
    asks("claimLead", "leads:claim", On::PoolLead),
    asks("markLeadContacted", "leads:update", On::Lead),
    asks("verifyLead", "leads:update", On::Lead).saying(|_| json!({"result": "real"})),
    asks("junkLead", "leads:update", On::Lead).saying(|_| json!({"reason": "wrong_number"})),
    asks("returnLead", "leads:update", On::Lead).saying(|_| json!({"reason": "Số không liên lạc được"})),
    asks("recycleLead", "leads:update", On::Lead),
    asks("resumeLead", "leads:update", On::JunkLead),
    asks("moveLead", "leads:update", On::Lead).saying(|_| json!({"stage": "assigned"})),
    asks("tagLead", "leads:update", On::Lead).saying(|_| json!({"tag": "hot"})),
    asks("untagLead", "leads:update", On::TaggedLead),
    asks("convertLead", "leads:convert", On::Lead).saying(|_| json!({})),
    asks("listLeadDuplicates", "leads:read", On::Lead),
    asks("listLeadTimeline", "leads:read", On::Lead),
    // Web forms.
    asks("listLeadForms", "lead_forms:write", On::Nothing),
    asks("createLeadForm", "lead_forms:write", On::Nothing)
        .saying(|_| json!({"name": "Hội chợ", "source": "fair", "field_map": {"ho_ten": "name", "sdt": "phone"}})),
    asks("getLeadForm", "lead_forms:write", On::Form),
    asks("updateLeadForm", "lead_forms:write", On::Form).saying(|_| json!({"quota_per_hour": 50})),
    open("submitLeadForm", On::Form).saying(|g| json!({"ho_ten": "Trần Thị Hương", "sdt": own_phone(g)})),
    // Conversions.
    asks("listLeadAssignments", "leads:read", On::Nothing),
    asks("reportLeadRecalls", "leads:read", On::Nothing),
    asks("listTrials", "leads:read", On::Nothing),
    asks("getTrial", "leads:read", On::Trial).under("easyedu"),
    asks("grantTrial", "leads:update", On::Lead).under("easyedu").saying(|_| json!({"link": "https://dung-thu.emso.vn/sao-mai"})),
    asks("endTrial", "leads:update", On::Trial).under("easyedu"),
    asks("listConversions", "leads:read", On::Nothing),
    asks("getConversion", "leads:read", On::Conversion),
    asks("revertConversion", "leads:convert", On::Conversion),
    // Accounts: under iCheck every user who reads accounts sees the card, but cannot work on the account.
    asks("listAccounts", "accounts:read", On::Nothing),
    // Without a number, the pool; lookups by number are tested in rights.rs.
    asks("listAccountCards", "accounts:claim", On::Nothing),
    asks("createAccount", "accounts:create", On::Nothing).saying(new_account),
    row("getAccount", Takes::CardOr("accounts:read"), On::Account).unseen(200),
    asks("updateAccount", "accounts:update", On::Account).unseen(403).saying(|_| json!({"rank": "vip"})),
    asks("archiveAccount", "accounts:archive", On::Account).unseen(403),
    asks("restoreAccount", "accounts:archive", On::ArchivedAccount),
    asks("assignAccount", "accounts:assign", On::Account).unseen(403).saying(|g| json!({"owner_id": g.known["stranger_id"]})),
    asks("claimAccount", "accounts:claim", On::PoolAccount),
    asks("releaseAccount", "accounts:release", On::Account).unseen(403).saying(|_| json!({"reason": "manual"})),
    asks("moveAccount", "accounts:update", On::Account).under("suno").saying(|_| json!({"stage": "deployment"})),
    asks("changeCustomerStatus", "accounts:update", On::Account)
        .under("easyedu")
        .saying(|_| json!({"customer_status": "inactive"})),
    asks("tagAccount", "accounts:update", On::Account).unseen(403).saying(|_| json!({"tag": "hot"})),
    asks("untagAccount", "accounts:update", On::TaggedAccount).unseen(403),
    asks("getAccountCounters", "accounts:read", On::Account),
    asks("listAccountTimeline", "accounts:read", On::Account),
    // Contacts.
    asks("listContacts", "accounts:read", On::Nothing),
    asks("createContact", "accounts:update", On::Account).unseen(422).saying(new_contact),
    asks("getContact", "accounts:read", On::Contact),
    asks("updateContact", "accounts:update", On::Contact).saying(|_| json!({"job_title": "Kế toán trưởng"})),
    asks("archiveContact", "accounts:archive", On::Contact),
    asks("restoreContact", "accounts:archive", On::ArchivedContact),
    // Opportunities.
    asks("listOpportunities", "opportunities:read", On::Nothing),
    asks("openOpportunity", "opportunities:create", On::Account).unseen(422).saying(new_opportunity),
    asks("getOpportunity", "opportunities:read", On::Opportunity),
    asks("updateOpportunity", "opportunities:update", On::Opportunity).saying(|_| json!({"stars": 3})),
    asks("archiveOpportunity", "opportunities:archive", On::Opportunity),
    asks("restoreOpportunity", "opportunities:archive", On::ArchivedOpportunity),
    asks("moveOpportunity", "opportunities:update", On::Opportunity).saying(|_| json!({"stage": "quoted"})),
    asks("winOpportunity", "opportunities:close", On::Opportunity),
    asks("loseOpportunity", "opportunities:close", On::Opportunity).saying(|_| json!({"reason": "price"})),
    asks("reopenOpportunity", "opportunities:reopen", On::WonOpportunity).saying(|_| json!({"reason": "Khách huỷ đơn"})),
    asks("tagOpportunity", "opportunities:update", On::Opportunity).saying(|_| json!({"tag": "hot"})),
    asks("untagOpportunity", "opportunities:update", On::TaggedOpportunity),
    asks("listOpportunityStages", "opportunities:read", On::Opportunity),
    asks("listOpportunityTimeline", "opportunities:read", On::Opportunity),
    // Evidence.
    asks("listEvidence", "opportunities:read", On::Opportunity),
    asks("submitEvidence", "evidence:write", On::Opportunity)
        .saying(|_| json!({"kind": "message", "sent_at": "2026-11-23T01:00:00Z", "summary": "Đã tư vấn giải pháp"})),
    asks("getEvidence", "opportunities:read", On::Evidence),
    asks("previewEvidenceCheck", "opportunities:read", On::Opportunity),
    asks("warnEvidence", "evidence:review", On::ProvenOpportunity).saying(|_| json!({"reason": "Ảnh mờ"})),
    asks("acceptEvidence", "evidence:review", On::ProvenOpportunity),
    asks("drawEvidence", "evidence:review", On::Nothing).saying(|_| json!({"count": 1})),
    asks("listEvidenceReviews", "evidence:review", On::Nothing),
    asks("getEvidenceReview", "evidence:review", On::Review),
    asks("acceptEvidenceReview", "evidence:review", On::Review),
    asks("warnEvidenceReview", "evidence:review", On::Review).saying(|_| json!({"reason": "Ảnh mờ"})),
    asks("listEvidenceChecks", "evidence:review", On::Nothing),
    // Support requests.
    asks("listSupportRequests", "support:request", On::Nothing),
    asks("createSupportRequest", "support:request", On::Account)
        .unseen(422)
        .saying(|g| json!({"account_id": g.known["account_id"], "reason": "Thông tin có dấu hiệu giả"})),
    asks("getSupportRequest", "support:request", On::SupportRequest),
    asks("answerSupportRequest", "support:answer", On::SupportRequest)
        .saying(|_| json!({"answer": "Đã kiểm tra, khách có thật", "verdict": "real"})),
    asks("withdrawSupportRequest", "support:request", On::OwnSupportRequest),
    // Activities and calendars.
    asks("listActivities", "activities:read", On::Nothing),
    asks("createActivity", "activities:write", On::Account).unseen(422).saying(new_activity),
    asks("getActivity", "activities:read", On::Activity),
    asks("updateActivity", "activities:write", On::Activity).saying(|_| json!({"location": "Văn phòng khách hàng"})),
    asks("archiveActivity", "activities:write", On::Activity),
    asks("restoreActivity", "activities:write", On::ArchivedActivity),
    asks("completeActivity", "activities:write", On::Activity)
        .saying(|_| json!({"outcome": "successful", "summary": "Hẹn gửi báo giá"})),
    asks("rescheduleActivity", "activities:write", On::Activity).saying(|_| json!({"starts_at": "2027-03-02T02:00:00Z"})),
    asks("cancelActivity", "activities:write", On::Activity),
    asks("assignActivity", "activities:write", On::Activity).saying(|g| json!({"owner_id": g.known["lan_id"]})),
    asks("getCalendar", "activities:read", On::Nothing),
    asks("listDueToday", "activities:read", On::Nothing),
    asks("getCalendarFeed", "activities:read", On::OwnFeed),
    asks("createCalendarFeed", "activities:read", On::Nothing),
    asks("revokeCalendarFeed", "activities:read", On::OwnFeed),
    open("getCalendarFile", On::Feed),
    // Telephony.
    asks("logCall", "calls:log", On::Nothing).saying(new_call),
    asks("getStringee", "calls:log", On::Nothing),
    asks("setStringee", "calls:log", On::Nothing).saying(|_| json!({"signing_secret": SIGNING_SECRET})),
    open("receiveStringeeEvent", On::Exchange).saying(new_event),
    // Files.
    asks("listAttachments", "attachments:read", On::Nothing),
    asks("uploadAttachment", "attachments:write", On::Account)
        .unseen(422)
        .saying(|g| json!({"file": "bao-gia.pdf", "account_id": g.known["account_id"], "description": "Báo giá lần đầu"})),
    asks("getAttachment", "attachments:read", On::Attachment),
    asks("downloadAttachment", "attachments:read", On::Attachment),
    asks("archiveAttachment", "attachments:write", On::Attachment),
    asks("restoreAttachment", "attachments:write", On::ArchivedAttachment),
    // The catalogue and the playbook.
    asks("listProducts", "products:read", On::Nothing),
    asks("createProduct", "products:write", On::Nothing).saying(new_product),
    asks("getProduct", "products:read", On::Product),
    asks("updateProduct", "products:write", On::Product).saying(|_| json!({"is_active": false})),
    asks("getPlaybook", "playbook:read", On::Nothing),
    asks("listPipelines", "playbook:read", On::Nothing),
    asks("getPipeline", "playbook:read", On::Nothing),
    asks("getBoard", "leads:read", On::Nothing),
    row("listEvents", Takes::PermissionForAll("events:read"), On::Nothing),
    // Timers, and the clock of the sandbox in which these tests run.
    asks("listTimers", "timers:manage", On::Nothing),
    asks("getTimerBacklog", "timers:manage", On::Nothing),
    asks("getTimer", "timers:manage", On::FailedTimer),
    asks("retryTimer", "timers:manage", On::FailedTimer),
    asks("getSandboxClock", "sandbox:write", On::Nothing),
    asks("moveSandboxClock", "sandbox:write", On::Nothing).saying(|_| json!({"advance_seconds": 1})),
    // Notifications and deliveries.
    asks("listNotifications", "notifications:read", On::Nothing),
    asks("countUnreadNotifications", "notifications:read", On::Nothing),
    asks("getNotification", "notifications:read", On::Notification),
    asks("markNotificationRead", "notifications:update", On::Notification),
    asks("markAllNotificationsRead", "notifications:update", On::Notification)
        .saying(|_| json!({"before": "2026-12-24T00:00:00Z"})),
    row("getNotificationPreferences", Takes::Credential, On::Nothing),
    row("updateNotificationPreferences", Takes::Permission("notifications:update"), On::Preferences)
        .saying(|_| json!({"language": "en"})),
    asks("listDeliveries", "timers:manage", On::Nothing),
    asks("getDelivery", "timers:manage", On::Delivery),
    asks("retryDelivery", "timers:manage", On::Delivery),
    // Users, teams, keys and sessions.
    asks("listUsers", "users:read", On::Nothing),
    asks("createUser", "users:write", On::Nothing).saying(new_user),
    asks("getUser", "users:read", On::User),
    asks("updateUser", "users:write", On::User).saying(|_| json!({"full_name": "Nguyễn Văn An"})),
    row("getCurrentUser", Takes::Credential, On::Nothing),
    asks("listRoles", "users:read", On::Nothing),
    asks("listTeams", "users:read", On::Nothing),
    asks("createTeam", "users:write", On::Nothing).saying(|g| json!({"name": format!("Đội mới {}", g.number)})),
    asks("getTeam", "users:read", On::Team),
    asks("updateTeam", "users:write", On::Team).saying(|g| json!({"name": format!("Đội đổi tên {}", g.number)})),
    asks("listApiKeys", "api_keys:write", On::Nothing),
    asks("createApiKey", "api_keys:write", On::Nothing).saying(|_| json!({"name": "Nhập liệu", "scopes": ["leads:create"]})),
    asks("getApiKey", "api_keys:write", On::AdminsKey),
    asks("revokeApiKey", "api_keys:write", On::AdminsKey),
    open("signIn", On::User).saying(|g| json!({"email": g.known["email"], "password": PASSWORD})),
    open("refreshTokens", On::RefreshToken).saying(|g| json!({"refresh_token": g.known["refresh_token"]})),
    row("signOut", Takes::Session, On::OwnSession),
    row("changePassword", Takes::Session, On::OwnSession)
        .saying(|_| json!({"current_password": PASSWORD, "new_password": "mat-khau-moi-cua-toi-2027"})),
    // The server.
    open("listSigningKeys", On::Nothing),
    open("getLiveness", On::Nothing),
    open("getReadiness", On::Nothing),
];

fn new_account(ground: &Prepared) -> Value {
    let tax_code = some_tax_code(30_000_000 + ground.number);
    json!({"name": format!("Công ty Sao Mai {}", ground.number), "phone": phone(ground.number), "tax_code": tax_code})
}

fn new_contact(ground: &Prepared) -> Value {
    json!({"account_id": ground.known["account_id"], "full_name": "Lê Thị Mai", "phone": own_phone(ground)})
}

fn new_opportunity(ground: &Prepared) -> Value {
    json!({"account_id": ground.known["account_id"], "name": "Tem chống hàng giả", "expected_revenue": "40000000"})
}

fn new_activity(ground: &Prepared) -> Value {
    json!({
        "kind": "meeting", "subject": "Khảo sát nhu cầu", "account_id": ground.known["account_id"],
        "starts_at": "2027-03-01T02:00:00Z", "ends_at": "2027-03-01T03:00:00Z",
    })
}

fn new_call(ground: &Prepared) -> Value {
    json!({
        "provider": "voip24h", "call_id": format!("cuoc-goi-{}", ground.number), "status": "answered", "direction": "outbound",
        "occurred_at": "2026-11-23T02:00:00Z", "to_number": "0912345678",
    })
}

fn new_event(ground: &Prepared) -> Value {
    let told_at: i64 = ground.known["told_at"].as_str().unwrap().parse().unwrap();
    json!({"call_id": format!("call-vn-{}", ground.number), "call_status": "answered", "timestamp_ms": told_at})
}

fn new_product(ground: &Prepared) -> Value {
    json!({"code": format!("MOI{}", ground.number), "name": "Tem truy xuất", "vat_code": "8", "unit_price": "12000000"})
}

fn new_user(ground: &Prepared) -> Value {
    let email = format!("moi-{}@congty.example.vn", ground.number);
    json!({"email": email, "full_name": "Phạm Thu Trang", "role": "salesperson"})
}

/// An operation of the document.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: String,
    /// Its part of the document.
    pub document: &'static Value,
}

/// A body as a form: the member `file` is the name of a file, all others are texts.
fn as_form(text: &str) -> Form {
    let mut members: Value = serde_json::from_str(text).unwrap();
    let file = members.as_object_mut().unwrap().remove("file");
    file.iter().fold(Form::of(&members), |form, name| form.file(name.as_str().unwrap(), PDF))
}

/// The row of an operation.
pub fn row_of(operation: &str) -> &'static Row {
    ROWS.iter().find(|row| row.operation == operation).unwrap_or_else(|| panic!("{operation} has no row in rows.rs"))
}

/// All operations, each with its row.
pub fn operations() -> Vec<(Operation, &'static Row)> {
    let found = contract().operations().into_iter().map(|(id, method, path)| {
        let document = &contract().document["paths"][&path][&method];
        (Operation { method: method.to_uppercase().parse().unwrap(), path, document }, row_of(&id))
    });
    found.collect()
}

/// The operations that can be called under `icheck`, the playbook of most rows.
pub fn operations_at_icheck() -> impl Iterator<Item = (Operation, &'static Row)> {
    operations().into_iter().filter(|(_, row)| row.on != On::Trial)
}

impl Operation {
    /// Its tag.
    pub fn tag(&self) -> &str {
        self.document["tags"][0].as_str().unwrap()
    }

    /// Whether it requires `If-Match`.
    pub fn wants_version(&self) -> bool {
        let parameters = self.document["parameters"].as_array().into_iter().flatten();
        parameters.clone().any(|parameter| parameter["$ref"] == "#/components/parameters/IfMatch")
    }

    /// Whether it requires a body.
    pub fn wants_body(&self) -> bool {
        self.document["requestBody"]["required"] == true
    }

    /// Whether it reads its body as JSON, and not as a form with a file.
    pub fn reads_json(&self) -> bool {
        ["application/json", "application/merge-patch+json"]
            .iter()
            .any(|media_type| self.document["requestBody"]["content"][media_type].is_object())
    }

    /// The request without version and body.
    pub fn bare(&self, client: &Client, ground: &Prepared) -> RequestBuilder {
        ground.acting.as_ref().unwrap_or(client).request(self.method.clone(), &ground.path(&self.path))
    }

    /// The request with its body.
    pub fn with_body(&self, client: &Client, row: &Row, ground: &Prepared) -> RequestBuilder {
        match row.body {
            Some(body) => self.with_text(client, ground, body(ground).to_string()),
            None => self.bare(client, ground),
        }
    }

    fn with_text(&self, client: &Client, ground: &Prepared, text: String) -> RequestBuilder {
        let request = self.bare(client, ground);
        if self.document["requestBody"]["content"]["multipart/form-data"].is_object() {
            return request.header("content-type", form_type()).body(as_form(&text).body());
        }
        self.signed(client, ground, &text).header("content-type", self.media_type()).body(text)
    }

    /// The request without version and body, signed if a signature is required: without it nothing is read.
    pub fn signed(&self, client: &Client, ground: &Prepared, text: &str) -> RequestBuilder {
        let request = self.bare(client, ground);
        match &ground.signing_secret {
            Some(secret) => request.header("x-stringee-signature", signature(secret, text)),
            None => request,
        }
    }

    /// The complete valid request.
    pub fn request(&self, client: &Client, row: &Row, ground: &Prepared) -> RequestBuilder {
        self.versioned(self.with_body(client, row, ground), ground)
    }

    /// The complete valid request with another body.
    pub fn saying(&self, client: &Client, ground: &Prepared, text: String) -> RequestBuilder {
        self.versioned(self.with_text(client, ground, text), ground)
    }

    pub fn versioned(&self, request: RequestBuilder, ground: &Prepared) -> RequestBuilder {
        if self.wants_version() { request.header("if-match", format!("\"{}\"", ground.version)) } else { request }
    }

    fn media_type(&self) -> &'static str {
        if self.method == Method::PATCH { "application/merge-patch+json" } else { "application/json" }
    }
}
