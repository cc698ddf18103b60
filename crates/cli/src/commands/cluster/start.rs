use anyhow::{Result, bail};
use clap::Args;
use minos_localcluster::{ClusterFolder, Provisioner, container};

/// Start the container nodes of a cluster that are off, with their volumes
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster start
  minosctl cluster start --name second")]
pub struct Start {}

impl Start {
    pub async fn run(self, folder: &ClusterFolder) -> Result<()> {
        if folder.load()?.provisioner != Provisioner::Container {
            bail!(
                "only container nodes can be started again; a virtual machine that is off is removed with its cluster"
            );
        }
        container::start_again(&folder.path).await?;
        eprintln!("the nodes of {} run", folder.name);
        Ok(())
    }
}
