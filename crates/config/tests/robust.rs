//! Whatever comes in: no panic, and what is accepted is the same after it is written and read again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_config::{Config, Mode, Patch};
use proptest::prelude::*;

const SAMPLE: &str = include_str!("../testdata/v1alpha1.yaml");

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Config::parse(&bytes);
    }

    #[test]
    fn random_yaml(text in "[a-c&*:\\- \\[\\]{},|>'\"\n#!?%]{0,200}") {
        let _ = Config::parse(text.as_bytes());
        let _ = Patch::parse(&text);
    }

    #[test]
    fn damaged_samples(at in 0..SAMPLE.len(), length in 0..20usize, insert in "[ -~\n]{0,6}") {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, insert.bytes());
        if let Ok((config, _)) = Config::parse(&bytes) {
            let _ = config.validate(Mode::Metal);
            let (again, _) = Config::parse(Config::new(config.documents().to_vec()).encode().as_bytes()).unwrap();
            prop_assert_eq!(again.documents(), config.documents());
            let _ = config.redacted();
        }
    }
}

#[test]
fn the_sample_uses_every_old_form_and_acts() {
    let (config, warnings) = Config::parse(SAMPLE.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
    config.validate(Mode::Cloud).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(!warnings.is_empty());
    let interface = &config.interfaces()[0];
    assert_eq!(interface.addresses.len(), 1);
    assert_eq!(interface.routes[0].metric, 1024);
    assert_eq!(config.registries().mirrors["docker.io"].endpoints, [("https://mirror.example".to_owned(), false)]);
    assert_eq!(config.extra_hosts()[0].names, ["gateway"]);
    assert!(!config.time().enabled);
    assert_eq!(config.nameservers().len(), 1);
    assert!(config.allow_scheduling_on_control_planes());
    assert_eq!(config.containerd_customization().unwrap().lines().count(), 2);
    assert_eq!(config.api_server().extra_args["feature-gates"].0, ["A=true", "B=false"]);
    assert_eq!(config.api_server().extra_args["v"].0, ["4"]);
    assert_eq!(config.kubelet().extra_config["maxPods"], 250);
    assert_eq!(config.files()[0].permissions.0, 0o644);
}

#[test]
fn encode_keeps_the_bytes() {
    let (config, _) = Config::parse(SAMPLE.as_bytes()).unwrap();
    assert_eq!(config.encode(), SAMPLE);
}

#[test]
fn long_files_take_time_in_proportion() {
    let mut text = String::from("version: v1alpha1\nmachine:\n  type: worker\n  sysctls:\n");
    for index in 0..100_000 {
        text.push_str(&format!("    net.key{index}: \"{index}\"\n"));
    }
    let (config, _) = Config::parse(text.as_bytes()).unwrap();
    assert_eq!(config.sysctls().len(), 100_000);
}
