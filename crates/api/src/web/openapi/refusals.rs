use chot_domain::shared::Code;
use serde_json::{Map, Value, json};

use crate::web::messages::Locale;
use crate::web::problem::{ApiError, RequestContext, status};

/// Refusals that no test can bring about at will, or that say nothing beside their code.
const PLAIN: [Code; 5] =
    [Code::BodyTooSlow, Code::BodyTooLarge, Code::RangeNotSatisfiable, Code::InternalError, Code::Unavailable];

/// A real problem for each code of a status that a caller is likely to meet: those that were recorded, or else a plain one.
pub fn examples(of_status: &str, recorded: &Value) -> Value {
    let mut problems: Vec<Value> =
        recorded[of_status].as_object().into_iter().flatten().map(|(_, problem)| problem.clone()).collect();
    if problems.is_empty() {
        problems.extend(PLAIN.into_iter().filter(|code| status(*code).as_str() == of_status).map(plain));
    }
    let named = problems.into_iter().map(|problem| {
        let code = problem["code"].as_str().unwrap_or_default().to_owned();
        let example = json!({"summary": problem["title"], "value": problem});
        (code, example)
    });
    Value::Object(named.collect::<Map<_, _>>())
}

fn plain(code: Code) -> Value {
    let occasion = RequestContext { path: "/api/v1/leads", request_id: "0198c0df-0000-7000-8000-000000000001" };
    json!(ApiError::from(code).to_problem(Locale::En, &occasion))
}
