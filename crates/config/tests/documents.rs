//! Every kind of document: its full and its minimal example, and what is answered to a bad one.
//!
//! `testdata/<kind>.yaml` uses every field (what excludes each other is shown in further files, `<kind>.<what>.yaml`),
//! `<kind>.minimal.yaml` as few as possible; the answer to `<kind>.invalid.yaml` is
//! `<kind>.invalid.txt`. With `BLESS=1` in the environment the answers, and the
//! reference pages, are written instead of compared.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::{fs, path::PathBuf};

use minos_config::{Config, Mode, reference};

fn testdata(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(testdata(name)).unwrap_or_else(|error| panic!("testdata/{name}: {error}"))
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(testdata("")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".yaml"));
    names
}

/// The documents without the part of their name that says what they are for.
fn kinds() -> Vec<String> {
    let plain = |name: &String| name.strip_suffix(".yaml").filter(|name| !name.contains('.')).map(str::to_owned);
    let kinds: Vec<String> = names().iter().filter_map(plain).collect();
    assert_eq!(kinds.len(), reference::kinds().count(), "one file for each kind");
    kinds
}

/// Every file that is to be accepted.
fn good() -> Vec<String> {
    names().into_iter().filter(|name| !name.ends_with(".invalid.yaml")).collect()
}

fn accepted(name: &str) -> Config {
    let text = read(name);
    let (config, _) =
        Config::load(text.as_bytes(), Mode::Cloud).unwrap_or_else(|problems| panic!("{name}: {problems}"));
    config
}

#[test]
fn examples_are_accepted_and_survive_being_written() {
    for name in good() {
        let config = accepted(&name);
        let written = Config::new(config.documents().to_vec());
        let again = Config::parse(written.encode().as_bytes());
        let (again, _) = again.unwrap_or_else(|problems| panic!("{name}: {problems}"));
        assert_eq!(again.documents(), config.documents(), "{name}");
        assert_eq!(again.documents().len(), 1, "{name} is one document");
    }
    for kind in kinds() {
        accepted(&format!("{kind}.minimal.yaml"));
    }
}

#[test]
fn examples_use_every_field() {
    let texts: Vec<String> = good().iter().map(|name| read(name)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for kind in reference::kinds() {
        let unused = kind.unused_in(&texts);
        assert!(unused.is_empty(), "{}: no example shows {}", kind.name(), unused.join(", "));
    }
}

#[test]
fn every_field_says_when_a_change_of_it_acts() {
    for kind in reference::kinds() {
        let without = kind.without_effect();
        assert!(without.is_empty(), "{}: nobody says when a change acts of {}", kind.name(), without.join(", "));
    }
}

#[test]
fn bad_documents_are_answered_with_everything_that_is_wrong() {
    let bless = std::env::var_os("BLESS").is_some();
    for kind in kinds() {
        let text = read(&format!("{kind}.invalid.yaml"));
        let answer = match Config::load(text.as_bytes(), Mode::Cloud) {
            Err(problems) => problems.to_string(),
            Ok(_) => panic!("{kind}.invalid.yaml is accepted"),
        };
        let file = format!("{kind}.invalid.txt");
        if bless {
            fs::write(testdata(&file), format!("{answer}\n")).unwrap();
        }
        assert_eq!(read(&file), format!("{answer}\n"), "{file}");
    }
}

#[test]
fn reference_pages_are_the_present_ones() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for (name, page) in reference::pages() {
        if std::env::var_os("BLESS").is_some() {
            fs::write(folder.join(&name), &page).unwrap();
        }
        let found = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        assert!(found == page, "docs/reference/{name} is old: run `minosctl docs docs/reference`");
    }
}

#[test]
fn the_status_page_says_what_acts() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/status.md");
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once("<!-- kinds -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->\n").unwrap();
    let present = format!("{before}<!-- kinds -->\n{}<!-- end -->\n{after}", reference::acting());
    if std::env::var_os("BLESS").is_some() {
        fs::write(&page, &present).unwrap();
    }
    assert!(fs::read_to_string(&page).unwrap() == present, "docs/status.md is old: BLESS=1 cargo test -p minos-config");
}

#[test]
fn the_schema_knows_every_kind() {
    let schema = reference::json_schema();
    for kind in reference::kinds() {
        assert!(schema["definitions"][kind.name()]["properties"].is_object(), "{}", kind.name());
    }
    assert_eq!(schema["definitions"]["TimeSyncConfig"]["additionalProperties"], false);
}
