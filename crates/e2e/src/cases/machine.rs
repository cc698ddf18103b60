use anyhow::{Result, ensure};

use crate::cluster::Cluster;

/// Kinds of resources that only a machine has, and a word of the node's own row.
const KINDS: &[(&str, &str)] = &[
    ("disks", "vda"),
    ("volumestatus", "EPHEMERAL"),
    ("volumestatus", "STATE"),
    ("systemdisk", "vda"),
    ("links", "enp"),
    ("addresses", "10.0.2.15/24"),
    ("routes", "10.0.2.2"),
    ("bootsteps", "init"),
];

pub fn run(cluster: &Cluster) -> Result<()> {
    super::up::run(cluster)?;
    for (kind, word) in KINDS {
        let table = cluster.minosctl(&["get", kind])?;
        ensure!(table.contains(word), "`get {kind}` has no row with {word:?}:\n{table}");
    }
    super::reboot::keeps_objects(cluster, || super::modules::run(cluster))
}
