//! Comments explain a configuration and change nothing of what it says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::{fs, time::SystemTime};

use minos_config::{
    Config, MachineType, Mode,
    generate::{Input, Secrets},
    reference::{Comments, commented},
};

const ALL: Comments = Comments { docs: true, examples: true };

fn generated(kind: MachineType) -> Config {
    let secrets = Secrets::generate(SystemTime::now()).unwrap();
    Input::new("demo", "https://10.5.0.2:6443", secrets).unwrap().config(kind).unwrap()
}

#[test]
fn every_document_says_the_same_with_comments() {
    let mut count = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".yaml") || name.contains(".invalid.") {
            continue;
        }
        let (config, _) =
            Config::parse(&fs::read(&path).unwrap()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        let text = commented(&config, ALL);
        let (again, _) = Config::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{name}: {problems}\n{text}"));
        assert_eq!(again.documents(), config.documents(), "{name}");
        count += 1;
    }
    assert!(count > 90, "{count} files");
}

#[test]
fn what_is_shown_works_when_its_comment_signs_are_taken_away() {
    for kind in [MachineType::ControlPlane, MachineType::Worker] {
        let text = commented(&generated(kind), Comments { docs: false, examples: true });
        // In other documents what is shown can exclude what is there.
        let (text, _) = text.split_once("---\n").unwrap();
        let mut shown = 0;
        let uncommented: Vec<String> = text
            .lines()
            .map(|line| match line.trim_start().strip_prefix("# ") {
                Some(example) => {
                    shown += 1;
                    format!("{}{example}", &line[..line.len() - line.trim_start().len()])
                }
                None => line.to_owned(),
            })
            .collect();
        assert!(shown > 30, "{kind}: {shown} lines of examples");
        let text = uncommented.join("\n");
        Config::load(text.as_bytes(), Mode::Metal).unwrap_or_else(|problems| panic!("{kind}: {problems}\n{text}"));
    }
}

#[test]
fn fields_are_explained_where_they_stand() {
    let text = commented(&generated(MachineType::ControlPlane), ALL);
    for line in [
        "  type: controlplane # What the machine is for.",
        "    # # Flags of its command line, without dashes; a list gives a flag several times.",
        "    #   v: \"4\"",
        "# The machine's name: given, or made from its identity.",
    ] {
        assert!(text.lines().any(|there| there == line), "no line {line:?} in\n{text}");
    }
    let plain = commented(&generated(MachineType::ControlPlane), Comments { docs: false, examples: false });
    assert!(!plain.contains('#'), "{plain}");
    // A line can be longer only by its value.
    let long = |line: &&str| line.contains('#') && line.chars().count() > 108;
    assert_eq!(text.lines().find(long), None);
}
