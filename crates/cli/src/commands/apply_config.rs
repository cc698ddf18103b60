use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use super::node_config::{Apply, tell};
use super::patches::{Patches, patched};
use super::validate::read;
use crate::exit::BadInput;
use crate::globals::{Globals, Insecure};
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
    /// The configuration, all its documents, or - for standard input
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Change the configuration before it is sent: YAML or JSON, or @FILE (@- is standard input)
    #[arg(short = 'p', long, value_name = "PATCH")]
    config_patch: Vec<String>,
    #[command(flatten)]
    apply: Apply,
    #[command(flatten)]
    insecure: Insecure,
}

impl ApplyConfig {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let data = read(&self.file)?;
        if data.is_empty() {
            return Err(BadInput(format!("{} is empty", self.file.display())).into());
        }
        let name = self.file.display().to_string();
        let patches = Patches::read(&self.config_patch)?;
        let data = match patches.is_empty() {
            true => data,
            false => patched(&name, &data, &patches)?.0.encode().as_bytes().to_vec(),
        };
        globals.online_or_insecure(&self.insecure, async |session: Session| {
            let request = session.request(self.apply.message(data));
            let replies = session.connection.machine().apply_configuration(request).await;
            let replies = replies.with_context(|| format!("the configuration {name} was not applied"))?;
            tell(&session, replies.into_inner())
        })
    }
}
