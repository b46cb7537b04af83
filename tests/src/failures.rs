//! Unexpected failures of the program: panics on other threads than those of tests, and requests with internal errors. Any such
//! failure makes the run fail, even if the client did not notice it.

use std::sync::{Mutex, Once};

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The prefix of the identifiers of requests that should fail.
const EXPECTED: &str = "expected-failure-";

/// The identifier of a request that should fail.
pub fn expected_failure_id() -> String {
    format!("{EXPECTED}{}", uuid::Uuid::now_v7().simple())
}

/// Whether a request should fail, by its identifier.
pub(crate) fn is_expected(request_id: &str) -> bool {
    request_id.starts_with(EXPECTED)
}

/// Starts to watch for failures in this process.
pub(crate) fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            before(panic);
            if !is_thread_of_a_test() {
                add(format!("a panic in the program: {panic}"));
            }
        }));
        tracing_subscriber::registry().with(Watch.with_filter(LevelFilter::ERROR)).init();
    });
}

/// Fails if there was a failure since the last call.
pub(crate) fn require_none() {
    let found = std::mem::take(&mut *FOUND.lock().unwrap());
    assert!(found.is_empty(), "the program failed, here or in a test beside this one:\n{}", found.join("\n"));
}

/// Looks for failures in a log line of a process.
pub(crate) fn read_log(line: &str) {
    if line.contains("panicked at") {
        add(format!("a panic in a process: {line}"));
    }
    let logged: Value = serde_json::from_str(line).unwrap_or_default();
    let text = |name: &str| logged["fields"][name].as_str().unwrap_or_default().to_owned();
    check(&Failed { message: text("message"), request_id: text("request_id"), code: text("code"), cause: text("cause") });
}

/// Test threads have the name of their test, or are the main thread.
fn is_thread_of_a_test() -> bool {
    std::thread::current().name().is_some_and(|name| name == "main" || name.contains("::"))
}

fn add(fault: String) {
    FOUND.lock().unwrap().push(fault);
}

fn check(failed: &Failed) {
    if failed.message == "a request failed" && failed.code == "internal_error" && !is_expected(&failed.request_id) {
        add(format!("request {} failed: {}", failed.request_id, failed.cause));
    }
}

/// The log entry of a failed request.
#[derive(Default)]
struct Failed {
    message: String,
    request_id: String,
    code: String,
    cause: String,
}

impl Visit for Failed {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "request_id" => value.clone_into(&mut self.request_id),
            "code" => value.clone_into(&mut self.code),
            "cause" => value.clone_into(&mut self.cause),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}

struct Watch;

impl<S: Subscriber> Layer<S> for Watch {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut failed = Failed::default();
        event.record(&mut failed);
        check(&failed);
    }
}
