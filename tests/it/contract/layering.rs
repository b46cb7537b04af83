//! Rules of the code that tests enforce: the dependencies of crates, the source of the time, and the length of files.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::sources::{files_below, nowhere, places, root, sources};

/// The crates that a crate depends on, directly and indirectly.
struct Crates {
    direct: BTreeMap<String, BTreeSet<String>>,
    all: BTreeMap<String, BTreeSet<String>>,
}

impl Crates {
    fn read() -> Self {
        let mut cargo = Command::new(env!("CARGO"));
        let told =
            cargo.args(["metadata", "--format-version", "1", "--offline", "--locked"]).current_dir(root()).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let packages = told["packages"].as_array().unwrap().iter();
        let names: BTreeMap<String, String> = packages.map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in told["resolve"]["nodes"].as_array().unwrap() {
            let is_built_in = |one: &&Value| one["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
            let inside = node["deps"].as_array().unwrap().iter().filter(is_built_in).map(|one| text(&one["pkg"]));
            used.insert(text(&node["id"]), inside.collect());
        }
        let named = |ids: &BTreeSet<String>| ids.iter().map(|id| names[id].clone()).collect::<BTreeSet<_>>();
        let ours = || names.iter().filter(|(_, name)| name.starts_with("chot-"));
        let direct = ours().map(|(id, name)| (name.clone(), named(&used[id]))).collect();
        let all = ours().map(|(id, name)| (name.clone(), named(&with_theirs(id, &used)))).collect();
        Self { direct, all }
    }
}

fn with_theirs(id: &str, used: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![id.to_owned()]);
    while let Some(next) = waiting.pop() {
        waiting.extend(used[&next].iter().filter(|one| found.insert((*one).clone())).cloned());
    }
    found
}

#[test]
fn each_crate_knows_only_what_its_layer_may() {
    let crates = Crates::read();
    let none_of = |layer: &str, known: &BTreeMap<String, BTreeSet<String>>, forbidden: &[&str]| {
        let found: Vec<_> = known[layer].iter().filter(|name| forbidden.iter().any(|word| name.starts_with(word))).collect();
        assert!(found.is_empty(), "{layer} knows {found:?}");
    };
    none_of("chot-domain", &crates.all, &["sea-orm", "sqlx", "actix-web", "actix-http", "tokio", "reqwest", "hyper", "chot-"]);
    none_of("chot-domain", &crates.direct, &["actix"]);
    none_of("chot-persistence", &crates.all, &["actix-web", "actix-http", "reqwest", "chot-application", "chot-api"]);
    none_of("chot-persistence", &crates.direct, &["actix"]);
    none_of("chot-application", &crates.all, &["actix-web", "actix-http", "reqwest", "chot-api"]);
    none_of("chot-application", &crates.direct, &["actix", "sea-orm", "sqlx"]);
    none_of("chot-api", &crates.direct, &["sea-orm", "sqlx"]);
}

#[test]
fn the_time_comes_from_the_clock() {
    assert_eq!(places("Utc::now", &[]).len(), 1, "the clock itself reads it once");
    nowhere("Utc::now", &["domain/src/shared/clock.rs"]);
    nowhere("Local::now", &[]);
    nowhere("SystemTime::now", &[]);
}

#[test]
fn nobody_looks_at_the_environment_but_the_command_line() {
    for word in ["env::var", "env::var_os", "env::vars", "env::set_var", "option_env!"] {
        nowhere(word, &["api/src/cli/mod.rs"]);
    }
}

/// Money is counted in integers. Floating-point numbers are allowed here: numbers of JSON before they are refused or become
/// decimal, and the weights of `Accept-Language`.
#[test]
fn nothing_is_counted_in_floating_point() {
    for word in ["f32", "f64"] {
        nowhere(word, &["domain/src/shared/json.rs", "api/src/web/messages.rs"]);
    }
}

/// Files that are longer than 300 lines, and how long they may be. The list only gets shorter.
const LONG: [(&str, usize); 8] = [
    ("crates/api/src/leads/lead.rs", 340),
    ("crates/application/src/leads/convert.rs", 345),
    ("crates/domain/src/activities/draft.rs", 335),
    ("crates/domain/src/attachments/content.rs", 350),
    ("crates/domain/src/leads/state.rs", 380),
    ("crates/domain/src/playbook/document.rs", 385),
    ("crates/persistence/src/leads/query.rs", 325),
    ("crates/persistence/src/opportunities/board.rs", 330),
];

#[test]
fn a_file_has_at_most_300_lines() {
    let tests = ["tests/it", "tests/src"].into_iter().flat_map(files_below);
    let files: Vec<_> = sources().into_iter().chain(tests).collect();
    assert!(files.len() > 400, "only {} files", files.len());
    let most = |path: &str| LONG.iter().find(|(long, _)| *long == path).map_or(300, |(_, most)| *most);
    let long = files.iter().filter(|file| file.length > most(&file.path));
    let long: Vec<_> = long.map(|file| format!("{}: {}", file.path, file.length)).collect();
    assert!(long.is_empty(), "{long:#?}");
    let short = |(path, _): &&(&str, usize)| files.iter().all(|file| file.path != *path || file.length <= 300);
    let done: Vec<_> = LONG.iter().filter(short).collect();
    assert!(done.is_empty(), "strike out what is short now: {done:?}");
}
