use anyhow::Result;
use clap::Args;
use minos_localcluster::{ClusterFolder, LocalClusterError, stop};

/// Stop a cluster's machines and remove all of its files
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster destroy
  minosctl cluster destroy --name second --graceful")]
pub struct Destroy {
    /// Let the machines shut down by their power button first
    #[arg(long)]
    graceful: bool,
    /// Accepted; machines are always stopped
    #[arg(short, long, hide = true)]
    force: bool,
}

impl Destroy {
    pub async fn run(self, folder: &ClusterFolder) -> Result<()> {
        match folder.load() {
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
