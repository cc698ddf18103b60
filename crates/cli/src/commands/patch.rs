use anyhow::{Context as _, Result};
use clap::Args;

use super::machineconfig::patched;
use super::node_config::{Apply, fetch, tell};
use crate::globals::Globals;
use crate::session::Session;

/// Change the configuration of nodes
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl patch mc -n 10.5.0.2 -p '{\"machine\": {\"nodeLabels\": {\"rack\": \"a\"}}}'
  minosctl patch mc -n 10.5.0.2,10.5.0.3 -p @patch.yaml --dry-run")]
pub struct Patch {
    /// What to change
    #[arg(value_name = "TYPE", value_parser = ["mc", "machineconfig", "machineconfigs"])]
    what: String,
    /// Its name
    #[arg(hide = true, value_parser = ["v1alpha1"], default_value = "v1alpha1")]
    id: String,
    /// The change: parts of documents or JSON operations, or @FILE (@- is standard input)
    #[arg(short, long, required = true, value_name = "PATCH")]
    patch: Vec<String>,
    #[command(flatten)]
    apply: Apply,
}

impl Patch {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            for (node, target) in session.targets() {
                let current = fetch(&session, &target, &node).await?;
                let (new, _) = patched(&node, current.as_bytes(), &self.patch)?;
                if new.encode() == current {
                    eprintln!("{node}: the patch changes nothing");
                    continue;
                }
                let request = target.request(self.apply.message(new.encode().as_bytes().to_vec()));
                let reply = session.connection.machine().apply_configuration(request).await;
                tell(&session, reply.with_context(|| format!("{node} was not patched"))?.into_inner())?;
                if !self.apply.dry_run {
                    eprintln!("patched {node}");
                }
            }
            Ok(())
        })
    }
}
