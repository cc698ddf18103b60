//! A selector that matches nothing: named before the change, with the change, and by the node afterwards.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::cluster::Cluster;
use crate::wait::until;

const PATCH: &str = r#"{"machine": {"kubelet": {"nodeIP": {"validSubnets": ["198.51.100.0/24"]}}}}"#;
const MISS: &str = "machine.kubelet.nodeIP.validSubnets: 198.51.100.0/24 matches no address of this node (it has ";
const DIAGNOSTIC: &str = "node-ip-unmatched";

pub fn run(cluster: &Cluster) -> Result<()> {
    let planned = cluster.minosctl(&["plan", "-p", PATCH])?;
    ensure!(planned.contains(&format!("! {MISS}")), "the plan does not say it: {planned}");

    let patched = cluster.try_minosctl(&["patch", "mc", "-p", PATCH, "--mode", "no-reboot"])?;
    let said = on_one_line(&patched.stderr);
    ensure!(patched.status.success(), "the address may come later, so this is no reason to refuse: {said}");
    ensure!(said.contains(MISS), "the change was accepted without a warning: {said}");

    let reported = until("the node to report it", Duration::from_secs(60), || {
        let diagnostics = cluster.minosctl(&["get", "diagnostics", "-o", "yaml"])?;
        ensure!(diagnostics.contains(DIAGNOSTIC) && diagnostics.contains("198.51.100.0/24"), "{diagnostics}");
        let health = cluster.try_minosctl(&["health", "--wait-timeout", "1s"])?;
        let said = on_one_line(&health.stderr);
        ensure!(!health.status.success() && said.contains(MISS), "health does not name it: {said}");
        Ok(())
    });
    cluster.apply_original()?;
    reported?;
    let left = cluster.minosctl(&["get", "diagnostics"])?;
    ensure!(!left.contains(DIAGNOSTIC), "the selector is gone, its diagnostic is not: {left}");
    println!("    {MISS}…)");
    Ok(())
}

/// Without the breaks that make long lines fit a terminal.
fn on_one_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
