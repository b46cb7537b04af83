//! Compressed bodies (RFC 9110, section 8.4). They are decompressed after the caller is known, up to the maximum size of a body.

use std::io::Read;

use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};
use actix_web::web::Bytes;
use chot_domain::shared::Code;
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::LARGEST_BODY;
use crate::web::problem::ApiError;

/// The compression of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// No compression.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Deflate,
}

const READABLE: &str = "gzip, deflate";

impl Coding {
    /// The coding in the headers.
    ///
    /// # Errors
    /// `unsupported_media_type` for an unsupported coding, or for several.
    pub fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let lines: Option<Vec<&str>> = headers.get_all(CONTENT_ENCODING).map(|line| line.to_str().ok()).collect();
        match lines.map(|lines| lines.join(",").trim().to_ascii_lowercase()).as_deref() {
            Some("" | "identity") => Ok(Self::Identity),
            Some("gzip" | "x-gzip") => Ok(Self::Gzip),
            Some("deflate") => Ok(Self::Deflate),
            _ => Err(ApiError::unsupported_coding(READABLE)),
        }
    }

    /// Decompresses a body. The size is limited during decompression.
    ///
    /// # Errors
    /// `body_too_large`; `malformed_body` if the data does not match the coding.
    pub fn unpack(self, packed: Bytes) -> Result<Bytes, ApiError> {
        match self {
            Self::Identity => Ok(packed),
            Self::Gzip => unpacked(MultiGzDecoder::new(packed.as_ref())),
            Self::Deflate => unpacked(ZlibDecoder::new(packed.as_ref())),
        }
    }
}

fn unpacked(decoder: impl Read) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    decoder.take(LARGEST_BODY as u64 + 1).read_to_end(&mut bytes).map_err(|_| Code::MalformedBody)?;
    if bytes.len() > LARGEST_BODY {
        return Err(Code::BodyTooLarge.into());
    }
    Ok(bytes.into())
}

/// Refuses a compressed body.
///
/// # Errors
/// `unsupported_media_type`.
pub fn require_no_coding(headers: &HeaderMap) -> Result<(), ApiError> {
    match Coding::of(headers) {
        Ok(Coding::Identity) => Ok(()),
        _ => Err(ApiError::unsupported_coding("identity")),
    }
}
