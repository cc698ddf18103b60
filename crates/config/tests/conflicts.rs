//! Settings that have an old form in the main document and a new one in a document of their own: which pairs are refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_config::{Config, Mode};

/// The main document with these sections in `machine`, and the other one.
fn verdict(machine: &str, document: &str) -> Result<(), String> {
    let main = include_str!("../testdata/v1alpha1.minimal.yaml");
    let main = main.replacen("machine:\n", &format!("machine:\n{machine}"), 1);
    let text = format!("{main}---\napiVersion: v1alpha1\n{document}");
    Config::load(text.as_bytes(), Mode::Cloud).map(drop).map_err(|problems| problems.to_string())
}

#[track_caller]
fn refused(machine: &str, document: &str, field: &str) {
    let told = verdict(machine, document).unwrap_err();
    assert!(told.contains(&format!("{field}, the old form of this, is set as well")), "{machine}{document}{told}");
}

#[track_caller]
fn accepted(machine: &str, document: &str) {
    verdict(machine, document).unwrap();
}

#[test]
fn old_resolvers_exclude_a_resolver_config() {
    let document = "kind: ResolverConfig\nnameservers:\n  - address: 10.0.0.1\n";
    let old = |line: &str| format!("  network:\n    {line}\n");
    refused(&old("nameservers: [10.0.0.2]"), document, "machine.network.nameservers");
    refused(&old("searchDomains: [example.org]"), document, "machine.network.searchDomains");
    refused(&old("searchDomains: []"), document, "machine.network.searchDomains");
    refused(&old("disableSearchDomain: true"), document, "machine.network.disableSearchDomain");
    for line in ["nameservers: []", "searchDomains:", "disableSearchDomain: false", "hostname: a"] {
        accepted(&old(line), document);
    }
    accepted("  network: {}\n", document);
}

#[test]
fn only_a_time_section_that_says_something_excludes_a_time_sync_config() {
    let document = "kind: TimeSyncConfig\nenabled: true\n";
    let old = |line: &str| format!("  time:\n    {line}\n");
    refused(&old("disabled: true"), document, "machine.time.disabled");
    refused(&old("servers: [time.example.org]"), document, "machine.time.servers");
    refused(&old("bootTimeout: 2m"), document, "machine.time.bootTimeout");
    for line in ["disabled: false", "servers: []", "bootTimeout: 0s"] {
        accepted(&old(line), document);
    }
    accepted("  time: {}\n", document);
}

#[test]
fn an_old_name_excludes_a_hostname_config_of_either_form() {
    for document in ["kind: HostnameConfig\nhostname: b\n", "kind: HostnameConfig\nauto: \"off\"\n"] {
        refused("  network:\n    hostname: a\n", document, "machine.network.hostname");
        refused("  features:\n    stableHostname: true\n", document, "machine.features.stableHostname");
        accepted("  features:\n    stableHostname: false\n", document);
        accepted("  network:\n    hostname: \"\"\n", document);
        accepted("  features: {}\n", document);
    }
}

#[test]
fn an_old_mesh_excludes_a_kube_span_config_even_when_it_is_empty() {
    let document = "kind: KubeSpanConfig\nenabled: true\n";
    refused("  network:\n    kubespan: {}\n", document, "machine.network.kubespan");
    accepted("  network:\n    kubespan:\n", document);
}

#[test]
fn old_disk_encryption_excludes_that_of_the_same_volume() {
    let document = |name: &str, encryption: &str| format!("kind: VolumeConfig\nname: {name}\n{encryption}");
    let keys = "encryption:\n  provider: luks2\n  keys:\n    - slot: 0\n      nodeID: {}\n";
    let old = "  systemDiskEncryption:\n    ephemeral:\n      provider: luks2\n      keys:\n        - slot: 0\n          nodeID: {}\n";
    refused(old, &document("EPHEMERAL", keys), "machine.systemDiskEncryption");
    accepted(old, &document("STATE", keys));
    accepted(old, &document("EPHEMERAL", "mount:\n  secure: true\n"));
    accepted("  systemDiskEncryption: {}\n", &document("EPHEMERAL", keys));
}
