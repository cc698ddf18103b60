use anyhow::{Context as _, Result};
use clap::Args;

use super::node_config::{Apply, ID, Subject, TYPE, UNCHANGED, fetch, tell};
use super::patches::{Patches, patched};
use crate::globals::Globals;
use crate::session::Session;

/// Change the configuration of nodes
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl patch mc -n 10.5.0.2 -p '{\"machine\": {\"nodeLabels\": {\"rack\": \"a\"}}}'
  minosctl patch mc -n 10.5.0.2,10.5.0.3 -p @patch.yaml --dry-run")]
pub struct Patch {
    #[command(flatten)]
    subject: Subject,
    /// The change: parts of documents or JSON operations, or @FILE (@- is standard input)
    #[arg(short, long, value_name = "PATCH", required_unless_present = "patch_file")]
    patch: Vec<String>,
    /// A file with a change, which comes after those of --patch
    #[arg(long, value_name = "FILE")]
    patch_file: Option<String>,
    #[command(flatten)]
    apply: Apply,
}

impl Patch {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let file = self.patch_file.as_ref().map(|file| format!("@{file}"));
        let patches = Patches::read(self.patch.iter().chain(&file))?;
        globals.online(async |session: Session| {
            for (node, target) in session.targets() {
                let current = fetch(&session, &target, &node, self.subject.namespace()).await?;
                let (new, _) = patched(&format!("the configuration of {node}"), current.as_bytes(), &patches)?;
                if new.encode() == current {
                    eprintln!("{UNCHANGED}");
                    continue;
                }
                let request = target.request(self.apply.message(new.encode().as_bytes().to_vec()));
                let reply = session.connection.machine().apply_configuration(request).await;
                tell(&session, reply.with_context(|| format!("{node} was not patched"))?.into_inner())?;
                if !self.apply.dry_run {
                    eprintln!("patched {TYPE}/{ID} at the node {node}");
                }
            }
            Ok(())
        })
    }
}
