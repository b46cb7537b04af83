//! Records that do not exist, and archived ones. The cases are derived from the document.

use chot_tests::fixtures::version;
use reqwest::Method;
use serde_json::json;

use super::operation::{Operation, operations};
use super::rows::Row;
use super::stage::Stage;

/// The identifier of no record.
const UNKNOWN: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

#[tokio::test]
async fn a_record_that_does_not_exist_is_not_found() {
    let stage = Stage::new().await;
    let mut asked = 0;
    for (operation, row) in operations() {
        let names = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let Some(name) = names.into_iter().find(|name| name.ends_with("_id")) else { continue };
        let mut ground = stage.prepare(row.on, stage.administrator()).await;
        ground.known.insert(name.to_owned(), json!(UNKNOWN));
        stage.admin().send(operation.request(stage.admin(), row, &ground)).await.refused(404, "not_found");
        asked += 1;
    }
    assert!(asked > 80, "only {asked}");
}

/// The operations that change a record which another operation can archive, each with the path of the record.
fn changes_of_what_can_be_archived() -> Vec<(String, Operation, &'static Row)> {
    let archiving = operations().into_iter().filter(|(_, row)| row.operation.starts_with("archive"));
    let records: Vec<String> = archiving.map(|(operation, _)| operation.path).collect();
    let changes = operations()
        .into_iter()
        .filter(|(operation, row)| operation.method != Method::GET && !row.operation.starts_with("restore"));
    let with_record = changes.filter_map(|(operation, row)| {
        let is_of = |record: &&String| operation.path == **record || operation.path.starts_with(&format!("{record}/"));
        Some((records.iter().find(is_of)?.clone(), operation, row))
    });
    with_record.collect()
}

#[tokio::test]
async fn an_archived_record_is_not_changed() {
    let stage = Stage::new().await;
    let (mut tried, mut changed) = (0, Vec::new());
    for (record, operation, row) in changes_of_what_can_be_archived() {
        let mut ground = stage.prepare(row.on, stage.administrator()).await;
        let record = ground.path(&record);
        let seen = version(&stage.admin().get(&record).await.expect(200));
        stage.admin().delete(&record, seen).await.expect(204);
        ground.version = seen + 1;
        let reply = stage.admin().send(operation.request(stage.admin(), row, &ground)).await;
        tried += 1;
        // Whoever archives or claims looks for a record that is not archived.
        if !matches!((reply.status, reply.body["code"].as_str()), (409, Some("archived")) | (404, Some("not_found"))) {
            changed.push(format!("{}: {} {}", row.operation, reply.status, reply.body["code"]));
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
    assert!(tried > 20, "only {tried}");
}
