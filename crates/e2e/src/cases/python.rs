use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::cluster::Cluster;

/// The package, as it stands in the public index.
const PACKAGE: &str = "talos-linux-api-v1-6-0==0.1.0";
const CLIENT: &str = include_str!("python/client.py");

pub fn run(cluster: &Cluster) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let venv = folder.path().join("venv");
    let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).status().context("python3 is missing")?;
    ensure!(made.success(), "no virtual environment; `make host` installs what it needs");
    let installed = Command::new(venv.join("bin/pip")).args(["install", "--quiet", PACKAGE]).status()?;
    ensure!(installed.success(), "{PACKAGE} could not be installed");
    let script = folder.path().join("client.py");
    std::fs::write(&script, CLIENT)?;
    let ran = Command::new(venv.join("bin/python")).arg(&script).arg(cluster.file("talosconfig")).output()?;
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    ensure!(ran.status.success(), "{printed}{}", String::from_utf8_lossy(&ran.stderr));
    print!("{printed}");
    Ok(())
}
