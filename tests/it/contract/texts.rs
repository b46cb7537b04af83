//! The texts of the document: plain texts, without references that only the code contains, and examples that are safe when
//! Swagger UI sends them.

use chot_tests::contract;
use serde_json::Value;

use super::operation::operations;

/// Every description and summary below a part of the document, by its place.
fn texts<'a>(at: &str, part: &'a Value, found: &mut Vec<(String, &'a str)>) {
    match part {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !name.starts_with("example")) {
                let at = format!("{at}/{name}");
                match member.as_str() {
                    Some(text) if ["description", "summary", "title"].contains(&name.as_str()) => found.push((at, text)),
                    _ => texts(&at, member, found),
                }
            }
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| texts(&format!("{at}/{i}"), item, found)),
        _ => {}
    }
}

/// Whether a text refers to a requirement, such as R-ICHK-98 or A-16.
fn has_reference(text: &str) -> bool {
    let is_number =
        |word: &str| word.starts_with("R-") || word.strip_prefix("A-").is_some_and(|rest| rest.starts_with(char::is_numeric));
    text.contains("requirements section") || text.split([' ', '(', '\n', ',', ';']).any(is_number)
}

#[test]
fn the_published_texts_refer_to_nothing_that_only_the_code_knows() {
    let mut found = Vec::new();
    texts("", &contract().document, &mut found);
    assert!(found.len() > 1_000);
    let references: Vec<_> = found.into_iter().filter(|(_, text)| has_reference(text)).collect();
    assert!(references.is_empty(), "{references:#?}");
    assert!(has_reference("The customer (R-ICHK-40)") && has_reference("see A-16") && !has_reference("PDF/A-ready"));
}

#[test]
fn a_summary_is_a_heading_and_a_good_answer_says_what_it_is() {
    for (operation, row) in operations() {
        let summary = operation.document["summary"].as_str().unwrap();
        assert!(!summary.ends_with('.') && summary.len() < 60, "{}: {summary}", row.operation);
        let answer = operation.document["responses"]["200"]["description"].as_str();
        assert!(answer.is_none_or(|said| said != "Done."), "{} says nothing of its answer", row.operation);
    }
}

/// Swagger UI sends the example of a parameter as if the user had typed it: a version or a key that nobody chose.
#[test]
fn no_header_has_an_example_that_would_be_sent_unseen() {
    let document = &contract().document;
    for (operation, row) in operations() {
        for parameter in operation.document["parameters"].as_array().into_iter().flatten() {
            let parameter = parameter["$ref"].as_str().map_or(parameter, |at| document.pointer(&at[1..]).unwrap());
            let is_plain_header = parameter["in"] == "header" && parameter["name"] != "X-STRINGEE-SIGNATURE";
            let has_example =
                ["example", "examples"].iter().any(|name| !parameter[name].is_null() || !parameter["schema"][name].is_null());
            assert!(!(is_plain_header && has_example), "{}: {}", row.operation, parameter["name"]);
        }
    }
}

/// After executing the examples, the leads of the README are still new: no record has their numbers.
#[test]
fn the_telephone_numbers_of_the_readme_are_no_examples() {
    let plain = |text: &str| text.replace(' ', "").replace("+84", "0");
    let readme = include_str!("../../../README.md");
    let pushing = readme.split("\n## ").find(|section| section.starts_with("Pushing a lead")).unwrap();
    let (readme, document) = (plain(pushing), plain(&contract().document.to_string()));
    let is_phone = |word: &&str| word.len() == 10 && word.starts_with("09");
    let numbers: Vec<&str> = readme.split(|c: char| !c.is_ascii_digit()).filter(is_phone).collect();
    assert_eq!(numbers.len(), 2, "{numbers:?}");
    for number in numbers {
        assert!(!document.contains(number), "{number}");
    }
}
