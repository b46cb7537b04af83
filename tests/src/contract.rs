use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use actix_web::dev::ResourceDef;
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::{Response, problems};

/// The published contract, for validating responses. All plain objects are closed, so that additional members are found.
pub struct Contract {
    /// The published document.
    pub document: Value,
    closed: Registry<'static>,
    paths: Vec<(ResourceDef, String)>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The identifier of the components of the contract.
const COMPONENTS: &str = "urn:chot:contract";

/// The contract of the program under test.
pub fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| Contract::read(&chot_api::document()))
}

impl Contract {
    fn read(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).unwrap();
        let mut components = document["components"].clone();
        close(&mut components["schemas"]);
        let closed = Registry::new().draft(Draft::Draft202012).add(COMPONENTS, json!({"components": components}));
        let closed = closed.unwrap().prepare().unwrap();
        let paths = document["paths"].as_object().unwrap().keys();
        let paths = paths.map(|path| (ResourceDef::new(path.as_str()), path.clone())).collect();
        Self { document, closed, paths, validators: Mutex::default() }
    }

    /// Every operation: its identifier, method and path.
    pub fn operations(&self) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        for (path, operations) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no operationId"));
                found.push((id.to_owned(), method.clone(), path.clone()));
            }
        }
        found
    }

    /// The operation of a request.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        // A literal path takes precedence over one with a parameter.
        let exact = self.document["paths"].get(path);
        let template = || {
            self.paths.iter().find(|(resource, _)| resource.is_match(path)).map(|(_, template)| &self.document["paths"][template])
        };
        // HEAD responds like GET, without the body.
        let method = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
        exact.or_else(template)?.get(method)
    }

    /// Fails if the contract does not declare this response to this request.
    pub fn check(&self, method: &str, path: &str, reply: &Response) {
        let Some(operation) = self.operation(method, path) else {
            assert!(matches!(reply.status, 404 | 405), "{method} {path} is not in the contract and answered {}", reply.status);
            return;
        };
        let id = operation["operationId"].as_str().unwrap();
        let status = reply.status.to_string();
        let mut declared = &operation["responses"][&status];
        if reply.status >= 400 && reply.body["code"].is_string() {
            let shared = &self.document["components"]["responses"][format!("Problem{status}")];
            if problems::are_recorded() {
                problems::record(id, &status, &shared["x-problem-codes"], &reply.body);
                declared = shared;
            } else {
                let unknown = problems::undeclared(operation, &status, &reply.body);
                assert!(unknown.is_empty(), "{id} answered {status} with {unknown:?}, undeclared: run `make problems`");
            }
        }
        assert!(!declared.is_null(), "{id} answered {status}, which the contract does not declare: {}", reply.text);
        if let Some(name) = declared["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            declared = &self.document["components"]["responses"][name];
        }
        let Some(content) = declared["content"].as_object().filter(|_| method != "HEAD") else {
            assert!(
                reply.text.is_empty(),
                "{id} answered {status} with a body that the contract does not declare: {}",
                reply.text
            );
            return;
        };
        let media_type = reply.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default();
        if content.contains_key("application/octet-stream") {
            // A file has any content; the contract only requires a media type.
            assert!(!media_type.is_empty(), "{id} answered {status} without a media type");
            return;
        }
        let schema = content.get(media_type).unwrap_or_else(|| panic!("{id} answered {status} as `{media_type}`"));
        let validator = self.validator(&schema["schema"]);
        let is_json = media_type.ends_with("json");
        let body = if is_json { reply.body.clone() } else { Value::String(reply.text.clone()) };
        let faults: Vec<String> =
            validator.iter_errors(&body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{id} answered {status} against the contract:\n{}\n{:#}", faults.join("\n"), reply.body);
    }

    /// The validator of a schema. Equal schemas share a validator, and all share the components, because each is large.
    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let text = schema.to_string().replace("\"#/components/", &format!("\"{COMPONENTS}#/components/"));
        let mut known = self.validators.lock().unwrap();
        if let Some(validator) = known.get(&text) {
            return validator.clone();
        }
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let validator = options.with_registry(&self.closed).build(&serde_json::from_str(&text).unwrap()).unwrap();
        let validator = Arc::new(validator);
        known.insert(text, validator.clone());
        validator
    }

    /// The violations of an example of the document against a schema.
    pub fn faults(&self, example: &Value, schema: &Value) -> Vec<String> {
        let validator = self.validator(schema);
        validator.iter_errors(example).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
    }
}

/// Closes every object with named members.
fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("properties").is_some_and(Value::is_object) && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".into(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
