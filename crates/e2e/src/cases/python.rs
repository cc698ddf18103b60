use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::cluster::Cluster;

/// The packages, as they stand in the public index: upstream's bindings, and what the scripts need beside them.
const PACKAGES: &[&str] = &["talos-linux-api-v1-6-0==0.1.0", "pyyaml==6.0.4"];

/// Scripts and their modules, which stand in one folder when they run.
const FILES: &[(&str, &str)] = &[
    ("client.py", include_str!("python/client.py")),
    ("compare.py", include_str!("python/compare.py")),
    ("cosi.py", include_str!("python/cosi.py")),
    ("forms.py", include_str!("python/forms.py")),
    ("node.py", include_str!("python/node.py")),
    ("wire.py", include_str!("python/wire.py")),
];

pub fn run(cluster: &Cluster) -> Result<()> {
    script(cluster, "client.py")
}

/// Runs one of the scripts with the cluster's talosconfig, in a virtual environment of its own.
pub fn script(cluster: &Cluster, name: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let venv = folder.path().join("venv");
    let created = Command::new("python3").args(["-m", "venv"]).arg(&venv).status().context("python3 is missing")?;
    ensure!(created.success(), "no virtual environment; `make host` installs what it needs");
    let installed = Command::new(venv.join("bin/pip")).args(["install", "--quiet"]).args(PACKAGES).status()?;
    ensure!(installed.success(), "{} could not be installed", PACKAGES.join(" and "));
    for (file, text) in FILES {
        std::fs::write(folder.path().join(file), text)?;
    }
    let mut python = Command::new(venv.join("bin/python"));
    let ran = python.arg(folder.path().join(name)).arg(cluster.file("talosconfig")).output()?;
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    ensure!(ran.status.success(), "{printed}{}", String::from_utf8_lossy(&ran.stderr));
    print!("{printed}");
    Ok(())
}
