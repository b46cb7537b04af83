use std::collections::{BTreeMap, BTreeSet, HashMap};

use chot_domain::identity::{Actor, Permission};
use chot_domain::leads::{DuplicateReason, LeadDraft, LeadId, LeadStatus};
use chot_domain::shared::fold;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::with_owner_visible_to;
use super::row;
use super::row::contact_point;
use crate::accounts::{KnownName, account_row, contact_row};
use crate::identity::user;
use crate::{Col, ReadDb, StoreError, accounts};

/// The kind of a duplicate candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CandidateKind {
    /// Another lead.
    Lead,
    /// An account.
    Account,
    /// A contact of an account.
    Contact,
}

/// A record that may be the same customer, with the reasons.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DuplicateCandidate {
    /// The kind of record.
    pub kind: CandidateKind,
    /// Its identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Why it may be the same customer.
    #[schema(value_type = Vec<DuplicateReason>, max_items = 5)]
    pub reasons: BTreeSet<DuplicateReason>,
    /// Name, if the caller can see the record or its card.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Name of the owner, if the caller can see the record or its card.
    #[schema(max_length = 200)]
    pub owner_name: Option<String>,
    /// Whether the caller can open the record.
    pub is_visible: bool,
}

/// A record that may be the same customer, before visibility is checked.
#[derive(Clone, Debug)]
pub struct DuplicateMatch {
    /// The kind of record.
    pub kind: CandidateKind,
    /// Its identifier.
    pub id: Uuid,
    /// Why it may be the same customer.
    pub reasons: BTreeSet<DuplicateReason>,
}

/// The values that identify a customer.
#[derive(Clone, Debug, Default)]
pub struct MatchKeys {
    tax_code: Option<String>,
    citizen_id: Option<String>,
    phones: Vec<String>,
    emails: Vec<String>,
    name_key: Option<String>,
}

impl MatchKeys {
    /// All values that identify the customer of a lead.
    pub fn of(lead: &LeadDraft) -> Self {
        let person = lead.contact_person.as_ref();
        let points: Vec<String> = lead.contact_points.iter().filter_map(|point| point.canonical().ok()).collect();
        let phones = [lead.phone.as_ref(), person.and_then(|p| p.phone.as_ref())].into_iter().flatten().map(String::from);
        let emails = [lead.email.as_ref(), person.and_then(|p| p.email.as_ref())].into_iter().flatten().map(String::from);
        Self {
            tax_code: lead.tax_code.as_ref().map(Into::into),
            citizen_id: lead.citizen_id.as_ref().map(Into::into),
            phones: phones.chain(points.iter().filter(|point| point.starts_with('+')).cloned()).collect(),
            emails: emails.chain(points.iter().filter(|point| point.contains('@')).cloned()).collect(),
            name_key: Some(fold(lead.name.as_str())),
        }
    }

    /// Only phone numbers and e-mail addresses, for a web form that submits the same person again.
    pub fn contact_keys(lead: &LeadDraft) -> Self {
        Self { tax_code: None, citizen_id: None, name_key: None, ..Self::of(lead) }
    }

    fn reasons(&self, rows: &MatchRow) -> BTreeSet<DuplicateReason> {
        let same = |mine: &Option<String>, theirs: &Option<String>| mine.is_some() && mine == theirs;
        let among = |mine: &[String], theirs: &Option<String>| theirs.as_ref().is_some_and(|value| mine.contains(value));
        let found = [
            (same(&self.tax_code, &rows.tax_code), DuplicateReason::TaxCode),
            (same(&self.citizen_id, &rows.citizen_id), DuplicateReason::CitizenId),
            (among(&self.phones, &rows.phone), DuplicateReason::Phone),
            (among(&self.emails, &rows.email), DuplicateReason::Email),
            (self.name_key.as_ref() == Some(&rows.name_key), DuplicateReason::Name),
        ];
        found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, reason)| reason).collect()
    }
}

#[derive(FromQueryResult)]
struct MatchRow {
    id: Uuid,
    name_key: String,
    phone: Option<String>,
    email: Option<String>,
    tax_code: Option<String>,
    citizen_id: Option<String>,
}

/// Maximum number of records to examine per kind: a number shared by more records is a switchboard.
const MOST: u64 = 50;

/// The records that may be the same customer.
pub async fn find_matches(db: &dyn ReadDb, of: &MatchKeys, except: Option<LeadId>) -> Result<Vec<DuplicateMatch>, StoreError> {
    let mut found = Found::default();
    add_leads(db, of, except, &mut found).await?;
    for rows in same_accounts(db, of).await? {
        found.entry((CandidateKind::Account, rows.id)).or_default().extend(of.reasons(&rows));
    }
    for (contact, reason) in contacts(db, of).await? {
        found.entry((CandidateKind::Contact, contact)).or_default().insert(reason);
    }
    Ok(into_matches(found))
}

/// The leads that may be the same customer.
pub async fn suspected_leads(db: &dyn ReadDb, of: &MatchKeys) -> Result<Vec<DuplicateMatch>, StoreError> {
    let mut found = Found::default();
    add_leads(db, of, None, &mut found).await?;
    Ok(into_matches(found))
}

type Found = BTreeMap<(CandidateKind, Uuid), BTreeSet<DuplicateReason>>;

fn into_matches(found: Found) -> Vec<DuplicateMatch> {
    found.into_iter().map(|((kind, id), reasons)| DuplicateMatch { kind, id, reasons }).collect()
}

async fn add_leads(db: &dyn ReadDb, of: &MatchKeys, except: Option<LeadId>, found: &mut Found) -> Result<(), StoreError> {
    for rows in leads(db, of, except).await? {
        found.entry((CandidateKind::Lead, rows.id)).or_default().extend(of.reasons(&rows));
    }
    for (lead, value) in lead_contact_points(db, of, except).await? {
        let reason = if value.contains('@') { DuplicateReason::Email } else { DuplicateReason::Phone };
        found.entry((CandidateKind::Lead, lead)).or_default().insert(reason);
    }
    Ok(())
}

async fn leads(db: &dyn ReadDb, of: &MatchKeys, except: Option<LeadId>) -> Result<Vec<MatchRow>, StoreError> {
    use row::Column as C;
    let select = row::Entity::find().filter(still_leads(except)).select_only().columns([
        C::Id,
        C::NameKey,
        C::Phone,
        C::Email,
        C::TaxCode,
        C::CitizenId,
    ]);
    let same = Condition::any()
        .add_option(of.tax_code.as_ref().map(|v| C::TaxCode.eq(v)))
        .add_option(of.citizen_id.as_ref().map(|v| C::CitizenId.eq(v)))
        .add_option(of.name_key.as_ref().map(|v| C::NameKey.eq(v).and(C::ArchivedAt.is_null())))
        .add_option((!of.phones.is_empty()).then(|| C::Phone.is_in(&of.phones)))
        .add_option((!of.emails.is_empty()).then(|| C::Email.is_in(&of.emails)));
    Ok(select.filter(same).limit(MOST).into_model().all(&db.executor()).await?)
}

/// Leads that are not archived or converted. A converted lead is found as its account.
fn still_leads(except: Option<LeadId>) -> Condition {
    Condition::all()
        .add(row::Column::ArchivedAt.is_null())
        .add(row::Column::Status.ne(Col(LeadStatus::Converted)))
        .add_option(except.map(|lead| row::Column::Id.ne(lead.uuid())))
}

async fn lead_contact_points(db: &dyn ReadDb, of: &MatchKeys, except: Option<LeadId>) -> Result<Vec<(Uuid, String)>, StoreError> {
    use contact_point::Column as C;
    let values: Vec<_> = of.phones.iter().chain(&of.emails).collect();
    if values.is_empty() {
        return Ok(Vec::new());
    }
    // A join, because a subquery would list every such lead, even if few have this number.
    let found = contact_point::Entity::find().inner_join(row::Entity).filter(C::Value.is_in(values));
    let select = found.filter(still_leads(except));
    Ok(select.select_only().columns([C::LeadId, C::Value]).limit(MOST).into_tuple().all(&db.executor()).await?)
}

async fn same_accounts(db: &dyn ReadDb, of: &MatchKeys) -> Result<Vec<MatchRow>, StoreError> {
    use account_row::Column as C;
    let select = account_row::Entity::find().filter(C::ArchivedAt.is_null()).select_only();
    let same = Condition::any()
        .add_option(of.tax_code.as_ref().map(|v| C::TaxCode.eq(v).and(C::ArchivedAt.is_null())))
        .add_option(of.citizen_id.as_ref().map(|v| C::CitizenId.eq(v).and(C::ArchivedAt.is_null())))
        .add_option(of.name_key.as_ref().map(|v| C::NameKey.eq(v).and(C::ArchivedAt.is_null())))
        .add_option((!of.phones.is_empty()).then(|| C::Phone.is_in(&of.phones)))
        .add_option((!of.emails.is_empty()).then(|| C::Email.is_in(&of.emails)));
    let columns = [C::Id, C::NameKey, C::Phone, C::Email, C::TaxCode, C::CitizenId];
    Ok(select.columns(columns).filter(same).limit(MOST).into_model().all(&db.executor()).await?)
}

/// Contacts match only by phone and e-mail: different people have the same name.
async fn contacts(db: &dyn ReadDb, of: &MatchKeys) -> Result<Vec<(Uuid, DuplicateReason)>, StoreError> {
    use contact_row::Column as C;
    type Found = (Uuid, Option<String>, Option<String>);
    if of.phones.is_empty() && of.emails.is_empty() {
        return Ok(Vec::new());
    }
    let by_email = (!of.emails.is_empty()).then(|| C::Email.is_in(&of.emails));
    let same = Condition::any().add_option((!of.phones.is_empty()).then(|| C::Phone.is_in(&of.phones))).add_option(by_email);
    let select = contact_row::Entity::find().filter(C::ArchivedAt.is_null()).filter(same).select_only();
    let rows: Vec<Found> = select.columns([C::Id, C::Phone, C::Email]).limit(MOST).into_tuple().all(&db.executor()).await?;
    let among = |mine: &[String], theirs: &Option<String>| theirs.as_ref().is_some_and(|value| mine.contains(value));
    let reasons = |(id, phone, email): Found| {
        let by_phone = among(&of.phones, &phone).then_some((id, DuplicateReason::Phone));
        [by_phone, among(&of.emails, &email).then_some((id, DuplicateReason::Email))].into_iter().flatten()
    };
    Ok(rows.into_iter().flat_map(reasons).collect())
}

/// The matches with the data visible to the actor, with one query per kind. Accounts that are not visible show only the data of
/// their cards, if cards are enabled.
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn duplicates(
    db: &dyn ReadDb,
    actor: &Actor,
    cards: bool,
    matches: &[DuplicateMatch],
) -> Result<Vec<DuplicateCandidate>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    let of_kind = |kind| {
        let ids: Vec<_> = matches.iter().filter(|suspect| suspect.kind == kind).map(|suspect| suspect.id).collect();
        (!ids.is_empty()).then_some(ids)
    };
    let mut names = HashMap::new();
    if let Some(ids) = of_kind(CandidateKind::Lead) {
        names.extend(lead_names(db, actor, ids).await?);
    }
    let may_read = actor.may(Permission::AccountsRead);
    if let Some(ids) = of_kind(CandidateKind::Account).filter(|_| may_read) {
        names.extend(accounts::names(db, actor, cards, ids).await?);
    }
    if let Some(ids) = of_kind(CandidateKind::Contact).filter(|_| may_read) {
        names.extend(accounts::contact_names(db, actor, ids).await?);
    }
    let candidate = |suspect: &DuplicateMatch| {
        let known = names.remove(&suspect.id);
        let is_visible = known.as_ref().is_some_and(|known| known.is_visible);
        let (name, owner_name) = known.map(|known| (known.name, known.owner_name)).unzip();
        let (kind, id, reasons) = (suspect.kind, suspect.id, suspect.reasons.clone());
        DuplicateCandidate { kind, id, reasons, name, owner_name: owner_name.flatten(), is_visible }
    };
    Ok(matches.iter().map(candidate).collect())
}

async fn lead_names(db: &dyn ReadDb, actor: &Actor, ids: Vec<Uuid>) -> Result<HashMap<Uuid, KnownName>, StoreError> {
    let select = with_owner_visible_to(actor)?.filter(row::Column::Id.is_in(ids)).select_only();
    let select = select.columns([row::Column::Id, row::Column::Name]).column(user::Column::FullName);
    let found: Vec<(Uuid, String, Option<String>)> = select.into_tuple().all(&db.executor()).await?;
    Ok(found.into_iter().map(|(id, name, owner_name)| (id, KnownName { name, owner_name, is_visible: true })).collect())
}
