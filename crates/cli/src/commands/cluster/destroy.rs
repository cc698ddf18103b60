use anyhow::Result;
use clap::Args;
#[cfg(target_os = "linux")]
use minos_localcluster::container;
use minos_localcluster::{ClusterFolder, LocalClusterError, Provisioner, stop};

/// Stop a cluster's nodes and remove all that it has on this host, also after a crash
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster destroy
  minosctl cluster destroy --name second --graceful")]
pub struct Destroy {
    /// Let the nodes shut down first
    #[arg(long)]
    graceful: bool,
    /// Accepted; machines are always stopped
    #[arg(short, long, hide = true)]
    force: bool,
}

impl Destroy {
    pub async fn run(self, folder: &ClusterFolder) -> Result<()> {
        // Whatever ended the processes, and however far a create came.
        #[cfg(target_os = "linux")]
        if container::is_here(&folder.path) {
            container::destroy(&folder.path, self.graceful).await?;
            eprintln!("ended the nodes of {}", folder.name);
        }
        match folder.load() {
            Ok(state) if state.provisioner == Provisioner::Container => {}
            Ok(state) => {
                for machine in &state.machines {
                    stop(folder, machine, self.graceful).await?;
                    eprintln!("stopped {}", machine.name);
                }
            }
            // A create that was interrupted before its first machine leaves files only.
            Err(LocalClusterError::NotFound(_)) if folder.path.exists() => {}
            Err(error) => return Err(error.into()),
        }
        folder.remove()?;
        eprintln!("removed {}", folder.path.display());
        Ok(())
    }
}
