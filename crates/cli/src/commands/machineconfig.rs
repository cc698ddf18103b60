use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use minos_config::{Config, Patch, PatchError, Warnings};

use super::generate::{self, config::patch};
use super::validate::{read, told};
use crate::exit::BadInput;
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
    #[arg(short, long, required = true, value_name = "PATCH")]
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
        let (patched, warnings) = patched(&self.config.display().to_string(), &read(&self.config)?, &self.patch)?;
        warnings.iter().for_each(warn);
        generate::write(&self.output, patched.encode(), true)
    }
}

/// A configuration after patches as they stand on the command line.
pub fn patched(name: &str, text: &[u8], patches: &[String]) -> Result<(Config, Warnings)> {
    let named = |error: String| BadInput(format!("{name}: {error}"));
    let wrong = |error| match error {
        PatchError::Result(problems) => named(format!("after the patch it is not valid:\n{}", told(&problems))),
        other => named(other.to_string()),
    };
    let patches: Vec<Patch> = patches.iter().map(|text| patch(text)).collect::<Result<_>>()?;
    let (config, _) = Config::parse(text).map_err(|problems| named(format!("not valid:\n{}", told(&problems))))?;
    Ok(config.patched(&patches).map_err(wrong)?)
}
