use std::io::Write as _;

use anyhow::Result;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::globals::Globals;
use crate::output::stdout;

/// Print a completion script for a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  source <(minosctl completion bash)
  minosctl completion fish > ~/.config/fish/completions/minosctl.fish")]
pub struct Completion {
    /// The shell
    shell: Shell,
    /// Scripts hold no descriptions anyway
    #[arg(long, hide = true)]
    no_descriptions: bool,
}

impl Completion {
    pub fn run(self, _: &Globals) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Cli::command(), "minosctl", &mut script);
        stdout().write_all(&script)?;
        Ok(())
    }
}
