//! Contexts build on each other in one direction. Each names those below it; what a context below needs of one above goes through
//! `application/src/reactions.rs`.

use std::collections::BTreeSet;

use super::sources::sources;

/// The modules of the application, from the bottom to the top. A module names only modules of earlier lines.
const APPLICATION: [&[&str]; 9] = [
    &["checks", "ctx", "error", "hashing", "mailer", "sandbox_clock", "secrets"],
    &["notifications", "related", "tagging", "transition"],
    &["attachments", "catalog", "identity"],
    &["activities"],
    &["accounts"],
    &["opportunities"],
    &["leads"],
    &["teamwork", "telephony"],
    &["deliveries", "demo", "sandbox", "setup", "timer_handlers", "timers", "worker"],
];

/// The lines of contexts. Modules of one such line do not name each other.
const CONTEXTS: std::ops::Range<usize> = 2..8;

/// What the kernel of each crate knows of contexts. It serves every context alike, so the lists only get shorter.
const KERNELS: [(&str, &str, &[&str]); 3] = [
    ("crates/api/src/", "web", &[]),
    (
        "crates/persistence/src/",
        "storage",
        &["accounts", "activities", "events", "identity", "leads", "opportunities", "secret_keys", "tags", "timers"],
    ),
    ("crates/domain/src/", "shared", &["playbook"]),
];

/// A file of a module, and another module of its crate that it names.
struct Use {
    module: String,
    names: String,
    path: String,
}

/// What the files below a folder name.
fn uses(folder: &str) -> Vec<Use> {
    let mut found = Vec::new();
    for source in sources() {
        let Some(path) = source.path.strip_prefix(folder) else {
            continue;
        };
        let module = path.split('/').next().unwrap().trim_end_matches(".rs");
        let code: String = source.code.into_iter().map(|(_, line)| line + "\n").collect();
        let others = modules_in(&code).into_iter().filter(|name| name != module);
        found.extend(others.map(|names| Use { module: module.to_owned(), names, path: path.to_owned() }));
    }
    found
}

/// The modules that code names by `crate::name` or `crate::{name, …}`.
fn modules_in(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        let rest = &code[at + path.len()..];
        match rest.strip_prefix('{') {
            None => _ = found.insert(word(rest)),
            Some(list) => found.extend(first_level(list).into_iter().map(|item| word(item.trim_start()))),
        }
    }
    found
}

/// The items of a list of imports, without those of lists inside it.
fn first_level(list: &str) -> Vec<&str> {
    let (mut items, mut depth, mut from) = (Vec::new(), 0_i32, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    items
}

#[test]
fn a_context_of_the_application_names_only_those_below_it() {
    let tier = |module: &str| APPLICATION.iter().position(|modules| modules.contains(&module));
    let mut upwards = Vec::new();
    for Use { module, names, path } in uses("crates/application/src/") {
        let (Some(from), Some(to)) = (tier(&module), tier(&names)) else {
            continue;
        };
        if from < to || (from == to && CONTEXTS.contains(&from)) {
            upwards.push(format!("{path} names {names}"));
        }
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn every_module_of_the_application_has_a_tier() {
    let listed: BTreeSet<&str> = APPLICATION.iter().flat_map(|modules| modules.iter().copied()).collect();
    let modules: BTreeSet<String> = uses("crates/application/src/").into_iter().map(|found| found.module).collect();
    let unlisted: Vec<_> = modules.iter().map(String::as_str).filter(|module| !listed.contains(module)).collect();
    assert_eq!(unlisted, ["reactions"], "reactions are named by those below and name those above");
}

#[test]
fn a_kernel_knows_no_more_contexts_than_before() {
    for (folder, kernel, known) in KERNELS {
        let all = uses(folder);
        let modules: BTreeSet<&str> = all.iter().map(|found| found.module.as_str()).collect();
        let named = all.iter().filter(|found| found.module == kernel).map(|found| found.names.as_str());
        let now: BTreeSet<&str> = named.filter(|name| modules.contains(name)).collect();
        assert_eq!(now, known.iter().copied().collect(), "{folder}{kernel}: name no more contexts, and strike out what is gone");
    }
}
