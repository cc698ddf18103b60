use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use minos_config::generate::Contract;

use crate::exit::BadInput;
use crate::globals::Globals;

mod ca;
pub mod config;
mod crt;
mod csr;
mod files;
mod key;
mod keypair;
mod kubernetes_pki;
mod schema;
mod secrets;

/// Generate configurations, secrets, keys and certificates
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen config home https://10.5.0.2:6443
  minosctl gen secrets
  minosctl gen config home https://10.5.0.2:6443 --with-secrets secrets.yaml")]
pub struct Gen {
    #[command(subcommand)]
    command: Command,
    /// Overwrite files that exist
    #[arg(short, long, global = true)]
    force: bool,
}

#[derive(Subcommand)]
enum Command {
    Ca(ca::Ca),
    Config(Box<config::Config>),
    Crt(crt::Crt),
    Csr(csr::Csr),
    Key(key::Key),
    Keypair(keypair::Keypair),
    Schema(schema::Schema),
    Secrets(secrets::Secrets),
}

impl Gen {
    pub fn run(self, _: &Globals) -> Result<()> {
        match self.command {
            Command::Ca(command) => command.run(self.force),
            Command::Config(command) => command.run(self.force),
            Command::Crt(command) => command.run(self.force),
            Command::Csr(command) => command.run(self.force),
            Command::Key(command) => command.run(self.force),
            Command::Keypair(command) => command.run(self.force),
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
    check_absent([path], force)?;
    let failed = || format!("cannot write {}", path.display());
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(failed)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).create_new(!force).truncate(true).mode(0o600);
    let mut file = options.open(path).with_context(failed)?;
    // One that existed may have been open to others.
    if file.metadata().with_context(failed)?.is_file() {
        file.set_permissions(fs::Permissions::from_mode(0o600)).with_context(failed)?;
    }
    file.write_all(text.as_bytes()).with_context(failed)?;
    eprintln!("Created {}", path.display());
    Ok(())
}

/// Fails when one of the files exists and is not to be overwritten: before anything is written.
fn check_absent<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, force: bool) -> Result<()> {
    let exist = |path: &P| !force && path.as_ref() != Path::new("-") && path.as_ref().exists();
    let found: Vec<String> = paths.into_iter().filter(exist).map(|path| path.as_ref().display().to_string()).collect();
    match found.as_slice() {
        [] => Ok(()),
        [one] => Err(BadInput(format!("{one} exists already; --force overwrites it")).into()),
        several => Err(BadInput(format!("{} exist already; --force overwrites them", several.join(", "))).into()),
    }
}

fn hours(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 3600)
}

/// The version that is generated for; this one's when none is named.
fn contract(version: Option<&str>) -> Result<Contract> {
    match version {
        Some(version) => Contract::parse(version).map_err(|error| BadInput(format!("--talos-version: {error}")).into()),
        None => Ok(Contract::CURRENT),
    }
}
