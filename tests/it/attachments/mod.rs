//! Files on records.

pub mod contract;
mod download;
mod large;
mod refused;
mod robust;
mod sight;
mod upload;

use std::path::Path;
use std::time::Duration;

/// The files in a folder: the complete and the incomplete ones.
fn kept(folder: &Path) -> (Vec<String>, Vec<String>) {
    let names =
        |folder: &Path| -> Vec<_> { std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap()).collect() };
    let files = names(folder).into_iter().flat_map(|shard| names(&shard.path()));
    files.map(|file| file.file_name().into_string().unwrap()).partition(|name| !name.contains('#'))
}

/// Waits until this number of files is stored and no incomplete file is left. A separate task removes cancelled uploads, so the
/// first look may come too early; the time limit is for a file that nothing removes.
async fn expect_files(folder: &Path, count: usize) {
    let wait = async {
        while kept(folder).0.len() != count || !kept(folder).1.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), wait).await;
    assert!(ended.is_ok(), "{count} files were expected: {:?}", kept(folder));
}
