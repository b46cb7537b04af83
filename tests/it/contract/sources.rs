//! The source files, for the tests that read them.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A source file with its lines of code, without tests and comments.
pub struct Source {
    /// The path from the root of the project.
    pub path: String,
    /// The number of lines.
    pub length: usize,
    /// The numbered lines of code.
    pub code: Vec<(usize, String)>,
}

/// The source files of the product.
pub fn sources() -> Vec<Source> {
    let mut found = files_below("crates");
    found.retain(|source| source.path.contains("/src/"));
    assert!(found.len() > 80, "only {} files", found.len());
    found
}

/// The Rust files below a folder.
pub fn files_below(folder: &str) -> Vec<Source> {
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
pub fn places(word: &str, homes: &[&str]) -> Vec<String> {
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

/// Fails if a whole word occurs, except in the allowed files.
pub fn nowhere(word: &str, homes: &[&str]) {
    let found = places(word, homes);
    assert!(found.is_empty(), "`{word}` stands in\n{}", found.join("\n"));
}
