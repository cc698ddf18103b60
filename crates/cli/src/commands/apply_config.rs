use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use minos_api::machine::ApplyConfigurationRequest;
use minos_api::machine::apply_configuration_request::Mode as WireMode;
use minos_config::Config;

use super::generate::config::patch;
use crate::exit::BadInput;
use crate::globals::{Globals, Insecure};
use crate::output::{Style, parse_duration};
use crate::session::Session;

/// Hand a configuration to a node
#[derive(Args)]
#[command(visible_alias = "apply")]
#[command(after_help = "\
Examples:
  minosctl apply-config -n 10.5.0.2 --insecure -f controlplane.yaml   a node in maintenance mode
  minosctl apply-config -n 10.5.0.2 -f controlplane.yaml --dry-run    what would change")]
pub struct ApplyConfig {
    /// With the name `apply`, the word `config` or `machineconfig` may follow
    #[arg(hide = true, value_parser = ["config", "machineconfig"])]
    what: Option<String>,
    /// The configuration, all its documents
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Change the configuration before it is sent: YAML or JSON, or @FILE
    #[arg(short = 'p', long, value_name = "PATCH")]
    config_patch: Vec<String>,
    /// When the change takes effect
    #[arg(short, long, value_enum, default_value_t = Mode::Auto)]
    mode: Mode,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
    /// With --mode=try, go back after this time
    #[arg(long, value_name = "TIME", default_value = "1m0s", value_parser = parse_duration)]
    timeout: Duration,
    #[command(flatten)]
    insecure: Insecure,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// At once, with a reboot if one is needed
    Auto,
    /// At once; an error if a reboot would be needed
    NoReboot,
    /// With a reboot
    Reboot,
    /// At the next reboot
    Staged,
    /// At once, and back again after --timeout
    Try,
}

impl From<Mode> for WireMode {
    fn from(mode: Mode) -> WireMode {
        match mode {
            Mode::Auto => WireMode::Auto,
            Mode::NoReboot => WireMode::NoReboot,
            Mode::Reboot => WireMode::Reboot,
            Mode::Staged => WireMode::Staged,
            Mode::Try => WireMode::Try,
        }
    }
}

impl ApplyConfig {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let data =
            fs::read(&self.file).with_context(|| format!("cannot read the configuration {}", self.file.display()))?;
        if data.is_empty() {
            return Err(BadInput(format!("{} is empty", self.file.display())).into());
        }
        let data = if self.config_patch.is_empty() { data } else { self.patched(&data)? };
        globals.online_or_insecure(&self.insecure, async |session: Session| {
            let message = ApplyConfigurationRequest {
                data: data.into(),
                mode: WireMode::from(self.mode) as i32,
                dry_run: self.dry_run,
                try_mode_timeout: prost_types::Duration::try_from(self.timeout).ok(),
            };
            let replies = session.connection.machine().apply_configuration(session.request(message)).await;
            let replies =
                replies.with_context(|| format!("the configuration {} was not applied", self.file.display()))?;
            session.each(replies.into_inner().messages, |_, applied| {
                let style = Style::stderr();
                for warning in &applied.warnings {
                    eprintln!("{} {warning}", style.warn("warning:"));
                }
                if !applied.mode_details.is_empty() {
                    eprintln!("{}", applied.mode_details);
                }
                Ok(())
            })
        })
    }
    fn patched(&self, data: &[u8]) -> Result<Vec<u8>> {
        let named = |error: String| BadInput(format!("{}: {error}", self.file.display()));
        let patches: Vec<_> = self.config_patch.iter().map(|text| patch(text)).collect::<Result<_>>()?;
        let (config, _) = Config::parse(data).map_err(|problems| named(problems.to_string()))?;
        let (patched, _) = config.patched(&patches).map_err(|error| named(error.to_string()))?;
        Ok(patched.encode().as_bytes().to_vec())
    }
}
