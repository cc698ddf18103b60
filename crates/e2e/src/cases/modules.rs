use std::time::Duration;

use anyhow::{Result, ensure};

use crate::cluster::Cluster;
use crate::wait::until;

/// A kernel module that makes as many links as its parameter says.
const PATCH: &str = r#"{"machine": {"kernel": {"modules": [{"name": "dummy", "parameters": ["numdummies=2"]}]}}}"#;

/// A loaded module keeps its parameters, so a change of them needs a reboot.
pub fn run(cluster: &Cluster) -> Result<()> {
    let plan = cluster.minosctl(&["plan", "-p", PATCH])?;
    ensure!(plan.contains("+ machine.kernel.modules: acts at once"), "the plan is: {plan}");
    cluster.minosctl(&["patch", "mc", "-p", PATCH, "--mode", "no-reboot"])?;
    until("the module", Duration::from_secs(90), || has_dummies(cluster, 2))?;
    another_parameter(cluster)?;
    cluster.apply_original()
}

fn another_parameter(cluster: &Cluster) -> Result<()> {
    let others = cluster.configuration()?;
    ensure!(others.contains("numdummies=2"), "the configuration lost the module: {others}");
    let file = cluster.file("rebooting.yaml");
    std::fs::write(&file, others.replace("numdummies=2", "numdummies=3"))?;
    let file = file.display().to_string();
    let plan = cluster.minosctl(&["plan", "-f", &file])?;
    let line = "~ machine.kernel.modules[0].parameters[0]: acts with the next boot";
    ensure!(plan.contains(line), "no {line:?} in: {plan}");
    let refused = cluster.try_minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file])?;
    let reason = String::from_utf8_lossy(&refused.stderr);
    ensure!(!refused.status.success() && reason.contains("needs a reboot"), "without a reboot: {reason}");
    let before = cluster.boot_id()?;
    cluster.minosctl(&["apply-config", "-f", &file])?;
    cluster.wait_for_another_boot(&before)?;
    until("the module", Duration::from_secs(60), || has_dummies(cluster, 3))
}

fn has_dummies(cluster: &Cluster, count: usize) -> Result<()> {
    let links = cluster.minosctl(&["list", "/sys/class/net"])?;
    let found = links.lines().filter(|line| line.contains("dummy")).count();
    ensure!(found == count, "found {found} dummy links instead of {count}: {links}");
    Ok(())
}
