use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use minos_localcluster::{ClusterFolder, Qmp};

use crate::cluster::Cluster;
use crate::wait::until;

pub fn run(cluster: &Cluster) -> Result<()> {
    let folder = ClusterFolder::new(cluster.root(), &cluster.name)?;
    let machine = folder.load()?.machines.into_iter().next().context("no machine")?;
    ensure!(machine.is_running(&folder), "the machine does not run");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut monitor = Qmp::connect(&folder.file("qmp.sock")).await?;
        monitor.press_power_button().await
    })?;
    until("the machine to be off", Duration::from_secs(180), || {
        ensure!(!machine.is_running(&folder), "it still runs");
        Ok(())
    })
}
