use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Content, FileName};
use crate::shared::{ColumnValue, StringEnum};

/// The type of a file, detected from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum FileType {
    /// A PNG image.
    #[serde(rename = "image/png")]
    Png,
    /// A JPEG image.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A GIF image.
    #[serde(rename = "image/gif")]
    Gif,
    /// A WebP image.
    #[serde(rename = "image/webp")]
    Webp,
    /// A PDF document.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// A Word document.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    Docx,
    /// An Excel workbook.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Xlsx,
    /// A PowerPoint presentation.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.presentationml.presentation")]
    Pptx,
    /// A Word document in the old format.
    #[serde(rename = "application/msword")]
    Doc,
    /// An Excel workbook in the old format.
    #[serde(rename = "application/vnd.ms-excel")]
    Xls,
    /// Plain text in UTF-8.
    #[serde(rename = "text/plain")]
    Text,
    /// A CSV table in UTF-8.
    #[serde(rename = "text/csv")]
    Csv,
    /// An MP3 recording.
    #[serde(rename = "audio/mpeg")]
    Mp3,
    /// A WAV recording.
    #[serde(rename = "audio/wav")]
    Wav,
    /// An AAC recording in an MP4 container.
    #[serde(rename = "audio/mp4")]
    M4a,
    /// A Vorbis or Opus recording.
    #[serde(rename = "audio/ogg")]
    Ogg,
    /// An MP4 video.
    #[serde(rename = "video/mp4")]
    Mp4,
    /// A ZIP archive.
    #[serde(rename = "application/zip")]
    Zip,
}

impl StringEnum for FileType {}

/// Media types that do not describe the content.
const NOTHING_SAID: [&str; 3] = ["", "application/octet-stream", "binary/octet-stream"];

impl FileType {
    const ALL: [Self; 18] = [
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::Webp,
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Doc,
        Self::Xls,
        Self::Text,
        Self::Csv,
        Self::Mp3,
        Self::Wav,
        Self::M4a,
        Self::Ogg,
        Self::Mp4,
        Self::Zip,
    ];

    /// The extensions of file names of this type, and further media types that are used for it.
    const fn known_by(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Png => (&["png"], &["image/x-png"]),
            Self::Jpeg => (&["jpg", "jpeg", "jpe", "jfif"], &["image/jpg", "image/pjpeg"]),
            Self::Gif => (&["gif"], &[]),
            Self::Webp => (&["webp"], &[]),
            Self::Pdf => (&["pdf"], &["application/x-pdf"]),
            Self::Docx => (&["docx"], &[]),
            Self::Xlsx => (&["xlsx"], &[]),
            Self::Pptx => (&["pptx"], &[]),
            Self::Doc => (&["doc"], &[]),
            Self::Xls => (&["xls"], &["application/msexcel", "application/x-msexcel"]),
            Self::Text => (&["txt", "text", "log", "md"], &["text/markdown"]),
            // Windows with Excel uses this media type for CSV.
            Self::Csv => (&["csv"], &["application/csv", "application/vnd.ms-excel"]),
            Self::Mp3 => (&["mp3"], &["audio/mp3"]),
            Self::Wav => (&["wav"], &["audio/x-wav", "audio/wave", "audio/vnd.wave"]),
            Self::M4a => (&["m4a"], &["audio/m4a", "audio/x-m4a"]),
            Self::Ogg => (&["ogg", "oga", "opus"], &["application/ogg", "audio/opus"]),
            Self::Mp4 => (&["mp4", "m4v"], &["video/x-m4v"]),
            Self::Zip => (&["zip"], &["application/x-zip-compressed", "application/x-zip"]),
        }
    }

    fn has_ending(self, ending: &str) -> bool {
        self.known_by().0.contains(&ending)
    }

    fn is_declared(self, media_type: &str) -> bool {
        self.raw() == media_type || self.known_by().1.contains(&media_type)
    }

    /// The media type in responses of downloads.
    pub fn media_type(self) -> String {
        let charset = if matches!(self, Self::Text | Self::Csv) { "; charset=utf-8" } else { "" };
        self.raw() + charset
    }

    /// The type of a file: detected from its content, provided that its name and declared media type do not contradict it.
    ///
    /// # Errors
    /// The code of the violated rule.
    pub fn check(content: &Content, name: &FileName, declared: Option<&str>) -> Result<Self, &'static str> {
        if content.size() == 0 {
            return Err("empty_file");
        }
        let (ending, declared) = (ending(name.as_str()), essence(declared.unwrap_or_default()));
        let is_said = !NOTHING_SAID.contains(&declared.as_str());
        let possible = content.file_types();
        if ending.as_deref().is_some_and(|ending| !Self::ALL.iter().any(|kind| kind.has_ending(ending))) {
            return Err("file_type_not_allowed");
        }
        if possible.is_empty() {
            // A known extension or media type with other content is a mismatch. Otherwise the type is just not allowed.
            let lies = ending.is_some() || Self::ALL.iter().any(|kind| kind.is_declared(&declared));
            return Err(if lies { "content_type_mismatch" } else { "file_type_not_allowed" });
        }
        if is_said && !possible.iter().any(|kind| kind.is_declared(&declared)) {
            return Err("content_type_mismatch");
        }
        let fits = |kind: &&Self| match &ending {
            Some(ending) => kind.has_ending(ending),
            None => !is_said || kind.is_declared(&declared),
        };
        let taken = possible.iter().find(fits).ok_or("content_type_mismatch")?;
        content.objection().map_or(Ok(*taken), Err)
    }
}

/// The extension of a name, if it looks like a file type.
fn ending(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let is_type = ending.chars().all(|c| c.is_ascii_alphanumeric()) && ending.contains(|c: char| c.is_ascii_alphabetic());
    is_type.then(|| ending.to_ascii_lowercase())
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";
    const TEXT: &[u8] = b"ten;so\nHoa Sen;1";

    fn checked(file: &[u8], name: &str, declared: Option<&str>) -> Result<FileType, &'static str> {
        let mut content = Content::default();
        content.see(file);
        FileType::check(&content, &FileName::from_stored(name.into()), declared)
    }

    #[test]
    fn a_file_is_what_name_type_and_content_agree_on() {
        assert_eq!(checked(PNG, "anh.PNG", Some("image/png")), Ok(FileType::Png));
        assert_eq!(checked(PNG, "anh.png", Some("application/octet-stream")), Ok(FileType::Png));
        assert_eq!(checked(PNG, "Ảnh số 12.2026", None), Ok(FileType::Png));
        assert_eq!(checked(TEXT, "bang-gia.csv", Some("application/vnd.ms-excel")), Ok(FileType::Csv));
        assert_eq!(checked(TEXT, "bang-gia.txt", Some("text/plain; charset=UTF-8")), Ok(FileType::Text));
        assert_eq!(checked(TEXT, "bang-gia", Some("text/csv")), Ok(FileType::Csv));
        assert_eq!(checked(TEXT, "bang-gia", None), Ok(FileType::Text));
    }

    #[test]
    fn a_file_that_lies_is_refused() {
        let lies = "content_type_mismatch";
        for (file, name, declared) in [
            (PNG, "anh.jpg", None),
            (PNG, "anh.png", Some("image/jpeg")),
            (PNG, "hop-dong.pdf", Some("application/pdf")),
            (TEXT, "anh.png", None),
            (TEXT, "ghi-chu.txt", Some("text/html")),
            (b"MZ\x90\0", "anh.png", None),
            (b"<svg/>", "anh.png", None),
            (b"<html>", "trang", Some("text/plain")),
        ] {
            assert_eq!(checked(file, name, declared), Err(lies), "{name} {declared:?}");
        }
        assert_eq!(checked(b"", "anh.png", None), Err("empty_file"));
        for (file, name) in [
            (b"MZ\x90\0".as_slice(), "setup.exe"),
            (b"<svg/>", "anh.svg"),
            (b"MZ\x90\0", "setup"),
            (PNG, "x.html"),
            (TEXT, "x.js"),
        ] {
            assert_eq!(checked(file, name, None), Err("file_type_not_allowed"), "{name}");
        }
    }
}
