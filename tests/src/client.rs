use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{Form, contract, expected_failure_id, failures, form_type};

/// A client of the API.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// The bearer credential.
    pub credential: Option<String>,
    /// The user's identifier, if it is one.
    pub user_id: String,
    /// The role, if it is a user.
    pub role: String,
    expects_failures: bool,
}

/// A response, validated against the contract.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null if it is not JSON.
    pub body: Value,
}

impl Client {
    /// A client without a credential.
    pub fn anonymous(base: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            base: base.to_owned(),
            credential: None,
            user_id: String::new(),
            role: "anonymous".into(),
            expects_failures: false,
        }
    }

    /// The same client with another credential.
    pub fn with_credential(&self, credential: &str) -> Self {
        Self { credential: Some(credential.to_owned()), ..self.clone() }
    }

    /// The same client with a known user and role.
    pub fn named(self, user_id: &str, role: &str) -> Self {
        Self { user_id: user_id.to_owned(), role: role.to_owned(), ..self }
    }

    /// The same client for requests that should fail with an internal error. Other requests must not.
    pub fn expecting_failures(&self) -> Self {
        Self { expects_failures: true, ..self.clone() }
    }

    /// A request below `/api/v1`, or from the root if the path begins with two slashes.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{}", self.base, full(path)));
        if self.expects_failures {
            request = request.header("x-request-id", expected_failure_id());
        }
        match &self.credential {
            Some(credential) => request.bearer_auth(credential),
            None => request,
        }
    }

    /// Sends a request and validates the response against the contract.
    pub async fn send(&self, request: RequestBuilder) -> Response {
        let request = request.build().unwrap();
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let request_id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
        let may_fail = request_id.is_some_and(failures::is_expected);
        let response = self.http.execute(request).await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let reply = Response { status, headers, bytes, text, body };
        assert!(status < 500 || may_fail, "{method} {path} failed: {status} {}", reply.text);
        contract().check(&method, &path, &reply);
        reply
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    /// The text of a page outside the contract.
    pub async fn page(&self, path: &str) -> String {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// POST without a body.
    pub async fn act(&self, path: &str) -> Response {
        self.send(self.request(Method::POST, path)).await
    }

    /// POST with a JSON body and an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Response {
        self.send(self.request(Method::POST, path).header("idempotency-key", key).json(&body)).await
    }

    /// POST of a form with a file.
    pub async fn upload(&self, path: &str, form: Form) -> Response {
        self.send(self.request(Method::POST, path).header("content-type", form_type()).body(form.body())).await
    }

    /// PATCH with the version in `If-Match`.
    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Response {
        let request = self.request(Method::PATCH, path).header("if-match", format!("\"{version}\""));
        self.send(request.header("content-type", "application/merge-patch+json").body(body.to_string())).await
    }

    /// DELETE with the version in `If-Match`.
    pub async fn delete(&self, path: &str, version: i64) -> Response {
        self.send(self.request(Method::DELETE, path).header("if-match", format!("\"{version}\""))).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// DELETE of a part of a record, such as a tag.
    pub async fn remove(&self, path: &str) -> Response {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// All records of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let (mut records, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path_of_page) = next {
            let page = self.get(&path_of_page).await.ok();
            records.extend(page["data"].as_array().unwrap().clone());
            let joint = if path.contains('?') { '&' } else { '?' };
            next = page["page"]["next_cursor"].as_str().map(|cursor| format!("{path}{joint}cursor={cursor}"));
        }
        records
    }

    /// The kinds of the events of a record, oldest first.
    pub async fn history(&self, path: &str) -> Vec<String> {
        let events = self.all(&format!("{path}/timeline?sort=occurred_at")).await;
        events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
    }
}

fn full(path: &str) -> String {
    match path.strip_prefix("//") {
        Some(rest) => format!("/{rest}"),
        None => format!("/api/v1{path}"),
    }
}

/// A violation as returned by [`Response::faults`].
pub fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

impl Response {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body of a successful response.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "expected success, got {}: {:#}", self.status, self.body);
        self.body
    }

    /// The body of a response with this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The problem document of an expected error.
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{:#}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        self.body
    }

    /// The violations of a refused body or query, as pointer and code.
    pub fn faults(self, status: u16) -> Vec<(String, String)> {
        assert_eq!(self.status, status, "{:#}", self.body);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.body["errors"].as_array().unwrap().iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
    }
}
