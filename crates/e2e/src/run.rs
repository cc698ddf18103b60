//! Runs the cases one after the other on one cluster.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::cases::{ALL, Case};
use crate::cluster::{Cluster, Programs};

/// The cluster of a run that makes its own.
const NAME: &str = "e2e";

/// Whether all passed. The first that fails ends the run: those after it build on it.
pub fn run(programs: &Programs, only: Option<&str>, existing: Option<&str>) -> Result<bool> {
    let root = match std::env::var_os("MINOS_STATE") {
        Some(root) => PathBuf::from(root),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".minos/clusters"),
    };
    let cluster = Cluster::named(programs, &root, existing.unwrap_or(NAME));
    let begin = Instant::now();
    let passed = existing.is_some() || {
        if cluster.file("").exists() {
            cluster.destroy();
        }
        tell("cluster", "from power on to healthy", &cluster, |cluster| cluster.create())
    };
    let wanted = |case: &&Case| only.is_none_or(|only| case.name.contains(only));
    let passed = passed && ALL.iter().filter(wanted).all(|case| tell(case.name, case.shows, &cluster, case.run));
    if existing.is_none() {
        cluster.destroy();
    }
    println!("{} in {} s", if passed { "all passed" } else { "FAILED" }, begin.elapsed().as_secs());
    Ok(passed)
}

fn tell(name: &str, shows: &str, cluster: &Cluster, case: impl Fn(&Cluster) -> Result<()>) -> bool {
    println!("==> {name}: {shows}");
    let begin = Instant::now();
    match case(cluster) {
        Ok(()) => {
            println!("    ok ({:.1} s)", begin.elapsed().as_secs_f64());
            true
        }
        Err(error) => {
            println!("    FAILED ({:.1} s): {error:#}", begin.elapsed().as_secs_f64());
            cluster.tell();
            false
        }
    }
}
