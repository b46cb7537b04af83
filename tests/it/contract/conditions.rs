//! Conditional requests (RFC 9110, section 13): changes to a known version, and responses that the caller already has.

use reqwest::Method;
use serde_json::json;

use super::operation::{Operation, operation_named, operations};
use super::rows::Row;
use super::stage::Stage;
use crate::accounts::contract::{lans_account, pool_account};
use crate::leads::contract::lead;

fn changes() -> impl Iterator<Item = (Operation, &'static Row)> {
    operations().into_iter().filter(|(operation, _)| matches!(operation.method, Method::PATCH | Method::DELETE))
}

#[tokio::test]
async fn a_version_that_is_not_in_quotation_marks_is_refused() {
    let stage = Stage::new().await;
    for (operation, row) in changes() {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let bare = ground.version.to_string();
        for malformed in [bare.as_str(), "", "\"1", "'1'", "\"1\" \"2\"", "\"1\", *", "1, \"2\""] {
            let request = operation.with_body(stage.admin(), row, &ground).header("if-match", malformed);
            let reply = stage.admin().send(request).await;
            assert_eq!(reply.body["code"], "invalid_header", "{} {malformed:?}", row.operation);
            assert_eq!(reply.faults(400), [("/If-Match".to_owned(), "invalid_if_match".to_owned())], "{}", row.operation);
        }
        stage.admin().send(operation.request(stage.admin(), row, &ground)).await.ok();
    }
}

#[tokio::test]
async fn of_several_versions_one_has_to_fit() {
    let stage = Stage::new().await;
    for (operation, row) in changes() {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let (version, next) = (ground.version, ground.version + 1);
        let none =
            [format!("\"{next}\", \"0\""), format!("W/\"{version}\""), format!("\"{next}\", W/\"{version}\""), "\"abc\"".into()];
        for stale in none {
            let request = operation.with_body(stage.admin(), row, &ground).header("if-match", &stale);
            stage.admin().send(request).await.refused(412, "version_mismatch");
        }
        let list = format!("\"{next}\", \"abc\", \"{version}\"");
        stage.admin().send(operation.with_body(stage.admin(), row, &ground).header("if-match", list)).await.ok();
    }
}

#[tokio::test]
async fn any_version_will_do_for_administrators_only() {
    let stage = Stage::new().await;
    for (operation, row) in changes() {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let request = operation.with_body(stage.admin(), row, &ground).header("if-match", "*");
        stage.admin().send(request).await.ok();
    }
    let ground = stage.prepare(lead, stage.owner()).await;
    let (update, row) = operation_named("updateLead");
    let request = update.with_body(stage.lan(), row, &ground).header("if-match", "*");
    let refused = stage.lan().send(request).await.refused(412, "version_mismatch");
    assert_eq!(refused["version"], ground.version);
}

#[tokio::test]
async fn what_the_caller_has_already_is_not_sent_again() {
    let stage = Stage::new().await;
    let mut tagged = 0;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.method == Method::GET) {
        let takes_tag = operation.takes("IfNoneMatch");
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let asked =
            async |known: &str| stage.admin().send(operation.bare(stage.admin(), &ground).header("if-none-match", known)).await;
        let first = stage.admin().send(operation.bare(stage.admin(), &ground)).await;
        assert_eq!(first.header("etag").is_some(), takes_tag, "{}: the document tells of the tag", row.operation);
        assert_eq!(operation.document["responses"]["304"].is_object(), takes_tag, "{}", row.operation);
        let Some(tag) = first.header("etag") else {
            assert_eq!(asked("*").await.status, 200, "{}", row.operation);
            continue;
        };
        for known in [tag, &format!("W/{tag}"), &format!("\"0\", {tag}"), &format!("\"a,b\" , W/{tag}"), "*"] {
            let again = asked(known).await;
            assert_eq!((again.status, again.header("etag"), again.text.as_str()), (304, Some(tag), ""), "{}", row.operation);
            assert_eq!(again.header("cache-control"), Some("private, no-cache"), "{}", row.operation);
        }
        for other in ["\"0\"", "W/\"0\"", tag.trim_matches('"'), ""] {
            assert_eq!(asked(other).await.body, first.body, "{} {other:?}", row.operation);
        }
        tagged += 1;
    }
    assert!(tagged > 10, "only {tagged} answers have a tag");
}

/// The card of an account has no version, and no tag may reveal the account behind it.
#[tokio::test]
async fn a_card_has_no_tag() {
    let stage = Stage::new().await;
    let stranger = &stage.stranger().client;
    let path = stage.prepare(lans_account, stage.stranger()).await.path("accounts/{account_id}");
    let request = stranger.request(Method::GET, &path).header("if-none-match", "*");
    let reply = stranger.send(request).await;
    assert_eq!((reply.status, reply.header("etag"), &reply.body["view"]), (200, None, &json!("card")));
}

#[tokio::test]
async fn an_action_checks_the_version_that_it_names() {
    let stage = Stage::new().await;
    let mut checked = 0;
    for (operation, row) in operations().into_iter().filter(|(operation, _)| operation.takes("IfMatchOfAction")) {
        checked += 1;
        let ground = stage.prepare(row.on, stage.administrator()).await;
        let with = |tag: String| operation.with_body(stage.admin(), row, &ground).header("if-match", tag);
        let refused = stage.admin().send(with("\"77\"".into())).await.refused(412, "version_mismatch");
        stage.admin().send(with(format!("\"{}\"", refused["version"]))).await.ok();
    }
    assert!(checked > 25, "only {checked} actions take a version");
    // A record claimed from the pool was not seen in any version.
    let ground = stage.prepare(pool_account, stage.stranger()).await;
    let (claim, row) = operation_named("claimAccount");
    let request = claim.with_body(stage.lan(), row, &ground).header("if-match", "\"77\"");
    stage.lan().send(request).await.refused(412, "version_mismatch");
    stage.lan().send(claim.with_body(stage.lan(), row, &ground).header("if-match", "*")).await.ok();
    // Of a record that is not visible, not even the version is returned.
    let stranger = stage.stranger();
    let ground = stage.prepare(lead, stranger).await;
    let (junk, row) = operation_named("junkLead");
    let request = junk.with_body(&stranger.client, row, &ground).header("if-match", "\"77\"");
    stranger.client.send(request).await.refused(404, "not_found");
}

#[tokio::test]
async fn who_may_not_change_a_record_is_not_asked_for_its_version() {
    let stage = Stage::new().await;
    let stranger = stage.stranger();
    for (operation, row) in
        changes().filter(|(_, row)| ["updateLead", "archiveLead", "updateOpportunity"].contains(&row.operation))
    {
        let ground = stage.prepare(row.on, stranger).await;
        let refused = stranger.client.send(operation.with_body(&stranger.client, row, &ground)).await;
        assert!([403, 404].contains(&refused.status), "{}: {}", row.operation, refused.status);
        let lans = operation.with_body(stage.admin(), row, &ground);
        stage.admin().send(lans).await.refused(428, "version_required");
    }
    let unknown = stage.lan().get("/leads/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10").await.refused(404, "not_found");
    assert_eq!(unknown["instance"], "/api/v1/leads/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10");
}
