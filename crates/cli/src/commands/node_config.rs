//! The configuration of a node over the API: how it is read, and how a new one is handed over.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use minos_api::client::Target;
use minos_api::machine::apply_configuration_request::Mode as WireMode;
use minos_api::machine::{ApplyConfigurationRequest, ApplyConfigurationResponse};

use super::get;
use crate::output::{parse_duration, stderr, summary_on, text, warn};
use crate::session::Session;

/// How a configuration is applied.
#[derive(Args)]
pub struct Apply {
    /// When the change takes effect
    #[arg(short, long, value_enum, default_value_t = Mode::Auto)]
    mode: Mode,
    /// Only say what would change
    #[arg(long)]
    pub dry_run: bool,
    /// With --mode=try, go back after this time
    #[arg(long, value_name = "TIME", default_value = "1m0s", value_parser = parse_duration)]
    timeout: Duration,
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

impl Apply {
    pub fn message(&self, data: Vec<u8>) -> ApplyConfigurationRequest {
        ApplyConfigurationRequest {
            data: data.into(),
            mode: WireMode::from(self.mode) as i32,
            dry_run: self.dry_run,
            try_mode_timeout: prost_types::Duration::try_from(self.timeout).ok(),
        }
    }
}

/// A question about a change, without making it.
pub fn dry_run(data: Vec<u8>) -> ApplyConfigurationRequest {
    let mode = WireMode::Auto as i32;
    ApplyConfigurationRequest { data: data.into(), dry_run: true, mode, ..Default::default() }
}

/// The type of the resource that holds a node's configuration.
pub const TYPE: &str = "MachineConfigs.config.talos.dev";
/// The id of the one that is in effect.
pub const ID: &str = "v1alpha1";
/// Printed when there is nothing to apply.
pub const UNCHANGED: &str = "Apply was skipped: no changes detected.";

/// The resource that a command changes: a node's configuration, by one of its names.
#[derive(Args)]
pub struct Subject {
    /// What to change: machineconfig, or mc
    #[arg(value_name = "TYPE", ignore_case = true, hide_possible_values = true)]
    #[arg(value_parser = ["mc", "machineconfig", "machineconfigs", TYPE, "machineconfigs.config"])]
    what: String,
    /// Its name
    #[arg(hide = true, value_parser = [ID], default_value = ID)]
    id: String,
    /// Namespace of the resource, when it is not its own
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
}

impl Subject {
    /// The namespace that was named.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref().filter(|name| !name.is_empty())
    }
}

/// The configuration that is in effect on a node, as it was written.
pub async fn fetch(session: &Session, target: &Target, node: &str, namespace: Option<&str>) -> Result<String> {
    let resource = session.state(target).get(namespace.unwrap_or("config"), TYPE, ID).await;
    let resource = resource.with_context(|| format!("cannot read the configuration of {node}"))?;
    Ok(text(&get::spec(&resource)?))
}

/// Tells on stderr what the nodes answered: warnings, and what they did.
pub fn tell(session: &Session, response: ApplyConfigurationResponse) -> Result<()> {
    tell_to(&mut stderr(), session, response, |summary| summary_on(io::stderr(), summary))
}

/// The same, with what they did, or would do, written to `out` as `fit` makes it fit there.
pub fn tell_to(
    out: &mut dyn Write,
    session: &Session,
    response: ApplyConfigurationResponse,
    fit: impl Fn(&str) -> String,
) -> Result<()> {
    session.each(response.messages, |_, applied| {
        applied.warnings.iter().for_each(warn);
        if !applied.mode_details.is_empty() {
            writeln!(out, "{}", fit(applied.mode_details.trim_end()))?;
        }
        Ok(())
    })
}
