use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Args;
use minos_config::{Config, Mode, Problem, Problems};

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::output::{info, warn};

/// Check a machine configuration without a node
///
/// Everything that is wrong is printed, with its place in the file and what is allowed there.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl validate -c controlplane.yaml -m metal
  minosctl validate -c worker.yaml -m cloud --strict     warnings are errors")]
pub struct Validate {
    /// The configuration, or - for standard input
    // The id hides the option for a cluster, whose short form is the same and which means nothing here.
    #[arg(id = "cluster", short = 'c', long = "config", value_name = "FILE")]
    config: String,
    /// Where it is going to be used: metal, cloud or container
    #[arg(short, long, value_name = "MODE")]
    mode: Mode,
    /// Take warnings for errors, and leave out what is only information
    #[arg(long)]
    strict: bool,
}

impl Validate {
    pub fn run(self, _: &Globals) -> Result<()> {
        let name = &self.config;
        let (_, warnings) = Config::load(&read(Path::new(name))?, self.mode).map_err(|problems| {
            BadInput(format!("{name} is not valid for {} mode:\n{}", self.mode, told(&problems)))
        })?;
        warnings.serious().for_each(warn);
        if !self.strict {
            warnings.iter().filter(|warning| warning.notice).for_each(info);
        } else if warnings.serious().next().is_some() {
            return Err(BadInput(format!("{name} has warnings, and --strict takes them for errors")).into());
        }
        println!("{name} is valid for {} mode", self.mode);
        Ok(())
    }
}

/// Problems, and where to read more.
pub fn told(problems: &Problems) -> String {
    match problems.iter().find_map(Problem::unknown_in) {
        Some(place) => format!("{problems}\n`minosctl explain {place}` tells what can stand there."),
        None => problems.to_string(),
    }
}

/// The bytes of a file; of standard input when its name is `-`.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("cannot read the configuration {}", path.display()))
}
