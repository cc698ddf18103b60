use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::generate;
use super::patches::{Patches, patched};
use super::validate::read;
use crate::globals::Globals;
use crate::output::warn;

/// Make and change machine configurations
#[derive(Args)]
#[command(visible_alias = "mc")]
#[command(after_help = "\
Examples:
  minosctl machineconfig gen home https://10.5.0.2:6443
  minosctl machineconfig patch worker.yaml --patch @eth.yaml -o worker1.yaml
  minosctl machineconfig patch worker.yaml --patch '{\"machine\": {\"nodeLabels\": {\"rack\": \"a\"}}}'")]
pub struct Machineconfig {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(alias = "generate")]
    Gen(Box<generate::config::Config>),
    Patch(PatchFile),
}

/// Change a configuration in a file
#[derive(Args)]
struct PatchFile {
    /// The configuration, or - for standard input
    #[arg(value_name = "FILE")]
    config: PathBuf,
    /// The change: parts of documents or JSON operations, or @FILE (@- is standard input)
    #[arg(short, long, value_name = "PATCH")]
    patch: Vec<String>,
    /// Where to write; printed when it is left out
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl Machineconfig {
    pub fn run(self, _: &Globals) -> Result<()> {
        match self.command {
            Command::Gen(command) => command.run(false),
            Command::Patch(command) => command.run(),
        }
    }
}

impl PatchFile {
    fn run(self) -> Result<()> {
        let (name, patches) = (self.config.display().to_string(), Patches::read(&self.patch)?);
        let (patched, warnings) = patched(&name, &read(&self.config)?, &patches)?;
        warnings.serious().for_each(warn);
        generate::write(&[(self.output, patched.encode().to_owned())], true)
    }
}
