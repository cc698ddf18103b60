use anyhow::Result;

use crate::cluster::Cluster;

pub fn run(_cluster: &Cluster) -> Result<()> {
    Ok(())
}
