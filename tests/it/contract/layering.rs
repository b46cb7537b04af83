//! Rules of the code that tests enforce: the dependencies of crates, the source of the time, and the length of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

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

/// A source file with its lines of code, without tests and comments.
struct Source {
    path: String,
    length: usize,
    code: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let mut found = files_below("crates");
    found.retain(|source| source.path.contains("/src/"));
    assert!(found.len() > 80, "only {} files", found.len());
    found
}

fn files_below(folder: &str) -> Vec<Source> {
    let (mut found, mut waiting) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let path = entry.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            if entry.is_dir() {
                waiting.push(entry);
            } else if path.ends_with(".rs") {
                let text = fs::read_to_string(&entry).unwrap();
                found.push(Source { path, length: text.lines().count(), code: code(&text) });
            }
        }
    }
    found
}

/// Leaves out items marked with `#[cfg(test)]`, up to the brace or semicolon that ends them in the same column.
fn code(text: &str) -> Vec<(usize, String)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (mut kept, mut test_at) = (Vec::new(), None);
    for (number, line) in (1..).zip(text.lines()) {
        let bare = line.trim_start();
        if let Some(column) = test_at {
            let is_end = indent(line) == column && (bare == "}" || bare.ends_with(';'));
            test_at = Some(column).filter(|_| !is_end);
        } else if bare.starts_with("#[cfg(test)]") {
            test_at = Some(indent(line));
        } else if !bare.starts_with("//") {
            kept.push((number, line.to_owned()));
        }
    }
    kept
}

/// The places where a whole word occurs, except in the allowed files.
fn places(word: &str, homes: &[&str]) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let stands = |line: &str| {
        line.match_indices(word).any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
    };
    let elsewhere = sources().into_iter().filter(|source| !homes.iter().any(|home| source.path.ends_with(home)));
    let found = elsewhere.flat_map(|source| {
        let lines = source.code.into_iter().filter(|(_, line)| stands(line)).collect::<Vec<_>>();
        lines.into_iter().map(move |(number, line)| format!("{}:{number}: {}", source.path, line.trim()))
    });
    found.collect()
}

fn nowhere(word: &str, homes: &[&str]) {
    let found = places(word, homes);
    assert!(found.is_empty(), "`{word}` stands in\n{}", found.join("\n"));
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

#[test]
fn a_file_stays_short_enough_to_be_read() {
    let long: Vec<_> =
        sources().into_iter().filter(|source| source.length > 420).map(|s| format!("{}: {}", s.path, s.length)).collect();
    assert!(long.is_empty(), "longer than 420 lines: {long:#?}");
}

#[test]
fn no_test_file_is_longer_than_300_lines() {
    let files = ["tests/it", "tests/src"].into_iter().flat_map(files_below).collect::<Vec<_>>();
    assert!(files.len() > 150, "only {} files", files.len());
    let long: Vec<_> =
        files.iter().filter(|file| file.length > 300).map(|file| format!("{}: {}", file.path, file.length)).collect();
    assert!(long.is_empty(), "{long:#?}");
}
