//! The texts of notifications, for the inbox and for e-mails.

use chot_application::RenderedText;
use chot_domain::history::SubjectKind;
use chot_domain::notifications::{EmailContent, NotificationKind};
use chot_domain::shared::ColumnValue;
use serde_json::Value;
use uuid::Uuid;

use crate::web::messages::{Locale, render};

/// The title and the text of a notification.
pub fn words(locale: Locale, kind: NotificationKind, params: &Value) -> RenderedText {
    let say = |part: &str| render(locale, &format!("notification-{}-{part}", kind.raw()), params).unwrap_or_default();
    RenderedText { subject: say("title"), text: say("text") }
}

/// The path of a record.
pub fn address(kind: SubjectKind, id: Uuid) -> String {
    let collection = match kind {
        SubjectKind::Other => return "/".to_owned(),
        SubjectKind::Lead => "leads",
        SubjectKind::LeadForm => "lead-forms",
        SubjectKind::Account => "accounts",
        SubjectKind::Contact => "contacts",
        SubjectKind::Opportunity => "opportunities",
        SubjectKind::Product => "products",
        SubjectKind::User => "users",
        SubjectKind::Team => "teams",
        SubjectKind::ApiKey => "api-keys",
        SubjectKind::Delivery => "deliveries",
        SubjectKind::Timer => "timers",
        SubjectKind::Activity => "activities",
        SubjectKind::Trial => "trials",
        SubjectKind::Attachment => "attachments",
        SubjectKind::SupportRequest => "support-requests",
    };
    format!("/api/v1/{collection}/{id}")
}

/// A notification as an e-mail.
pub fn render_email(content: &EmailContent) -> RenderedText {
    let locale = Locale::from(content.language);
    let RenderedText { subject, text } = words(locale, content.kind, &Value::Object(content.params.clone()));
    let around = serde_json::json!({"name": content.name, "path": address(content.subject_kind, content.subject_id)});
    let say = |id: &str| render(locale, id, &around).unwrap_or_default();
    let parts = [say("letter-greeting"), text, say("letter-path"), say("letter-end")];
    RenderedText { subject, text: format!("{}\n", parts.join("\n\n")) }
}

#[cfg(test)]
mod tests {
    use chot_domain::notifications::Language;
    use serde_json::json;

    use super::*;

    /// The parameters that all kinds of notifications use.
    fn params() -> Value {
        json!({"name": "Công ty Hoa Sen", "count": 1, "reason": "Chưa có bằng chứng", "due_at": "2026-11-25T02:00:00Z", "lead_ids": []})
    }

    #[test]
    fn every_kind_is_told_in_both_languages_and_nothing_is_left_open() {
        for kind in NotificationKind::ALL {
            let (vietnamese, english) = (words(Locale::Vi, kind, &params()), words(Locale::En, kind, &params()));
            assert_ne!(vietnamese, english);
            for words in [vietnamese, english] {
                assert!(words.subject.contains("Công ty Hoa Sen"), "{kind:?}: {words:?}");
                for said in [words.subject, words.text] {
                    assert!(!said.is_empty() && !said.contains(['{', '}']), "{kind:?}: {said}");
                }
            }
        }
    }

    #[test]
    fn several_leads_are_counted_and_one_is_named() {
        let several = json!({"name": "Công ty Hoa Sen", "count": 12});
        assert_eq!(words(Locale::En, NotificationKind::LeadAssigned, &several).subject, "12 leads were given to you");
    }

    #[test]
    fn a_letter_greets_its_reader_and_says_where_the_record_is() {
        let Value::Object(params) = params() else { panic!("these are members") };
        let (kind, subject_kind, subject_id) = (NotificationKind::LeadAssigned, SubjectKind::Lead, Uuid::nil());
        let to_lan = EmailContent { name: "Lan".into(), language: Language::Vi, kind, subject_kind, subject_id, params };
        let text = render_email(&to_lan).text;
        assert!(text.starts_with("Kính gửi Lan,\n\n") && text.contains(&address(subject_kind, subject_id)), "{text}");
    }
}
