//! The table of contents of the API, and what is answered where there is nothing.

use std::sync::Arc;

use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::Method;
use actix_web::{Error, HttpResponse};
use chot_domain::shared::Code;
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

/// Which methods each path knows, from the document that describes them.
#[derive(Clone)]
pub struct KnownPaths(Arc<Vec<(ResourceDef, String)>>);

impl KnownPaths {
    /// Reads the paths of the document.
    pub fn of(document: &Value) -> Self {
        let mut known = Vec::new();
        for (path, operations) in document["paths"].as_object().into_iter().flatten() {
            let methods = operations.as_object().into_iter().flatten().map(|(method, _)| method.to_ascii_uppercase());
            let methods: Vec<String> = methods.filter(|method| method != "PARAMETERS").collect();
            known.push((ResourceDef::new(path.as_str()), methods.join(", ")));
        }
        Self(Arc::new(known))
    }

    fn allowed(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(resource, _)| resource.is_match(path)).map(|(_, methods)| methods.as_str())
    }

    /// Answers what no route took: 405 with `Allow` where the path exists, 204 for OPTIONS, 404 elsewhere.
    pub async fn answer(self, request: ServiceRequest) -> Result<ServiceResponse, Error> {
        let allowed = self.allowed(request.path()).map(str::to_owned);
        match allowed {
            None => Ok(request.error_response(Failure::from(Code::NotFound))),
            Some(allowed) if request.method() == Method::OPTIONS => {
                Ok(request.into_response(HttpResponse::NoContent().insert_header(("allow", allowed)).finish()))
            }
            Some(allowed) => {
                let mut failure = Failure::from(Code::MethodNotAllowed);
                failure.facts.insert("allow".into(), allowed.into());
                Ok(request.error_response(failure))
            }
        }
    }

    /// The default service of an app.
    pub fn service(
        self,
    ) -> impl actix_web::dev::ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()>
    {
        fn_service(move |request: ServiceRequest| self.clone().answer(request))
    }
}
