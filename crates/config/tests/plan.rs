//! What a change does is told field by field.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use minos_config::{Config, Effect, What};

const BEFORE: &str = "\
version: v1alpha1
machine:
  type: worker
  sysctls:
    net.ipv4.ip_forward: 1
    vm.swappiness: \"10\"
  nodeLabels: {a: b}
cluster:
  clusterName: one
---
apiVersion: v1alpha1
kind: StaticHostConfig
name: 10.0.0.1
hostnames: [a, b]
";

fn plan(before: &str, after: &str) -> Vec<(String, What)> {
    let (before, _) = Config::parse(before.as_bytes()).unwrap();
    let (after, _) = Config::parse(after.as_bytes()).unwrap();
    before.plan(&after).changes.iter().map(|change| (change.place(), change.what)).collect()
}

#[test]
fn every_difference_is_a_change() {
    let after = BEFORE
        .replace("vm.swappiness: \"10\"", "vm.swappiness: 20\n    kernel.panic: 10")
        .replace("nodeLabels: {a: b}", "debug: null")
        .replace("  debug: null\n", "")
        .replace("[a, b]", "[a, c]");
    let changes = plan(BEFORE, &after);
    let expected = [
        ("machine.sysctls.\"vm.swappiness\"", What::Changed),
        ("machine.sysctls.\"kernel.panic\"", What::Added),
        ("machine.nodeLabels.a", What::Removed),
        ("StaticHostConfig \"10.0.0.1\": hostnames[1]", What::Changed),
    ];
    assert_eq!(changes, expected.map(|(place, what)| (place.to_owned(), what)));
}

#[test]
fn whole_documents_come_and_go() {
    let after = BEFORE.replace("10.0.0.1", "10.0.0.2");
    let changes = plan(BEFORE, &after);
    let expected = [("StaticHostConfig \"10.0.0.1\"", What::Removed), ("StaticHostConfig \"10.0.0.2\"", What::Added)];
    assert_eq!(changes, expected.map(|(place, what)| (place.to_owned(), what)));
}

#[test]
fn another_spelling_is_no_change() {
    let after = BEFORE.replace("ip_forward: 1", "ip_forward: '1'").replace("[a, b]", "\n  - a\n  - \"b\"");
    assert_eq!(plan(BEFORE, &after), []);
}

#[test]
fn the_machine_s_type_takes_a_reboot() {
    let (before, _) = Config::parse(BEFORE.as_bytes()).unwrap();
    let (after, _) = Config::parse(BEFORE.replace("type: worker", "type: controlplane").as_bytes()).unwrap();
    let plan = before.plan(&after);
    assert_eq!(plan.reboots().count(), 1);
    assert_eq!(plan.changes[0].effect, Effect::Reboot);
    assert_eq!(plan.changes[0].to_string(), "~ machine.type: acts with the next boot");
}
