//! An operation of the document, and the requests to it.

use chot_tests::{Client, Form, PDF, contract, form_type, signature};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::rows::{Needs, Row, row_of};
use super::stage::Prepared;

/// An operation of the document.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: String,
    /// Its part of the document.
    pub document: &'static Value,
}

/// All operations, each with its row.
pub fn operations() -> Vec<(Operation, &'static Row)> {
    let found = contract().operations().into_iter().map(|(id, method, path)| {
        let document = &contract().document["paths"][&path][&method];
        (Operation { method: method.to_uppercase().parse().unwrap(), path, document }, row_of(&id))
    });
    found.collect()
}

/// The operation with this identifier, with its row.
pub fn operation_named(id: &str) -> (Operation, &'static Row) {
    operations().into_iter().find(|(_, row)| row.operation == id).unwrap()
}

/// The operations of some rows, in their order.
pub fn operations_of(rows: &'static [Row]) -> Vec<(Operation, &'static Row)> {
    rows.iter().map(|row| operation_named(row.operation)).collect()
}

/// A body as a form: the member `file` is the name of a file, all others are texts.
fn as_form(text: &str) -> Form {
    let mut members: Value = serde_json::from_str(text).unwrap();
    let file = members.as_object_mut().unwrap().remove("file");
    file.iter().fold(Form::of(&members), |form, name| form.file(name.as_str().unwrap(), PDF))
}

impl Operation {
    /// The tag.
    pub fn tag(&self) -> &str {
        self.document["tags"][0].as_str().unwrap()
    }

    /// Whether the document allows calls without a credential.
    pub fn is_open(&self) -> bool {
        let ways = self.document["security"].as_array().unwrap();
        ways.is_empty() || ways.contains(&json!({}))
    }

    /// The permission that the document names.
    pub fn permission(&self) -> Option<&'static str> {
        self.document["security"][0]["bearer"][0].as_str()
    }

    /// The permission that the request of the row needs.
    pub fn permission_for(&self, row: &Row) -> Option<&'static str> {
        match row.needs {
            Needs::Permission(permission) | Needs::SessionOr(permission) => Some(permission),
            _ => self.permission(),
        }
    }

    /// Whether it takes a parameter, by the name of its component.
    pub fn takes(&self, parameter: &str) -> bool {
        let mut parameters = self.document["parameters"].as_array().into_iter().flatten();
        parameters.any(|one| one["$ref"] == format!("#/components/parameters/{parameter}"))
    }

    /// Whether it requires `If-Match`.
    pub fn wants_version(&self) -> bool {
        self.takes("IfMatch")
    }

    /// Whether it requires a body.
    pub fn wants_body(&self) -> bool {
        self.document["requestBody"]["required"] == true
    }

    /// Whether it reads its body as JSON, and not as a form with a file.
    pub fn reads_json(&self) -> bool {
        ["application/json", "application/merge-patch+json"]
            .iter()
            .any(|media_type| self.document["requestBody"]["content"][media_type].is_object())
    }

    /// The request without version and body.
    pub fn bare(&self, client: &Client, made: &Prepared) -> RequestBuilder {
        made.acting.as_ref().unwrap_or(client).request(self.method.clone(), &made.path(&self.path))
    }

    /// The request with its body.
    pub fn with_body(&self, client: &Client, row: &Row, made: &Prepared) -> RequestBuilder {
        match row.body {
            Some(body) => self.with_text(client, made, body(made).to_string()),
            None => self.bare(client, made),
        }
    }

    fn with_text(&self, client: &Client, made: &Prepared, text: String) -> RequestBuilder {
        let request = self.bare(client, made);
        if self.document["requestBody"]["content"]["multipart/form-data"].is_object() {
            return request.header("content-type", form_type()).body(as_form(&text).body());
        }
        self.signed(client, made, &text).header("content-type", self.media_type()).body(text)
    }

    /// The request without version and body, signed if a signature is required: without it nothing is read.
    pub fn signed(&self, client: &Client, made: &Prepared, text: &str) -> RequestBuilder {
        let request = self.bare(client, made);
        match &made.signing_secret {
            Some(secret) => request.header("x-stringee-signature", signature(secret, text)),
            None => request,
        }
    }

    /// The complete valid request.
    pub fn request(&self, client: &Client, row: &Row, made: &Prepared) -> RequestBuilder {
        self.versioned(self.with_body(client, row, made), made)
    }

    /// The complete valid request with another body.
    pub fn saying(&self, client: &Client, made: &Prepared, text: String) -> RequestBuilder {
        self.versioned(self.with_text(client, made, text), made)
    }

    /// The request with the version of the record, if it is required.
    pub fn versioned(&self, request: RequestBuilder, made: &Prepared) -> RequestBuilder {
        if self.wants_version() { request.header("if-match", format!("\"{}\"", made.version)) } else { request }
    }

    fn media_type(&self) -> &'static str {
        if self.method == Method::PATCH { "application/merge-patch+json" } else { "application/json" }
    }
}
