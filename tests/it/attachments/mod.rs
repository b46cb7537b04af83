//! Files on records.

mod download;
mod large;
mod refused;
mod robust;
mod sight;
mod upload;

use std::path::Path;

/// The files that are kept in a folder: those that are whole, and those that are not yet.
fn kept(folder: &Path) -> (Vec<String>, Vec<String>) {
    let names =
        |folder: &Path| -> Vec<_> { std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap()).collect() };
    let files = names(folder).into_iter().flat_map(|shard| names(&shard.path()));
    files.map(|file| file.file_name().into_string().unwrap()).partition(|name| !name.contains('#'))
}

/// Waits until nothing half-written is left; what is given up is taken away by a task of its own.
async fn settled(folder: &Path) -> Vec<String> {
    loop {
        let (whole, unfinished) = kept(folder);
        if unfinished.is_empty() {
            return whole;
        }
        tokio::task::yield_now().await;
    }
}
