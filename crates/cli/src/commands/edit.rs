use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use minos_config::{Config, Mode};

use super::node_config::{Apply, Subject, UNCHANGED, fetch, tell};
use crate::exit::describe;
use crate::globals::Globals;
use crate::session::Session;

/// Edit the configuration of a node
///
/// Opens it in an editor (TALOS_EDITOR, else EDITOR, else vi) and applies it when the editor ends and something changed. What
/// cannot be applied is kept in a file, whose name is printed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl edit mc -n 10.5.0.2
  EDITOR='code --wait' minosctl edit mc -n 10.5.0.2 --dry-run")]
pub struct Edit {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    apply: Apply,
}

impl Edit {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            for (node, target) in session.targets() {
                let current = fetch(&session, &target, &node, self.subject.namespace()).await?;
                let edited = open(&node, &current)?;
                let text = std::fs::read_to_string(edited.path())
                    .with_context(|| format!("cannot read {}", edited.path().display()))?;
                if text == current {
                    eprintln!("{UNCHANGED}");
                    continue;
                }
                let applied =
                    self.hand_over(&session, target.request(self.apply.message(text.clone().into_bytes())), &text);
                if let Err(error) = applied.await {
                    let (_, path) = edited.keep().context("the edited configuration could not be kept")?;
                    bail!(
                        "{node} keeps its configuration: {error}\n\nYour text is in {path}. Correct it, then:\n  \
                         minosctl apply-config -n {node} -f {path}",
                        error = describe(&error),
                        path = path.display()
                    );
                }
            }
            Ok(())
        })
    }

    async fn hand_over(
        &self,
        session: &Session,
        request: tonic::Request<minos_api::machine::ApplyConfigurationRequest>,
        text: &str,
    ) -> Result<()> {
        // What is wrong whatever the machine is said at once, with all of its places.
        Config::load(text.as_bytes(), Mode::Cloud)?;
        let reply = session.connection.machine().apply_configuration(request).await?;
        tell(session, reply.into_inner())
    }
}

/// Lets the user edit a copy.
fn open(node: &str, text: &str) -> Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix(&format!("minos-{}-", node.replace(['/', ':'], "-")))
        .suffix(".yaml")
        .tempfile()
        .context("cannot make a file to edit")?;
    file.write_all(text.as_bytes()).context("cannot write the file to edit")?;
    run_editor(file.path())?;
    Ok(file)
}

fn run_editor(path: &Path) -> Result<()> {
    let chosen = ["TALOS_EDITOR", "EDITOR"].iter().find_map(|name| env::var(name).ok()).filter(|text| !text.is_empty());
    let line = chosen.unwrap_or_else(|| "vi".to_owned());
    let mut words = line.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(path).status();
    let status = status.with_context(|| format!("cannot start the editor {program:?}; set EDITOR to another one"))?;
    if !status.success() {
        bail!("the editor {program:?} ended with {status}; nothing was applied");
    }
    Ok(())
}
