use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::cluster::Cluster;
use crate::machine::{Machine, with_flipped_byte};
use crate::wait::until;

/// A program that nothing uses before there are pods with an address of their own.
const USED_LATE: &str = "/opt/cni/bin/portmap";

pub fn run(cluster: &Cluster) -> Result<()> {
    stops("machined", cluster, &["--file", "/usr/bin/machined"], |_| Ok(()))?;
    stops("the hash tree", cluster, &["--hash-tree"], |_| Ok(()))?;
    stops("a file that is used late", cluster, &["--file", USED_LATE], |machine| {
        let endpoint = machine.endpoint();
        until("the machine to ask for its configuration", Duration::from_secs(120), || {
            let asked = cluster.try_minosctl(&["-n", &endpoint, "version", "--insecure"])?;
            ensure!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
            Ok(())
        })?;
        let file = cluster.file("controlplane.yaml").display().to_string();
        cluster.minosctl(&["-n", &endpoint, "apply-config", "--insecure", "-f", &file])?;
        let there = until("its API", Duration::from_secs(60), || cluster.minosctl(&["-e", &endpoint, "version"]))?;
        ensure!(there.contains("Server"), "it says {there}");
        // It cannot answer: reading is what stops it.
        drop(cluster.try_minosctl(&["-e", &endpoint, "read", USED_LATE])?);
        Ok(())
    })
}

/// Boots an image with one byte flipped; after `act` the kernel must have stopped for it.
fn stops(what: &str, cluster: &Cluster, place: &[&str], act: impl Fn(&Machine) -> Result<()>) -> Result<()> {
    let image = cluster.programs.images.join("disk.raw");
    let at = locate(cluster, place)?;
    let folder = tempfile::tempdir_in(&cluster.programs.images)?;
    let flipped = folder.path().join("disk.raw");
    with_flipped_byte(&image, at, &flipped)?;
    let machine = Machine::start(flipped)?;
    act(&machine).with_context(|| format!("{what}; the console ends with\n{}", end(&machine)))?;
    until(&format!("a flipped byte in {what} to stop the machine"), Duration::from_secs(90), || {
        let console = machine.console();
        // init takes no root whose tree is not the one that the command line names; the kernel stops at any other block.
        let refused = console.contains("does not belong to the root hash");
        let panicked = console.contains("is corrupted") && console.contains("Kernel panic");
        ensure!(refused || panicked, "the console ends with\n{}", end(&machine));
        Ok(())
    })?;
    println!("    {what}: stopped");
    Ok(())
}

fn end(machine: &Machine) -> String {
    let console = machine.console();
    let lines: Vec<&str> = console.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

fn locate(cluster: &Cluster, place: &[&str]) -> Result<u64> {
    let imager = cluster.programs.own("imager");
    let disk = cluster.programs.images.join("disk.raw");
    let output = Command::new(&imager).arg("locate").arg("--disk").arg(disk).args(place).output();
    let output = output.with_context(|| format!("cannot run {}", imager.display()))?;
    ensure!(output.status.success(), "imager locate: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    text.split_whitespace().last().and_then(|word| word.parse().ok()).with_context(|| format!("no place: {text}"))
}
