use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use minos_config::generate::Contract;
use tempfile::NamedTempFile;

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::output::stdout;

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

/// Writes files that only their owner reads, all of them or none; one whose name is `-` is printed.
pub fn write<P: AsRef<Path>>(files: &[(P, String)], force: bool) -> Result<()> {
    check_absent(files.iter().map(|(path, _)| path), force)?;
    let staged: Vec<Staged> =
        files.iter().map(|(path, text)| Staged::new(path.as_ref(), text)).collect::<Result<_>>()?;
    staged.into_iter().try_for_each(|file| file.put(force))
}

/// A file that is complete, but not in its place yet.
enum Staged<'a> {
    /// To be printed.
    Printed(&'a str),
    /// What is there and no file, such as a device: it is written to.
    Special(&'a Path, &'a str),
    /// In the folder where it belongs, under another name.
    File(NamedTempFile, PathBuf),
}

impl<'a> Staged<'a> {
    fn new(path: &'a Path, text: &'a str) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Printed(text));
        }
        if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            return Ok(Self::Special(path, text));
        }
        Self::beside(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    fn beside(path: &Path, text: &str) -> io::Result<Self> {
        // A link stays a link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        Ok(Self::File(file, path))
    }

    fn put(self, force: bool) -> Result<()> {
        match self {
            Self::Printed(text) => Ok(stdout().write_all(text.as_bytes())?),
            Self::Special(path, text) => {
                fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
            }
            Self::File(file, path) => {
                let put = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
                put.map(drop).map_err(|error| error.error).with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }
}

/// Fails when one of the files exists and is not to be overwritten: before anything is written.
fn check_absent<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, force: bool) -> Result<()> {
    let exists = |path: &P| !force && path.as_ref() != Path::new("-") && path.as_ref().exists();
    let sentence = |path: P| format!("file {:?} already exists, use --force to overwrite", path.as_ref());
    let found: Vec<String> = paths.into_iter().filter(exists).map(sentence).collect();
    if found.is_empty() { Ok(()) } else { Err(BadInput(found.join("\n")).into()) }
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
