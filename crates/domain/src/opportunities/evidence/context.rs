use super::{EvidenceDraft, EvidenceKind};
use crate::opportunities::OpportunityId;
use crate::playbook::Playbook;
use crate::shared::{Key, Violations};

/// What an activity can show as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityShows {
    /// A meeting or demo, in person or online.
    Meeting,
    /// A call that a user logged.
    Call,
    /// A call that the telephone exchange reported as answered.
    SuccessfulCall,
    /// Anything else: a note, a message, a task.
    Other,
}

/// The activity of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityEvidence {
    /// Its opportunity.
    pub opportunity_id: Option<OpportunityId>,
    /// What it can show.
    pub shows: ActivityShows,
    /// Whether it is done.
    pub is_done: bool,
    /// Whether it has a recap.
    pub has_recap: bool,
    /// Whether it is already a proof for this opportunity.
    pub is_used: bool,
}

/// The file of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileEvidence {
    /// The opportunity of the file, directly or through an activity.
    pub opportunity_id: Option<OpportunityId>,
    /// Whether it is already a proof for this opportunity.
    pub is_used: bool,
}

/// What a quotation must contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotationForm {
    /// Numbers of codes (R-ICHK-68).
    Codes,
    /// Service and price (R-ICHK-69).
    Service,
    /// Either: the opportunity has products of both kinds.
    Either,
}

impl QuotationForm {
    /// The form of quotations for an opportunity with products of these categories.
    pub fn of(playbook: &Playbook, categories: &[Option<Key>]) -> Self {
        let by_service = &playbook.policies.categories_quoted_by_service;
        let is_service = |category: &&Option<Key>| category.as_ref().is_some_and(|key| by_service.contains(key));
        match categories.iter().filter(is_service).count() {
            0 => Self::Codes,
            services if services == categories.len() => Self::Service,
            _ => Self::Either,
        }
    }
}

/// What evidence is validated against: the opportunity, and the activity and file if the caller can see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceContext {
    /// The opportunity of the evidence.
    pub opportunity_id: OpportunityId,
    /// What its quotations must contain.
    pub quotation: QuotationForm,
    /// The activity of the evidence, if visible.
    pub activity: Option<ActivityEvidence>,
    /// The file of the evidence, if visible.
    pub file: Option<FileEvidence>,
}

impl EvidenceDraft {
    /// Whether the evidence proves that the opportunity is worked: by a file or a successful call (R-ICHK-74…76, R-ICHK-85).
    /// Other evidence is stored but does not change the evidence status.
    pub fn proves(&self, context: &EvidenceContext) -> bool {
        let by_call =
            context.activity.is_some_and(|activity| activity.shows == ActivityShows::SuccessfulCall && !activity.is_used);
        context.file.is_some() || by_call
    }

    /// Whether the activity or file alone is a valid proof, without further input from a user.
    pub fn is_automatic_proof(&self, context: &EvidenceContext) -> bool {
        let of_this = Some(context.opportunity_id);
        let is_good_file = context.file.is_some_and(|file| file.opportunity_id == of_this && !file.is_used);
        let is_good_call = context.activity.is_some_and(|activity| activity.opportunity_id == of_this);
        self.proves(context) && if self.attachment_id.is_some() { is_good_file } else { is_good_call }
    }

    /// Validates the evidence in this context.
    pub fn check(&self, context: &EvidenceContext, violations: &mut Violations) {
        if self.activity_id.is_some() {
            self.check_activity(context, violations);
        }
        if self.attachment_id.is_some() {
            check_file(context, violations);
        }
        if self.kind == EvidenceKind::Quotation && violations.is_valid(&["/kind"]) {
            self.check_quotation(context.quotation, violations);
        }
    }

    fn check_activity(&self, context: &EvidenceContext, violations: &mut Violations) {
        let Some(activity) = context.activity else {
            return violations.add("/activity_id", "not_found");
        };
        let has_right_kind = match self.kind {
            EvidenceKind::Meeting => activity.shows == ActivityShows::Meeting,
            EvidenceKind::Call => matches!(activity.shows, ActivityShows::Call | ActivityShows::SuccessfulCall),
            _ => true,
        };
        let is_the_proof = self.attachment_id.is_none() && activity.shows == ActivityShows::SuccessfulCall;
        let against = [
            (activity.opportunity_id != Some(context.opportunity_id), "of_another_opportunity"),
            (!has_right_kind, "activity_of_another_kind"),
            (!activity.is_done, "not_done"),
            (activity.is_used && is_the_proof, "already_given"),
        ];
        if let Some((_, code)) = against.into_iter().find(|(speaks_against, _)| *speaks_against) {
            return violations.add("/activity_id", code);
        }
        let wants_recap = matches!(self.kind, EvidenceKind::Meeting | EvidenceKind::Call);
        if wants_recap && !activity.has_recap && self.summary.is_none() {
            violations.add("/summary", "required");
        }
    }

    fn check_quotation(&self, form: QuotationForm, violations: &mut Violations) {
        let (has_codes, has_service) =
            (self.code_count.is_some() || self.code_quantity.is_some(), self.service_name.is_some() || self.price.is_some());
        let by_service = match form {
            QuotationForm::Codes => false,
            QuotationForm::Service => true,
            QuotationForm::Either => has_service && !has_codes,
        };
        let wanted: &[(&str, bool)] = match by_service {
            true => &[("/service_name", self.service_name.is_some()), ("/price", self.price.is_some())],
            false => &[("/code_count", has_codes)],
        };
        for (pointer, _) in wanted.iter().filter(|(_, is_given)| !is_given) {
            violations.add(pointer, "required");
        }
        if form == QuotationForm::Either {
            return;
        }
        let unwanted: [(&str, bool); 2] = match by_service {
            true => [("/code_count", self.code_count.is_some()), ("/code_quantity", self.code_quantity.is_some())],
            false => [("/service_name", self.service_name.is_some()), ("/price", self.price.is_some())],
        };
        for (pointer, _) in unwanted.into_iter().filter(|(_, is_given)| *is_given) {
            violations.add(pointer, "not_for_this_evidence");
        }
    }
}

fn check_file(context: &EvidenceContext, violations: &mut Violations) {
    match context.file {
        None => violations.add("/attachment_id", "not_found"),
        Some(file) if file.opportunity_id != Some(context.opportunity_id) => {
            violations.add("/attachment_id", "of_another_opportunity");
        }
        Some(file) if file.is_used => violations.add("/attachment_id", "already_given"),
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::playbook::embedded;
    use crate::shared::{Id, Money, Text};

    fn opportunity(number: u128) -> OpportunityId {
        Id::new(Uuid::from_u128(number))
    }

    fn context() -> EvidenceContext {
        EvidenceContext { opportunity_id: opportunity(1), quotation: QuotationForm::Codes, activity: None, file: None }
    }

    fn call(shows: ActivityShows) -> ActivityEvidence {
        ActivityEvidence { opportunity_id: Some(opportunity(1)), shows, is_done: true, has_recap: true, is_used: false }
    }

    fn faults(draft: &EvidenceDraft, context: &EvidenceContext) -> Vec<(String, String)> {
        let mut violations = Violations::default();
        draft.check(context, &mut violations);
        violations.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn fault(pointer: &str, code: &str) -> (String, String) {
        (pointer.to_owned(), code.to_owned())
    }

    fn about_call() -> EvidenceDraft {
        EvidenceDraft { activity_id: Some(Id::new(Uuid::nil())), ..EvidenceDraft::of(EvidenceKind::Call) }
    }

    fn about_file() -> EvidenceDraft {
        EvidenceDraft { attachment_id: Some(Id::new(Uuid::nil())), ..EvidenceDraft::of(EvidenceKind::File) }
    }

    #[test]
    fn a_22_r_ichk_75_only_a_successful_call_through_the_telephone_system_proves() {
        let with = |shows| EvidenceContext { activity: Some(call(shows)), ..context() };
        assert!(about_call().proves(&with(ActivityShows::SuccessfulCall)));
        assert!(!about_call().proves(&with(ActivityShows::Call)));
        assert!(faults(&about_call(), &with(ActivityShows::Call)).is_empty());
        assert_eq!(faults(&about_call(), &with(ActivityShows::Meeting)), [fault("/activity_id", "activity_of_another_kind")]);
    }

    #[test]
    fn r_ichk_76_text_alone_proves_nothing_and_a_file_does() {
        let file = Some(FileEvidence { opportunity_id: Some(opportunity(1)), is_used: false });
        assert!(!EvidenceDraft::of(EvidenceKind::Message).proves(&context()));
        assert!(about_file().proves(&EvidenceContext { file, ..context() }));
    }

    #[test]
    fn what_belongs_to_another_opportunity_or_has_proved_before_is_refused() {
        let another = Some(opportunity(2));
        let file =
            |opportunity_id, is_used| EvidenceContext { file: Some(FileEvidence { opportunity_id, is_used }), ..context() };
        assert_eq!(faults(&about_file(), &file(another, false)), [fault("/attachment_id", "of_another_opportunity")]);
        assert_eq!(faults(&about_file(), &file(Some(opportunity(1)), true)), [fault("/attachment_id", "already_given")]);
        assert_eq!(faults(&about_file(), &context()), [fault("/attachment_id", "not_found")]);
        let of_another = ActivityEvidence { opportunity_id: another, ..call(ActivityShows::SuccessfulCall) };
        let context = EvidenceContext { activity: Some(of_another), ..context() };
        assert_eq!(faults(&about_call(), &context), [fault("/activity_id", "of_another_opportunity")]);
    }

    #[test]
    fn r_ichk_70_r_ichk_72_a_meeting_and_a_call_want_a_recap() {
        let silent = ActivityEvidence { has_recap: false, ..call(ActivityShows::Call) };
        let context = EvidenceContext { activity: Some(silent), ..context() };
        assert_eq!(faults(&about_call(), &context), [fault("/summary", "required")]);
        let summarised = EvidenceDraft { summary: Some(Text::from_stored("Khách hỏi giá".into())), ..about_call() };
        assert!(faults(&summarised, &context).is_empty());
        let planned = EvidenceContext { activity: Some(ActivityEvidence { is_done: false, ..silent }), ..context };
        assert_eq!(faults(&summarised, &planned), [fault("/activity_id", "not_done")]);
    }

    #[test]
    fn r_ichk_68_r_ichk_69_legal_services_are_quoted_by_name_and_price() {
        let icheck = embedded("icheck").unwrap();
        let key = |name: &str| Some(Key::from_stored(name.to_owned()));
        assert_eq!(QuotationForm::of(&icheck, &[]), QuotationForm::Codes);
        assert_eq!(QuotationForm::of(&icheck, &[key("legal")]), QuotationForm::Service);
        assert_eq!(QuotationForm::of(&icheck, &[key("legal"), None]), QuotationForm::Either);
        let by_codes = EvidenceDraft { code_count: Some(20), ..EvidenceDraft::of(EvidenceKind::Quotation) };
        let price = Some(Money::whole(15_000_000));
        let service_name = Some(Text::from_stored("Đăng ký nhãn hiệu".into()));
        let by_service = EvidenceDraft { service_name, price, ..EvidenceDraft::of(EvidenceKind::Quotation) };
        let legal = EvidenceContext { quotation: QuotationForm::Service, ..context() };
        let mixed = EvidenceContext { quotation: QuotationForm::Either, ..context() };
        assert!(faults(&by_codes, &context()).is_empty() && faults(&by_service, &legal).is_empty());
        assert!(faults(&by_codes, &mixed).is_empty() && faults(&by_service, &mixed).is_empty());
        let wanting =
            [fault("/service_name", "required"), fault("/price", "required"), fault("/code_count", "not_for_this_evidence")];
        assert_eq!(faults(&by_codes, &legal), wanting);
        assert_eq!(faults(&by_service, &context())[0], fault("/code_count", "required"));
    }
}
