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

/// The storage of file contents: a folder, created for the first file. A content stored under a key is always complete.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    largest: u64,
    store: Arc<OnceLock<LocalFileSystem>>,
}

/// How many bytes are buffered before they are written.
const PART: usize = 1 << 18;

impl Files {
    /// The default folder.
    pub const FOLDER: &str = "data/attachments";
    /// The default maximum size of a file: 25 MiB.
    pub const LARGEST: u64 = 25 << 20;

    /// Stores files in a folder, with a maximum size in bytes.
    pub fn in_folder(folder: impl Into<PathBuf>, largest: u64) -> Self {
        Self { folder: folder.into(), largest, store: Arc::default() }
    }

    /// Maximum size of a file in bytes.
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

    /// Starts storing a file. It does not exist under its key before it is finished.
    ///
    /// # Errors
    /// When the storage is not writable.
    pub async fn begin(&self, id: Uuid) -> Result<IncomingFile, StoreError> {
        // The last digits of an identifier are random; the first ones would put all files of a day into one folder.
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

    /// Reads a part of a file, in pieces.
    ///
    /// # Errors
    /// When it does not exist or cannot be read.
    pub async fn read(&self, key: &str, part: Range<u64>) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
        let options = GetOptions { range: Some(GetRange::Bounded(part)), ..Default::default() };
        let found = self.store()?.get_opts(&Path::from(key), options).await?;
        Ok(found.into_stream().map_err(StoreError::from).boxed())
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// When it does not exist or cannot be deleted.
    pub async fn remove(&self, key: &str) -> Result<(), StoreError> {
        Ok(self.store()?.delete(&Path::from(key)).await?)
    }

    /// The keys of all files stored before a time, in batches.
    ///
    /// # Errors
    /// When the storage is not usable.
    pub fn kept_before(&self, time: DateTime<Utc>) -> Result<BoxStream<'static, Vec<String>>, StoreError> {
        // Files that another process deletes meanwhile are skipped.
        let found = self.store()?.list(None).filter_map(async |file| file.ok());
        let old = found.filter_map(move |file| {
            let is_old = file.last_modified <= time;
            std::future::ready(is_old.then(|| file.location.to_string()))
        });
        Ok(old.chunks(500).boxed())
    }

    /// Deletes incomplete files from before a time, left by a process that stopped.
    ///
    /// # Errors
    /// When the storage is not usable.
    pub async fn remove_unfinished(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        let folder = self.folder.clone();
        let removed = tokio::task::spawn_blocking(move || remove_unfinished(&folder, before.into())).await;
        removed.map_err(std::io::Error::other).and_then(|done| done).map_err(unusable)
    }
}

/// The name of an incomplete file ends with `#` and a number.
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

/// A file that is being stored. It is discarded unless it is finished.
pub struct IncomingFile {
    files: Files,
    key: String,
    upload: Box<dyn MultipartUpload>,
    waiting: Vec<u8>,
    digest: Sha256,
    content: Content,
}

impl IncomingFile {
    /// Adds the next piece.
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

    /// Whether it exceeds the maximum size.
    pub fn is_too_large(&self) -> bool {
        self.content.size() > self.files.largest
    }

    /// The facts collected about its content.
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// Stores the complete file on disk under its key.
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

/// A stored file that no row refers to yet. It is deleted if it stays so.
pub struct StoredFile {
    files: Files,
    pub(super) key: String,
    /// Type of the file.
    pub content_type: FileType,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
    is_named: AtomicBool,
}

impl StoredFile {
    /// A row refers to it now. If the row is not committed, the cleanup deletes the file.
    pub(super) fn mark_referenced(&self) {
        self.is_named.store(true, Ordering::Relaxed);
    }
}

impl Drop for StoredFile {
    fn drop(&mut self) {
        let (files, key) = (self.files.clone(), std::mem::take(&mut self.key));
        if let (false, Ok(runtime)) = (*self.is_named.get_mut(), tokio::runtime::Handle::try_current()) {
            // If this fails, the cleanup deletes it.
            runtime.spawn(async move { files.remove(&key).await.ok() });
        }
    }
}
