use std::time::Duration;

use anyhow::{Result, ensure};

use crate::cluster::Cluster;
use crate::wait::until;

/// The services end before the node does, each with a line in the log.
pub fn run(cluster: &Cluster) -> Result<()> {
    cluster.minosctl(&["shutdown", "--wait=false"])?;
    until("the node to be off", Duration::from_secs(180), || {
        let shown = cluster.minosctl(&["cluster", "show", "--name", &cluster.name])?;
        let row = shown.lines().find(|line| line.contains("controlplane-1")).unwrap_or_default().to_owned();
        ensure!(row.contains("stopped"), "{shown}");
        Ok(())
    })
}
