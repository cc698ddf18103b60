//! What every declaration is compared with: `testdata/pinned`, the fields of the contract at the pinned version, and
//! `testdata/wire`, the YAML and the bytes of one full value of each type.
//!
//! `BLESS=1 cargo test -p minos-resources` writes the latter; read the difference.

mod dump;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use minos_runtime::{Definition, Spec};

use crate::wire::{Field, Message};

/// One type as the tests see it.
pub struct Golden {
    definition: Definition,
    fields: String,
    yaml: String,
    bytes: Vec<u8>,
    /// What those see of the full value who may not read secrets.
    redacted: serde_json::Value,
}

impl Golden {
    pub fn of<S: Spec + Message>() -> Self {
        let mut fields = String::new();
        S::describe_fields(0, &mut fields);
        let full = S::full();
        let json = serde_json::to_value(&full).expect("specs serialise");
        let back: S = serde_json::from_value(json.clone()).expect("specs are read as they are written");
        // A field that YAML leaves out is lost on the way.
        assert_eq!(serde_json::to_value(&back).expect("specs serialise"), json, "{}", S::TYPE);
        let yaml = serde_saphyr::to_string(&json).expect("JSON is YAML");
        let redacted = match full.redacted() {
            Some(redacted) => serde_json::to_value(&redacted).expect("specs serialise"),
            None => json,
        };
        Self { definition: Definition::of::<S>(), fields, yaml, bytes: full.to_bytes(), redacted }
    }

    /// The group of the type's name: `net` of `AddressSpecs.net.talos.dev`.
    fn group(&self) -> &str {
        let group = self.definition.type_name.split_once('.').map_or("", |(_, group)| group);
        group.strip_suffix(".talos.dev").or(group.strip_suffix(".dev")).unwrap_or(group)
    }

    /// Types that the contract has; the others end in `minos.dev`.
    fn is_pinned(&self) -> bool {
        !self.definition.type_name.ends_with("minos.dev")
    }

    fn declaration(&self) -> String {
        let Definition { type_name, namespace, aliases, columns, sensitive, .. } = self.definition;
        let mut out = format!("{type_name}\n  namespace {namespace}\n");
        for alias in aliases {
            writeln!(out, "  alias {alias}").expect("strings take everything");
        }
        for column in columns {
            writeln!(out, "  column {:?} {}", column.name, column.path).expect("strings take everything");
        }
        if sensitive {
            out.push_str("  sensitive\n");
        }
        out + &self.fields
    }

    fn document(&self) -> String {
        let dump = dump::message(&self.bytes);
        let hex: String = self.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "# {}\n{}\n# Number, kind and value of each field\n{dump}\n# Bytes\n{hex}\n",
            self.definition.type_name, self.yaml
        )
    }
}

/// A line for a field, and those of the message in it.
pub fn describe<F: Field>(depth: usize, number: u32, key: &str, flag: &str, out: &mut String) {
    let space = if flag.is_empty() { "" } else { " " };
    writeln!(out, "{}{number} {key} {}{space}{flag}", "  ".repeat(depth + 1), F::kind())
        .expect("strings take everything");
    F::describe(depth + 1, out);
}

fn all() -> Vec<Golden> {
    crate::GOLDEN.iter().flat_map(|domain| domain.iter()).map(|golden| golden()).collect()
}

fn testdata(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(folder)
}

/// The declarations of the contract by the name of the type.
fn pinned() -> BTreeMap<String, String> {
    let mut pinned = BTreeMap::new();
    for entry in std::fs::read_dir(testdata("pinned")).expect("the folder is part of the source") {
        let text = std::fs::read_to_string(entry.expect("entries can be read").path()).expect("it is text");
        for declaration in text.split("\n\n").map(str::trim).filter(|text| !text.is_empty() && !text.starts_with('#')) {
            let name = declaration.lines().next().unwrap_or_default().to_owned();
            pinned.insert(name, format!("{declaration}\n"));
        }
    }
    pinned
}

#[test]
fn declarations_have_the_pinned_numbers_keys_columns_and_sensitivity() {
    let pinned = pinned();
    let mut wrong = String::new();
    for golden in all().iter().filter(|golden| golden.is_pinned()) {
        let name = golden.definition.type_name;
        let want = pinned.get(name).unwrap_or_else(|| panic!("{name} is not in testdata/pinned"));
        // A field that the contract lacks may be in the YAML; it has the number 0, and so no place on the wire.
        let extra = |line: &str| line.trim_start().starts_with("0 ") && !want.contains(line);
        let got: String =
            golden.declaration().lines().filter(|line| !extra(line)).map(|line| format!("{line}\n")).collect();
        if got != *want {
            write!(wrong, "--- pinned\n{want}+++ declared\n{got}\n").expect("strings take everything");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_secret_field_is_in_a_type_that_readers_see() {
    let is_secret = |text: &str| SECRET_SAMPLES.contains(&text);
    let (hidden, open): (Vec<Golden>, Vec<Golden>) = all().into_iter().partition(|one| one.definition.sensitive);
    let leaking: Vec<&str> = open
        .iter()
        .filter(|golden| any_text(&golden.redacted, &is_secret))
        .map(|golden| golden.definition.type_name)
        .collect();
    assert!(leaking.is_empty(), "neither sensitive nor redacted: {leaking:?}");
    let seen = hidden.iter().filter(|golden| any_text(&golden.redacted, &is_secret)).count();
    assert!(seen > 10, "the samples of secrets are found in {seen} sensitive types only");
}

/// What secrets are in a full value: a text, and keys as YAML has them, in base64.
const SECRET_SAMPLES: [&str; 2] = ["secret", "a2V5"];

fn any_text(value: &serde_json::Value, is: &impl Fn(&str) -> bool) -> bool {
    match value {
        serde_json::Value::String(text) => is(text),
        serde_json::Value::Array(all) => all.iter().any(|one| any_text(one, is)),
        serde_json::Value::Object(all) => all.values().any(|one| any_text(one, is)),
        _ => false,
    }
}

#[test]
fn full_values_have_the_golden_yaml_and_bytes() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for golden in all() {
        let folder = testdata("wire").join(golden.group());
        let path = folder.join(format!("{}.txt", golden.definition.type_name.split('.').next().unwrap_or_default()));
        let document = golden.document();
        if bless {
            std::fs::create_dir_all(&folder).expect("the folder can be created");
            std::fs::write(&path, &document).expect("the file can be written");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != document {
            wrong.push(format!("{}:\n{document}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "other than the golden files, which BLESS=1 rewrites:\n{}", wrong.join("\n"));
}

#[test]
fn no_type_is_registered_twice_and_none_without_a_golden() {
    let mut names: Vec<&str> = crate::definitions().map(|definition| definition.type_name).collect();
    names.sort_unstable();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), unique.len(), "{names:?}");
    let golden: BTreeSet<&str> = all().iter().map(|golden| golden.definition.type_name).collect();
    assert_eq!(unique, golden);
}

#[test]
fn every_pinned_type_is_registered() {
    let registered: BTreeSet<&str> = crate::definitions().map(|definition| definition.type_name).collect();
    let pinned = pinned();
    assert_eq!(pinned.len(), 165 + 2, "the types of the pinned version and the two of the resource API");
    let missing: Vec<&String> = pinned.keys().filter(|name| !registered.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn names_follow_from_the_type_as_the_contract_has_them() {
    let text = std::fs::read_to_string(testdata("pinned-names.txt")).expect("the file is part of the source");
    let wanted = text.lines().filter(|line| !line.starts_with('#'));
    let mut compared = 0;
    for line in wanted {
        let name = line.split(' ').next().unwrap_or_default();
        let Some(definition) = crate::definitions().find(|definition| definition.type_name == name) else { continue };
        let definition = crate::meta::ResourceDefinition::from(definition);
        let list = |names: &[String]| if names.is_empty() { "-".to_owned() } else { names.join(",") };
        let got = format!(
            "{name} {} {} {}",
            definition.display_type,
            list(&definition.aliases),
            list(&definition.all_aliases)
        );
        assert_eq!(got, line);
        compared += 1;
    }
    assert_eq!(compared, 165 + 2);
}
