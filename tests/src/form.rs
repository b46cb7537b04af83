//! Forms with a file (RFC 7578), written byte by byte, so that tests can also write invalid ones.

use serde_json::Value;

/// A form under construction.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<u8>);

const BOUNDARY: &str = "ranh-gioi-cua-bieu-mau";

/// The media type of a form.
pub fn form_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

impl Form {
    /// A form with a text part for each member of an object.
    pub fn of(members: &Value) -> Self {
        let members = members.as_object().into_iter().flatten();
        members.fold(Self::default(), |form, (name, value)| match value.as_str() {
            Some(text) => form.text(name, text),
            None => form.text(name, &value.to_string()),
        })
    }

    /// Adds a part with the given headers after `form-data`.
    pub fn part(mut self, headers: &str, content: &[u8]) -> Self {
        self.0.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data{headers}\r\n\r\n").into_bytes());
        self.0.extend_from_slice(content);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    /// Adds a text part.
    pub fn text(self, name: &str, text: &str) -> Self {
        self.part(&format!("; name=\"{name}\""), text.as_bytes())
    }

    /// Adds the file.
    pub fn file(self, file_name: &str, content: &[u8]) -> Self {
        self.part(&format!("; name=\"file\"; filename=\"{file_name}\""), content)
    }

    /// Adds the file with a declared media type.
    pub fn declared(self, file_name: &str, media_type: &str, content: &[u8]) -> Self {
        self.part(&format!("; name=\"file\"; filename=\"{file_name}\"\r\nContent-Type: {media_type}"), content)
    }

    /// The complete form.
    pub fn body(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.0
    }

    /// The form without its end.
    pub fn unfinished(self) -> Vec<u8> {
        self.0
    }
}

/// A minimal PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";
