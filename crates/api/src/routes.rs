//! The table of contents of the API, and what is answered where there is nothing.

use std::sync::Arc;

use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::Method;
use actix_web::{Error, HttpResponse};
use chot_domain::shared::{Code, Violations};
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::Failure;
use crate::{
    accounts, catalog, contacts, conversions, events, health, identity, lead_forms, leads, opportunities, playbook, sessions,
};

/// The operations that want neither a token nor a key.
pub const OPERATIONS_WITHOUT_SIGN_IN: [&str; 5] = ["signIn", "refreshTokens", "submitLeadForm", "getLiveness", "getReadiness"];

/// Everything below `/api/v1`, one line for each context.
pub fn api(config: &mut ServiceConfig) {
    sessions::routes(config);
    identity::routes(config);
    playbook::routes(config);
    catalog::routes(config);
    leads::routes(config);
    lead_forms::routes(config);
    conversions::routes(config);
    accounts::routes(config);
    contacts::routes(config);
    opportunities::routes(config);
    events::routes(config);
}

/// What stands outside of `/api/v1`.
pub fn outside(config: &mut ServiceConfig) {
    health::routes(config);
}

/// A path of the document: the methods that it knows, and those of them that take query parameters.
struct KnownPath {
    resource: ResourceDef,
    methods: Vec<String>,
    with_query: Vec<String>,
}

/// What each path knows, from the document that describes it.
#[derive(Clone)]
pub struct KnownPaths(Arc<Vec<KnownPath>>);

impl KnownPaths {
    /// Reads the paths of the document.
    pub fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object().into_iter().flatten();
        Self(Arc::new(paths.map(|(path, operations)| KnownPath::of(path, operations)).collect()))
    }

    fn find(&self, path: &str) -> Option<&KnownPath> {
        self.0.iter().find(|known| known.resource.is_match(path))
    }

    /// The query parameters of a request to an operation that takes none. They are refused, never ignored.
    pub fn unwanted_parameters(&self, request: &ServiceRequest) -> Violations {
        let mut violations = Violations::default();
        let takes_none = |known: &KnownPath| {
            let method = request.method().as_str();
            known.methods.iter().any(|one| one == method) && !known.with_query.iter().any(|one| one == method)
        };
        if request.query_string().is_empty() || !self.find(request.path()).is_some_and(takes_none) {
            return violations;
        }
        for pair in request.query_string().split('&').filter(|pair| !pair.is_empty()) {
            violations.add(&format!("/{}", pair.split('=').next().unwrap_or_default()), "unknown_member");
        }
        violations
    }

    /// Answers what no route took: 405 with `Allow` where the path exists, 204 for OPTIONS, 404 elsewhere.
    pub async fn answer(self, request: ServiceRequest) -> Result<ServiceResponse, Error> {
        let Some(allowed) = self.find(request.path()).map(|known| known.methods.join(", ")) else {
            return Ok(request.error_response(Failure::from(Code::NotFound)));
        };
        if request.method() == Method::OPTIONS {
            return Ok(request.into_response(HttpResponse::NoContent().insert_header(("allow", allowed)).finish()));
        }
        Ok(request.error_response(Failure::method_not_allowed(allowed)))
    }

    /// The default service of an app.
    pub fn service(
        self,
    ) -> impl actix_web::dev::ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()>
    {
        fn_service(move |request: ServiceRequest| self.clone().answer(request))
    }
}

impl KnownPath {
    fn of(path: &str, operations: &Value) -> Self {
        let operations = operations.as_object().into_iter().flatten();
        let (mut methods, mut with_query) = (Vec::new(), Vec::new());
        for (method, operation) in operations {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            if parameters.any(|parameter| parameter["in"] == "query") {
                with_query.push(method.to_ascii_uppercase());
            }
            methods.push(method.to_ascii_uppercase());
        }
        Self { resource: ResourceDef::new(path), methods, with_query }
    }
}
