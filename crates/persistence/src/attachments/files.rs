use std::ops::Range;
use std::path::{Path as Place, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use bytes::Bytes;
use chot_domain::attachments::{Content, FileType};
use chrono::{DateTime, Utc};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::StoreError;

/// Where the content of files is kept: a folder, which is made when the first file comes. What stands there under a key is whole.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    largest: u64,
    store: Arc<OnceLock<LocalFileSystem>>,
}

/// So much is gathered before it is written.
const PART: usize = 1 << 18;

impl Files {
    /// The folder where files are kept if nothing else is said.
    pub const FOLDER: &str = "data/attachments";
    /// How many bytes a file may have if nothing else is said: 25 MiB.
    pub const LARGEST: u64 = 25 << 20;

    /// Keeps files of so many bytes at most in a folder.
    pub fn in_folder(folder: impl Into<PathBuf>, largest: u64) -> Self {
        Self { folder: folder.into(), largest, store: Arc::default() }
    }

    /// How many bytes a file may have.
    pub const fn largest(&self) -> u64 {
        self.largest
    }

    fn store(&self) -> Result<&LocalFileSystem, StoreError> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        std::fs::create_dir_all(&self.folder).map_err(unusable)?;
        let store = LocalFileSystem::new_with_prefix(&self.folder)?.with_fsync(true);
        Ok(self.store.get_or_init(|| store))
    }

    /// Begins to take in a file. Nothing stands under its key before it is kept.
    ///
    /// # Errors
    /// When the place cannot be written to.
    pub async fn begin(&self, id: Uuid) -> Result<IncomingFile, StoreError> {
        // The last digits of an identifier are random; the first ones would put all of a day into one folder.
        let name = id.simple().to_string();
        let key = format!("{}/{name}", &name[name.len() - 2..]);
        let upload = self.store()?.put_multipart(&Path::from(key.as_str())).await?;
        Ok(IncomingFile {
            files: self.clone(),
            key,
            upload,
            waiting: Vec::new(),
            digest: Sha256::new(),
            content: Content::default(),
        })
    }

    /// Reads a part of a file, piece by piece.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn read(&self, key: &str, part: Range<u64>) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
        let options = GetOptions { range: Some(GetRange::Bounded(part)), ..Default::default() };
        let found = self.store()?.get_opts(&Path::from(key), options).await?;
        Ok(found.into_stream().map_err(StoreError::from).boxed())
    }

    /// Takes away a file.
    ///
    /// # Errors
    /// When it is not there or cannot be taken away.
    pub async fn remove(&self, key: &str) -> Result<(), StoreError> {
        Ok(self.store()?.delete(&Path::from(key)).await?)
    }

    /// The keys of all files that were kept before a time, a batch after another.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub fn kept_before(&self, time: DateTime<Utc>) -> Result<BoxStream<'static, Vec<String>>, StoreError> {
        // What another process takes away meanwhile is not there any more.
        let found = self.store()?.list(None).filter_map(async |file| file.ok());
        let old = found.filter_map(move |file| {
            let is_old = file.last_modified <= time;
            std::future::ready(is_old.then(|| file.location.to_string()))
        });
        Ok(old.chunks(500).boxed())
    }

    /// Takes away what was left half-written before a time, by a process that died.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub async fn remove_unfinished(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        let folder = self.folder.clone();
        let removed = tokio::task::spawn_blocking(move || remove_unfinished(&folder, before.into())).await;
        removed.map_err(std::io::Error::other).and_then(|done| done).map_err(unusable)
    }
}

/// Until it is whole, a file has a number behind its name.
fn remove_unfinished(folder: &Place, before: SystemTime) -> std::io::Result<()> {
    let folders = std::fs::read_dir(folder)?.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    for file in folders.filter_map(|entry| std::fs::read_dir(entry.path()).ok()).flatten().filter_map(Result::ok) {
        let is_unfinished = file.file_name().to_string_lossy().contains('#');
        if is_unfinished && file.metadata()?.modified()? <= before {
            std::fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

fn unusable(cause: std::io::Error) -> StoreError {
    StoreError::Files(object_store::Error::Generic { store: "attachments", source: Box::new(cause) })
}

/// A file that is being taken in. It is gone if it is not kept.
pub struct IncomingFile {
    files: Files,
    key: String,
    upload: Box<dyn MultipartUpload>,
    waiting: Vec<u8>,
    digest: Sha256,
    content: Content,
}

impl IncomingFile {
    /// Takes in the next piece.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.content.see(piece);
        self.digest.update(piece);
        self.waiting.extend_from_slice(piece);
        if self.waiting.len() < PART {
            return Ok(());
        }
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let part = std::mem::take(&mut self.waiting);
        Ok(self.upload.put_part(part.into()).await?)
    }

    /// Whether it has more bytes than a file may have.
    pub fn is_too_large(&self) -> bool {
        self.content.size() > self.files.largest
    }

    /// What was noticed of its content.
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// Keeps the file under its key, whole and on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn finish(mut self, content_type: FileType) -> Result<StoredFile, StoreError> {
        self.flush().await?;
        self.upload.complete().await?;
        let sha256 = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let size = self.content.size();
        Ok(StoredFile { files: self.files, key: self.key, content_type, size, sha256, is_named: AtomicBool::new(false) })
    }
}

/// A file that is kept and not yet named by a row. One that never is, is taken away again.
pub struct StoredFile {
    files: Files,
    pub(super) key: String,
    /// What it is.
    pub content_type: FileType,
    /// How many bytes it has.
    pub size: u64,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    is_named: AtomicBool,
}

impl StoredFile {
    /// A row names it now. Whether that row comes to stay is not known here: if not, the sweep takes the file away.
    pub(super) fn mark_referenced(&self) {
        self.is_named.store(true, Ordering::Relaxed);
    }
}

impl Drop for StoredFile {
    fn drop(&mut self) {
        let (files, key) = (self.files.clone(), std::mem::take(&mut self.key));
        if let (false, Ok(runtime)) = (*self.is_named.get_mut(), tokio::runtime::Handle::try_current()) {
            // If that fails, the sweep takes it away.
            runtime.spawn(async move { files.remove(&key).await.ok() });
        }
    }
}
