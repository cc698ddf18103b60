use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use minos_localcluster::ClusterFolder;

use crate::globals::{Globals, block_on};

mod config;
mod create;
mod destroy;
mod show;

/// Run clusters on this machine, in virtual machines
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster create --disk-image-path minos.qcow2 --image-cache-path images.img
  minosctl cluster show
  minosctl cluster destroy")]
pub struct Cluster {
    #[command(subcommand)]
    command: Command,
    /// Name of the cluster
    #[arg(long, global = true, value_name = "NAME", default_value = "minos")]
    name: String,
    /// Directory with the state of all clusters [default: $MINOS_STATE, else ~/.minos/clusters]
    #[arg(long, global = true, value_name = "DIRECTORY")]
    state: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    Create(Box<create::Create>),
    Show(show::Show),
    Destroy(destroy::Destroy),
}

impl Cluster {
    pub fn run(self, _: &Globals) -> Result<()> {
        let root = match self.state {
            Some(root) => root,
            None => default_root()?,
        };
        // QEMU and its files are named from other directories too.
        let root = std::path::absolute(root)?;
        let folder = ClusterFolder::new(&root, &self.name)?;
        match self.command {
            Command::Create(command) => block_on(command.run(&folder)),
            Command::Show(command) => command.run(&root),
            Command::Destroy(command) => block_on(command.run(&folder)),
        }
    }
}

fn default_root() -> Result<PathBuf> {
    if let Some(root) = env::var_os("MINOS_STATE") {
        return Ok(root.into());
    }
    match env::var_os("HOME") {
        Some(home) => Ok(PathBuf::from(home).join(".minos/clusters")),
        None => bail!("no place for clusters: set HOME or MINOS_STATE, or use --state"),
    }
}
