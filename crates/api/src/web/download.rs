//! Responses with files: whole or in part (RFC 9110, section 14). Browsers must not display them or guess another type.

use std::borrow::Cow;
use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, Charset, ContentDisposition,
    DispositionParam, DispositionType, ETAG, ExtendedValue, Header, IF_NONE_MATCH, IF_RANGE,
};
use actix_web::{HttpRequest, HttpResponse};
use chot_domain::shared::Code;
use chot_persistence::attachments::{FileContentRef, Files};
use deunicode::deunicode;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type};
use utoipa::{PartialSchema, ToSchema};

use crate::web::extract::Condition;
use crate::web::negotiation::accepts_file;
use crate::web::problem::ApiError;

/// The content of a file, for the OpenAPI document.
pub struct FileContent;

impl PartialSchema for FileContent {
    fn schema() -> RefOr<Schema> {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let content = ObjectBuilder::new().schema_type(Type::String).format(Some(binary));
        content.description(Some("The content of a file, byte by byte, in the media type of the file.")).build().into()
    }
}

impl ToSchema for FileContent {
    fn name() -> Cow<'static, str> {
        "FileContent".into()
    }
}

/// Responds with the whole file, the requested part, or 304 if the caller has it already.
pub async fn answer(request: &HttpRequest, files: &Files, kept: &FileContentRef) -> Result<HttpResponse, ApiError> {
    let media_type = kept.content_type.media_type();
    if !accepts_file(request.headers(), &media_type) {
        return Err(Code::NotAcceptable.into());
    }
    let tag = format!("\"{}\"", kept.sha256);
    if Condition::read(request.headers(), IF_NONE_MATCH.as_str()).is_some_and(|known| known.names(&tag)) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    let size = kept.size.unsigned_abs();
    let part = asked_for(request, &tag, size)?;
    let mut answer = HttpResponse::build(if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK });
    if let Some(part) = &part {
        answer.insert_header((CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1)));
    }
    answer
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, as_attachment(&kept.file_name)))
        .insert_header((ETAG, tag))
        .insert_header((ACCEPT_RANGES, "bytes"))
        // A range of compressed content would not be a range of the file.
        .insert_header((CONTENT_ENCODING, "identity"));
    let part = part.unwrap_or(0..size);
    let length = part.end - part.start;
    Ok(answer.body(SizedStream::new(length, files.read(&kept.storage_key, part).await?)))
}

/// The requested range. An invalid range or several ranges yield the whole file.
fn asked_for(request: &HttpRequest, tag: &str, size: u64) -> Result<Option<Range<u64>>, ApiError> {
    // The client has a part of another file, so it needs the whole file.
    if request.headers().get(IF_RANGE).is_some_and(|known| known.as_bytes() != tag.as_bytes()) {
        return Ok(None);
    }
    let Ok(header::Range::Bytes(parts)) = header::Range::parse(request) else {
        return Ok(None);
    };
    let [part] = parts.as_slice() else {
        return Ok(None);
    };
    let Some((first, last)) = part.to_satisfiable_range(size) else {
        let headers = vec![("content-range", format!("bytes */{size}"))];
        return Err(ApiError { headers, ..Code::RangeNotSatisfiable.into() });
    };
    Ok(Some(first..last + 1))
}

/// The file name in both forms (RFC 6266, appendix D): the complete name in the extended form, and a plain ASCII name for clients
/// that do not support it.
fn as_attachment(name: &str) -> ContentDisposition {
    let mut parameters = vec![DispositionParam::Filename(plain_name(name))];
    let charset = Charset::Ext("UTF-8".into());
    parameters.push(DispositionParam::FilenameExt(ExtendedValue {
        charset,
        language_tag: None,
        value: name.as_bytes().to_vec(),
    }));
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}

/// A name in ASCII letters, digits, `.`, `-` and `_`.
fn plain_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    deunicode(name).chars().map(|c| if is_plain(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_plain_and_in_extended_form() {
        let header = as_attachment("Hợp đồng \"12\".pdf").to_string();
        assert_eq!(
            header,
            "attachment; filename=\"Hop_dong__12_.pdf\"; filename*=UTF-8''H%E1%BB%A3p%20%C4%91%E1%BB%93ng%20%2212%22.pdf"
        );
        assert_eq!(plain_name("Báo giá số 1"), "Bao_gia_so_1");
        assert_eq!(plain_name("a\"; filename=\"evil.exe.txt"), "a___filename__evil.exe.txt");
        assert_eq!(plain_name("%41.txt"), "_41.txt");
    }
}
