use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use minos_config::generate::Contract;

use crate::exit::BadInput;
use crate::globals::Globals;

pub mod config;
mod schema;
mod secrets;

/// Generate configurations and secrets
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen config home https://10.5.0.2:6443
  minosctl gen secrets && minosctl gen config home https://10.5.0.2:6443 --with-secrets secrets.yaml")]
pub struct Gen {
    #[command(subcommand)]
    command: Command,
    /// Overwrite files that exist
    #[arg(short, long, global = true)]
    force: bool,
}

#[derive(Subcommand)]
enum Command {
    Config(Box<config::Config>),
    Schema(schema::Schema),
    Secrets(secrets::Secrets),
}

impl Gen {
    pub fn run(self, _: &Globals) -> Result<()> {
        match self.command {
            Command::Config(command) => command.run(self.force),
            Command::Schema(command) => command.run(self.force),
            Command::Secrets(command) => command.run(self.force),
        }
    }
}

/// Writes a file that only its owner reads, or prints it when its name is `-`.
pub fn write(path: &Path, text: &str, force: bool) -> Result<()> {
    if path == Path::new("-") {
        return Ok(io::stdout().write_all(text.as_bytes())?);
    }
    if !force && path.exists() {
        return Err(BadInput(format!("{} exists already; --force overwrites it", path.display())).into());
    }
    let failed = || format!("cannot write {}", path.display());
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(failed)?;
    }
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    eprintln!("Created {}", path.display());
    Ok(())
}

/// The version that is generated for; this one's when none is named.
fn contract(version: Option<&str>) -> Result<Contract> {
    match version {
        Some(version) => Contract::parse(version).map_err(|error| BadInput(format!("--talos-version: {error}")).into()),
        None => Ok(Contract::CURRENT),
    }
}
