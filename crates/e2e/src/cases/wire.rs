use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::python;
use crate::cluster::Cluster;

/// The contract's types, one a line: the name of the type is the first word.
const PINNED: &str = include_str!("../../../resources/testdata/pinned-names.txt");

pub fn run(cluster: &Cluster) -> Result<()> {
    every_pinned_type_is_registered(cluster)?;
    python::script(cluster, "wire.py")
}

/// The contract's 165 types and the two that describe types.
fn every_pinned_type_is_registered(cluster: &Cluster) -> Result<()> {
    let table = cluster.minosctl(&["get", "rd"])?;
    let registered: BTreeSet<&str> = table.lines().filter_map(|row| row.split_whitespace().nth(3)).collect();
    let pinned: Vec<String> = PINNED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_lowercase)
        .collect();
    ensure!(pinned.len() == 167, "{} types are pinned, not 165 and two", pinned.len());
    let missing: Vec<&String> = pinned.iter().filter(|name| !registered.contains(name.as_str())).collect();
    ensure!(missing.is_empty(), "`get rd` lacks {missing:?}");
    println!("    {} types are registered, all {} of the contract among them", registered.len() - 1, pinned.len());
    Ok(())
}
