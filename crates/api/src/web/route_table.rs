//! What the document says of each path: what is checked before a handler runs, and the responses for unknown paths and methods.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::Method;
use actix_web::{Error, HttpResponse};
use chot_domain::shared::{Code, Violations, member_pointer};
use serde_json::Value;

use crate::web::negotiation::accepts_json;
use crate::web::openapi::security;
use crate::web::problem::ApiError;

/// Routes outside of the document that are always served.
const PAGES: [&str; 1] = ["/problems/{code}"];

/// Routes of the document and Swagger UI, with redirects to them, if they are served.
const DOCS: [&str; 4] = ["/", "/openapi.json", "/docs", "/docs/{page:.*}"];

/// The route of the metrics.
const METRICS: [&str; 1] = ["/metrics"];

/// The optional pages beside the API.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The document and Swagger UI.
    pub docs: bool,
    /// The metrics.
    pub metrics: bool,
}

impl Pages {
    fn paths(self) -> impl Iterator<Item = &'static str> {
        let docs = DOCS.into_iter().filter(move |_| self.docs);
        let metrics = METRICS.into_iter().filter(move |_| self.metrics);
        PAGES.into_iter().chain(docs).chain(metrics)
    }
}

/// What must be known about an operation before its handler runs.
pub struct KnownOperation {
    method: String,
    takes_query: bool,
    answers_file: bool,
    /// Whether it requires neither a token nor a key.
    pub is_open: bool,
    /// Whether it accepts a body.
    pub takes_body: bool,
    /// Whether the body is a form with a file.
    pub takes_file: bool,
}

/// A path and the operations on it.
struct Route {
    resource: ResourceDef,
    operations: Vec<KnownOperation>,
    /// Whether the path has no parameter. Such a path is not the path of a record, even if it looks like one.
    is_fixed: bool,
    is_page: bool,
}

/// The operations of each path, read from the OpenAPI document. The paths are grouped by their resource, so that a request is
/// compared with few of them.
#[derive(Clone)]
pub struct RouteTable(Arc<HashMap<String, Vec<Route>>>);

/// The resource of a path: `leads` in `/api/v1/leads/{lead_id}`. Paths outside of the API have none.
fn resource(path: &str) -> &str {
    path.strip_prefix("/api/v1/").and_then(|rest| rest.split('/').next()).unwrap_or_default()
}

impl RouteTable {
    /// Reads the paths of the document and adds those of the served pages.
    pub fn of(document: &Value, pages: Pages) -> Self {
        let paths = document["paths"].as_object().into_iter().flatten();
        let documented = paths.map(|(path, operations)| (path.as_str(), Route::of(path, operations)));
        let mut known: HashMap<String, Vec<Route>> = HashMap::new();
        for (path, route) in documented.chain(pages.paths().map(|path| (path, Route::page(path)))) {
            known.entry(resource(path).to_owned()).or_default().push(route);
        }
        // `/leads/assign` is not a lead: fixed paths come first.
        known.values_mut().for_each(|routes| routes.sort_by_key(|route| !route.is_fixed));
        Self(Arc::new(known))
    }

    /// Finds the route by the path as the router decodes it, including percent-encoding.
    fn find(&self, request: &ServiceRequest) -> Option<&Route> {
        let path = request.match_info().as_str();
        self.0.get(resource(path))?.iter().find(|known| known.resource.is_match(path))
    }

    /// The operation of the document for a request, if there is one.
    ///
    /// # Errors
    /// `method_not_allowed` if the fixed path could be taken for the path of a record.
    pub fn operation(&self, request: &ServiceRequest) -> Result<Option<&KnownOperation>, ApiError> {
        let Some(known) = self.find(request).filter(|known| !known.is_page) else {
            return Ok(None);
        };
        let method = request.method();
        let operation = known.operations.iter().find(|operation| operation.method == method.as_str());
        if operation.is_none() && known.is_fixed && method != Method::OPTIONS {
            return Err(ApiError::method_not_allowed(known.allowed()));
        }
        Ok(operation)
    }

    /// The response if no route matched: 405 with `Allow` if the path exists, 204 for OPTIONS, otherwise 404.
    pub async fn answer(self, request: ServiceRequest) -> Result<ServiceResponse, Error> {
        let Some(allowed) = self.find(&request).map(Route::allowed) else {
            return Ok(request.error_response(ApiError::from(Code::NotFound)));
        };
        if request.method() == Method::OPTIONS {
            return Ok(request.into_response(HttpResponse::NoContent().insert_header(("allow", allowed)).finish()));
        }
        Ok(request.error_response(ApiError::method_not_allowed(allowed)))
    }

    /// The default service of an app.
    pub fn service(
        self,
    ) -> impl actix_web::dev::ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()>
    {
        fn_service(move |request: ServiceRequest| self.clone().answer(request))
    }
}

/// Query parameters sent to an operation that accepts none. They are refused, not ignored.
fn unwanted_parameters(query: &str) -> Option<Violations> {
    let mut violations = Violations::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        violations.add(&member_pointer(pair.split('=').next().unwrap_or_default()), "unknown_member");
    }
    Some(violations).filter(|violations| !violations.is_empty())
}

fn is_query(parameter: &Value) -> bool {
    parameter["in"] == "query" || parameter["$ref"] == "#/components/parameters/Limit"
}

impl KnownOperation {
    fn of(method: &str, operation: &Value) -> Self {
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        let answered = operation["responses"]["200"]["content"].as_object();
        let body = operation["requestBody"]["content"].as_object();
        Self {
            method: method.to_ascii_uppercase(),
            takes_query: parameters.any(is_query),
            answers_file: answered.is_some_and(|media_types| !media_types.contains_key("application/json")),
            is_open: security::is_for_anybody(operation),
            takes_body: body.is_some(),
            takes_file: body.is_some_and(|media_types| media_types.contains_key("multipart/form-data")),
        }
    }

    fn page() -> Self {
        let (takes_query, answers_file, takes_body, takes_file) = (false, true, false, false);
        Self { method: "GET".into(), takes_query, answers_file, is_open: true, takes_body, takes_file }
    }

    /// The error for an `Accept` header or a query that the operation does not support, if any.
    pub fn refusal(&self, request: &ServiceRequest) -> Option<ApiError> {
        // Only the handler of a file knows its format.
        if !self.answers_file && !accepts_json(request.headers()) {
            return Some(Code::NotAcceptable.into());
        }
        let unwanted = unwanted_parameters(request.query_string()).filter(|_| !self.takes_query)?;
        Some(ApiError::from(unwanted).in_parameters())
    }
}

impl Route {
    fn of(path: &str, operations: &Value) -> Self {
        let operations = operations.as_object().into_iter().flatten();
        let operations = operations.map(|(method, operation)| KnownOperation::of(method, operation)).collect();
        Self { resource: ResourceDef::new(path), operations, is_fixed: !path.contains('{'), is_page: false }
    }

    fn page(path: &str) -> Self {
        let operations = vec![KnownOperation::page()];
        Self { resource: ResourceDef::new(path), operations, is_fixed: !path.contains('{'), is_page: true }
    }

    /// The methods for `Allow`. Every path with GET also supports HEAD.
    fn allowed(&self) -> String {
        let methods: Vec<&str> = self.operations.iter().map(|operation| operation.method.as_str()).collect();
        let head = methods.contains(&"GET").then_some("HEAD");
        methods.into_iter().chain(head).collect::<Vec<_>>().join(", ")
    }
}
