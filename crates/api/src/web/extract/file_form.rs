//! A form with a file (RFC 7578), read as a stream: the file is stored piece by piece and is never completely in memory.

use std::future::Future;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest};
use chot_application::Ctx;
use chot_application::attachments::{Upload, receive};
use chot_domain::attachments::{AttachmentDraft, FileName, FileType};
use chot_domain::shared::{Code, Violations, member_pointer};
use chot_persistence::attachments::IncomingFile;
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::Extracted;
use super::body::{Body, canonical, hash, media_type, read_storable};
use crate::web::problem::ApiError;

const FORM_DATA: &str = "multipart/form-data";

/// The part with the file.
const FILE: &str = "file";

/// The maximum total size of the other parts, and of the headers of all parts around the file.
const LARGEST_TEXTS: usize = 1 << 16;

/// The maximum number of parts.
const MOST_PARTS: usize = 32;

/// A sender that is silent for this time is disconnected.
const SILENCE: Duration = Duration::from_secs(20);

/// The maximum time for a form, even with an active sender.
const PATIENCE: Duration = Duration::from_secs(600);

/// A form that has not been read yet.
pub struct FileForm {
    parts: Multipart,
    announced: u64,
}

impl FromRequest for FileForm {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            media_type(&request, &[FORM_DATA])?;
            let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
            Ok(Self { parts: Multipart::new(request.headers(), payload), announced: length.unwrap_or_default() })
        })
    }
}

/// The parts read so far.
struct Read {
    incoming: IncomingFile,
    texts: Map<String, Value>,
    texts_length: usize,
    declared_type: Option<String>,
    violations: Violations,
}

impl FileForm {
    /// Receives the form, if the caller may upload files.
    pub async fn receive(mut self, ctx: &Ctx) -> Result<Body<Upload>, ApiError> {
        let incoming = receive(ctx).await?;
        if self.announced > ctx.engine.files.largest() + LARGEST_TEXTS as u64 {
            return Err(Code::BodyTooLarge.into());
        }
        let (texts, violations) = (Map::new(), Violations::default());
        let mut read = Read { incoming, texts, texts_length: 0, declared_type: None, violations };
        in_time(PATIENCE, read.all(&mut self.parts)).await??;
        read.into_body().await
    }
}

async fn in_time<T>(patience: Duration, work: impl Future<Output = T>) -> Result<T, ApiError> {
    tokio::time::timeout(patience, work).await.map_err(|_| Code::BodyTooSlow.into())
}

/// The next piece of a part, if there is one.
async fn next_piece(part: &mut Field) -> Result<Option<actix_web::web::Bytes>, ApiError> {
    in_time(SILENCE, part.next()).await?.transpose().map_err(|_| Code::MalformedBody.into())
}

impl Read {
    async fn all(&mut self, parts: &mut Multipart) -> Result<(), ApiError> {
        let mut count = 0;
        while let Some(part) = in_time(SILENCE, parts.next()).await? {
            let mut part = part.map_err(|_| Code::MalformedBody)?;
            count += 1;
            if count > MOST_PARTS {
                return Err(Violations::one("", "too_many").into());
            }
            let name = part.name().unwrap_or_default().to_owned();
            let is_repeated = self.texts.contains_key(&name);
            if is_repeated {
                self.violations.add(&member_pointer(&name), "repeated_member");
            }
            match name == FILE && !is_repeated {
                true => self.file(&mut part).await?,
                false => self.text(name, &mut part).await?,
            }
        }
        Ok(())
    }

    async fn file(&mut self, part: &mut Field) -> Result<(), ApiError> {
        let name = part.content_disposition().and_then(file_name).unwrap_or_default();
        self.texts.insert(FILE.into(), name.into());
        self.declared_type = part.content_type().map(ToString::to_string);
        while let Some(piece) = next_piece(part).await? {
            self.incoming.write(&piece).await?;
            if self.incoming.is_too_large() {
                return Err(Code::BodyTooLarge.into());
            }
        }
        Ok(())
    }

    async fn text(&mut self, name: String, part: &mut Field) -> Result<(), ApiError> {
        let mut bytes = Vec::new();
        while let Some(piece) = next_piece(part).await? {
            self.texts_length += piece.len();
            if self.texts_length > LARGEST_TEXTS {
                return Err(Code::BodyTooLarge.into());
            }
            bytes.extend_from_slice(&piece);
        }
        let text = String::from_utf8(bytes).map_err(|_| Code::MalformedBody)?;
        // Browsers also send empty fields.
        if !text.is_empty() && name != FILE {
            self.texts.insert(name, text.into());
        }
        Ok(())
    }

    async fn into_body(self) -> Result<Body<Upload>, ApiError> {
        let Self { incoming, texts, declared_type, mut violations, .. } = self;
        let file_type = check(&incoming, &texts, declared_type.as_deref(), &mut violations);
        let json = Value::Object(texts);
        let said = canonical(&json);
        let (draft, faults) = read_storable::<AttachmentDraft>(json)?;
        let faults = violations.merge(faults);
        let Some(file_type) = file_type.filter(|_| faults.is_empty()) else {
            return Ok(Body { value: Upload { draft, file: None }, faults, hash: String::new() });
        };
        let file = incoming.finish(file_type).await?;
        let hash = hash(&[&said, file.sha256.as_bytes()].concat());
        Ok(Body { value: Upload { draft, file: Some(file) }, faults, hash })
    }
}

/// The type of the file, if it was received and is accepted. The draft validates its name.
fn check(
    incoming: &IncomingFile,
    texts: &Map<String, Value>,
    declared_type: Option<&str>,
    violations: &mut Violations,
) -> Option<FileType> {
    let name = FileName::parse(texts.get(FILE)?.as_str()?).ok()?;
    let judged = FileType::check(incoming.content(), &name, declared_type);
    judged.map_err(|code| violations.add("/file", code)).ok()
}

/// The name of the file in its part: the extended form is preferred to the plain one (RFC 6266, section 4.3).
fn file_name(disposition: &actix_web::http::header::ContentDisposition) -> Option<String> {
    let extended = disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    extended.or_else(|| disposition.get_filename().map(str::to_owned))
}
