use std::io;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use super::node_config::{dry_run, fetch, tell_to};
use super::patches::{Patches, patched};
use super::validate::read;
use crate::globals::Globals;
use crate::output::{stdout, summary_on};
use crate::session::Session;

/// Ask a node what a change of its configuration would do
///
/// Nothing is changed. For each difference the node says what acts at once, what is restarted, what waits for a reboot, what has
/// no effect, and which selectors fit nothing on this machine.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl plan -n 10.5.0.2 -f controlplane.yaml
  minosctl plan -n 10.5.0.2 -p '{\"machine\": {\"sysctls\": {\"vm.swappiness\": \"10\"}}}'
  minosctl plan -n 10.5.0.2 -p @patch.yaml")]
pub struct Plan {
    /// A whole configuration, or - for standard input; the node's own when it is left out
    #[arg(short, long, value_name = "FILE", required_unless_present = "patch")]
    file: Option<PathBuf>,
    /// A change: parts of documents or JSON operations, or @FILE (@- is standard input)
    #[arg(short, long, value_name = "PATCH")]
    patch: Vec<String>,
}

impl Plan {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let given = self.file.as_deref().map(read).transpose()?;
        let patches = Patches::read(&self.patch)?;
        globals.online(async |session: Session| {
            for (node, target) in session.targets() {
                let (name, base) = match (&self.file, &given) {
                    (Some(file), Some(bytes)) => (file.display().to_string(), bytes.clone()),
                    _ => (node.clone(), fetch(&session, &target, &node, None).await?.into_bytes()),
                };
                let data = match patches.is_empty() {
                    true => base,
                    false => patched(&name, &base, &patches)?.0.encode().as_bytes().to_vec(),
                };
                let request = target.request(dry_run(data));
                let reply = session.connection.machine().apply_configuration(request).await;
                let reply = reply.with_context(|| format!("{node} does not take this configuration"))?.into_inner();
                tell_to(&mut stdout(), &session, reply, |summary| summary_on(io::stdout(), summary))?;
            }
            Ok(())
        })
    }
}
