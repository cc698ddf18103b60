//! What this program does when it is the runner of a cluster of container nodes, or a node's PID 1.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use minos_localcluster::container;

use super::create::reentry;

#[derive(Subcommand)]
pub enum Within {
    /// Run the container nodes of a cluster; `create` starts it
    #[command(hide = true)]
    RunContainers {
        /// The cluster's folder
        folder: PathBuf,
    },
    /// Become a container node; `run-containers` starts it
    #[command(hide = true)]
    BootContainer {
        /// The cluster's folder
        folder: PathBuf,
        /// The node's name
        node: String,
        /// Its how many-th boot it is
        number: u32,
    },
}

impl Within {
    pub fn run(self) -> Result<()> {
        match self {
            Within::RunContainers { folder } => Ok(container::run(&folder, &reentry())?),
            Within::BootContainer { folder, node, number } => Err(container::boot(&folder, &node, number).into()),
        }
    }
}
