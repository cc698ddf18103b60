use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use minos_localcluster::ClusterFolder;

use crate::globals::{Globals, block_on};

mod config;
mod create;
mod destroy;
#[cfg(target_os = "linux")]
mod runner;
mod show;
#[cfg(target_os = "linux")]
mod start;

/// Run clusters on this host, in virtual machines or containers
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster create container --image root.erofs --image-cache-path imagecache.raw
  minosctl cluster create qemu --disk-image-path disk.qcow2 --image-cache-path imagecache.raw
  minosctl cluster show
  minosctl cluster start
  minosctl cluster destroy")]
pub struct Cluster {
    #[command(subcommand)]
    command: Command,
    /// Name of the cluster [default: minos; `show` lists all]
    #[arg(long, global = true, value_name = "NAME")]
    name: Option<String>,
    /// Directory with the state of all clusters [default: $MINOS_STATE, else ~/.minos/clusters]
    #[arg(long, global = true, value_name = "DIRECTORY")]
    state: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    Create(Box<create::Create>),
    Show(show::Show),
    #[cfg(target_os = "linux")]
    Start(start::Start),
    Destroy(destroy::Destroy),
    #[cfg(target_os = "linux")]
    #[command(flatten)]
    Within(runner::Within),
}

impl Cluster {
    pub fn run(self, _: &Globals) -> Result<()> {
        // The runner has no environment, and so no default directory.
        #[cfg(target_os = "linux")]
        if let Command::Within(command) = self.command {
            return command.run();
        }
        let root = match self.state {
            Some(root) => root,
            None => default_root()?,
        };
        // QEMU and its files are named from other directories too.
        let root = std::path::absolute(root)?;
        let folder = ClusterFolder::new(&root, self.name.as_deref().unwrap_or("minos"))?;
        match self.command {
            Command::Create(command) => block_on(command.run(&folder)),
            Command::Show(command) => command.run(&root, self.name.as_deref()),
            #[cfg(target_os = "linux")]
            Command::Start(command) => block_on(command.run(&folder)),
            Command::Destroy(command) => block_on(command.run(&folder)),
            #[cfg(target_os = "linux")]
            Command::Within(_) => unreachable!("it has run above"),
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
