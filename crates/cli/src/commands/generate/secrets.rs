use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use clap::Args;
use minos_config::Config;
use minos_config::generate::Secrets as Bundle;

/// Generate the secrets of a cluster, from which its configurations can be made again and again
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen secrets
  minosctl gen secrets --from-controlplane-config controlplane.yaml -o -")]
pub struct Secrets {
    /// File to write, or - to print
    #[arg(short, long, value_name = "FILE", default_value = "secrets.yaml")]
    output_file: PathBuf,
    /// Take the secrets of this control plane configuration
    #[arg(long, value_name = "FILE")]
    from_controlplane_config: Option<PathBuf>,
    /// Version that the machines run, as v1.13
    #[arg(long, value_name = "VERSION")]
    talos_version: Option<String>,
}

impl Secrets {
    pub fn run(self, force: bool) -> Result<()> {
        let contract = super::contract(self.talos_version.as_deref())?;
        let bundle = match &self.from_controlplane_config {
            Some(path) => {
                let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
                let (config, _) =
                    Config::parse(&bytes).with_context(|| format!("{} is not a configuration", path.display()))?;
                Bundle::from_config(&config)
            }
            None => Bundle::generate_for(contract, SystemTime::now()).context("no secrets could be generated")?,
        };
        super::write(&self.output_file, &bundle.encode(), force)
    }
}
